import type { Codebase } from '../../../codebase.ts'
import { functionAround, keyOf, pathOf, type CallNode, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

type Signing = { call: CallNode; file: SourceFile; name: string; made: string; around: Node | undefined }

/** A refresh token with the claims and the key of the access token: it opens every route for as long as it lives. */
export function* refreshAsAccess(codebase: Codebase): Iterable<Match> {
  const signings = [
    ...codebase.index.named(/^jsonwebtoken\.sign$/),
    ...codebase.index.methods('jwtSign', 'signAsync', 'sign').filter(({ call }) => isPluginOf(call)),
  ].map(({ call, file }): Signing => ({
    call,
    file,
    name: holderOf(call),
    made: madeOf(call, file),
    around: givenBy(call, file),
  }))
  for (const group of Map.groupBy(signings, ({ file }) => file).values()) {
    const access = group.filter(
      ({ name, made }) => !/refresh/i.test(name) && !/refresh|reset|verif|confirm/i.test(made),
    )
    for (const { call, file, made, name, around } of group) {
      if (!/refresh/i.test(name) || !access.some((other) => other.made === made && other.around === around)) continue
      if (
        codebase.production.some(({ text }) =>
          /\b(type|use|purpose|scope|kind)['"]?\s*(:|===?|!==?)\s*['"](refresh|access)/i.test(text),
        )
      )
        return
      yield {
        file,
        node: call,
        severity: 'medium',
        confidence: 'medium',
        message:
          'The refresh token has the claims and the key of the access token, so it opens every route until it ends.',
      }
      break
    }
  }
}

function isPluginOf({ callee }: CallNode): boolean {
  return callee.type === 'MemberExpression' && /(^|\.)(\w*jwt|jwtService|reply|rep|res)$/i.test(pathOf(callee.object))
}

/** The function whose parameter the claims are: two functions may be told different ones. */
function givenBy(call: CallNode, file: SourceFile): Node | undefined {
  const [claims] = call.arguments
  return claims?.type === 'Identifier' ? lookUp(file.scopes, claims, claims.name)?.parameter?.of : undefined
}

/** What a token is made of, but for how long it lives. */
function madeOf(call: CallNode, file: SourceFile): string {
  return call.arguments
    .map((argument) => textOf(argument, file, 400))
    .join('; ')
    .replace(/expiresIn\s*:\s*[^,}]+,?/g, '')
    .replace(/[\s,]+/g, '')
    .replace(/;\{\}$/, '')
}

/** The name a token is given: of a variable, a field or the function that makes it. */
function holderOf(call: Node): string {
  for (let at: Node | null | undefined = call.parent; at; at = at.parent) {
    if (at.type === 'VariableDeclarator') return at.id.type === 'Identifier' ? at.id.name : ''
    if (at.type === 'Property') return keyOf(at) ?? ''
    if (at.type === 'AssignmentExpression') return pathOf(at.left)
    if (at.type === 'ArrowFunctionExpression' || at.type === 'FunctionExpression' || at.type === 'FunctionDeclaration')
      break
  }
  const around = functionAround(call)
  const parent = around?.parent
  if (around?.id) return around.id.name
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name
  return parent ? (keyOf(parent) ?? (parent.type === 'AssignmentExpression' ? pathOf(parent.left) : '')) : ''
}
