import type { Codebase } from '../../../codebase.ts'
import { looksSecret, secretName } from '../../../facts/secrets.ts'
import { isString, keyOf, literalText, pathOf, propertyOf, unwrap, type Node, type Of } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { isTestLike } from './in-source.ts'

/** `name === 'admin' && password === 'letmein'`, `req.headers['x-api-key'] !== 'k3y-0f-mine'`: doors that a written text opens. */
export function* writtenLogins(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    if (isTestLike(file)) continue
    for (const { node, literal, asked, name } of comparedTexts(file)) {
      const isLogin = password.test(name) && namesAnAccount(node)
      if (!isLogin && (!looksSecret(literalText(literal) ?? '', name) || !codebase.flow.trace(asked, file))) continue
      yield { file, node: literal, message: `\`${name}\` is compared with a text that is written in the source.` }
    }
  }
  for (const { call, file } of codebase.index.named(/^express-basic-auth$/)) {
    const users = call.arguments[0] && propertyOf(call.arguments[0], 'users')
    if (users?.type !== 'ObjectExpression' || isTestLike(file)) continue
    for (const user of users.properties)
      if (user.type === 'Property' && isString(user.value))
        yield { file, node: user.value, message: `The password of \`${keyOf(user)}\` is written in the source.` }
  }
}

const password = /passw|pwd|^pass$/i

const comparedTexts = atOnce((file: SourceFile) =>
  file.binaries.flatMap((node) => {
    if (!/^[!=]==?$/.test(node.operator)) return []
    const [literal, asked] = isString(node.right) ? [node.right, node.left] : [node.left, node.right]
    const name = nameOf(asked)
    return isString(literal) &&
      (literalText(literal) ?? '').length > 2 &&
      (secretName.test(name) || password.test(name))
      ? [{ node, literal, asked, name }]
      : []
  }),
)

function nameOf(node: Node): string {
  const inner = unwrap(node)
  return (inner.type === 'MemberExpression' ? keyOf(inner) : pathOf(inner)) ?? ''
}

/** Beside it, a name is compared with a text as well. */
function namesAnAccount(node: Of<'BinaryExpression'>): boolean {
  const both = node.parent
  if (both?.type !== 'LogicalExpression') return false
  const other = both.left === node ? both.right : both.left
  return (
    other.type === 'BinaryExpression' &&
    other.operator === node.operator &&
    [other.left, other.right].some(isString) &&
    /user|login|mail|name|account|admin/i.test(nameOf(isString(other.right) ? other.left : other.right))
  )
}
