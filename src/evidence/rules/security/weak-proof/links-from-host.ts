import type { Codebase } from '../../../codebase.ts'
import { functionAround, keyOf, literalText, pathOf, type Node } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { purposeOf, requestOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** A link with a token whose address is the `Host` header: who asks chooses where the token goes. */
export function* linksFromHost(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { host, link } of links(file)) {
      const text = textOf(link, file, 400)
      const around = functionAround(link)
      if (!around || !requestOf(codebase, link)) continue
      const purpose = `${purposeOf(codebase, link)} ${text}`
      if (
        !/reset|forg[eo]t|recover|verif|confirm|activat|invit/i.test(purpose) ||
        !/token|code|key|hash|\bid\b/i.test(text)
      )
        continue
      const resets = /reset|forg[eo]t|recover/i.test(purpose)
      yield {
        file,
        node: link,
        severity: resets ? 'high' : 'medium',
        message: `The link with the token leads where the \`Host\` header says (\`${textOf(host, file)}\`).`,
      }
    }
  }
}

const links = atOnce((file: SourceFile) => {
  if (!/\bhost/i.test(file.text)) return []
  const hosts: Node[] = [
    ...file.members.filter((node) =>
      /^(req|request|ctx)(\.request)?\.(headers\.host|hostname|host)$/.test(pathOf(node)),
    ),
    ...file.calls.filter(
      ({ callee, arguments: [name] }) =>
        callee.type === 'MemberExpression' &&
        /^(req|request|ctx)\.(get|header)$/.test(pathOf(callee)) &&
        /^(x-forwarded-)?host$/i.test(literalText(name) ?? ''),
    ),
  ]
  return hosts.flatMap((host) => textsWith(host, file).map((link) => ({ host, link })))
})

/** The texts a value is put into, here or by a name it is given. */
function textsWith(value: Node, file: SourceFile): Node[] {
  const text = textAround(value)
  if (text !== value && text.parent?.type !== 'VariableDeclarator') return [text]
  const holder = text.parent
  if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier') return text === value ? [] : [text]
  const { name } = holder.id
  const binding = lookUp(file.scopes, holder, name)
  const named = [...file.templates, ...file.binaries].flatMap((node) =>
    (node.type === 'TemplateLiteral' ? node.expressions : [node.left, node.right]).some(
      (part) => part.type === 'Identifier' && part.name === name && lookUp(file.scopes, part, name) === binding,
    )
      ? [textAround(node)]
      : [],
  )
  return text === value ? named : [text, ...named]
}

/** The whole text that a part of it stands in. */
function textAround(part: Node): Node {
  let at = part
  while (
    at.parent?.type === 'TemplateLiteral' ||
    (at.parent?.type === 'BinaryExpression' && at.parent.operator === '+') ||
    (at.parent?.type === 'CallExpression' && keyOf(at.parent.callee) === 'concat')
  )
    at = at.parent
  return at
}
