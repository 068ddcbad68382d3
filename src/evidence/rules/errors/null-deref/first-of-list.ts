import type { Codebase } from '../../../codebase.ts'
import { chainTop } from '../../../facts/promises.ts'
import type { Query } from '../../../facts/queries.ts'
import { resultNames } from '../../../facts/query-results.ts'
import { functionAround, keyOf, literalText, type FunctionNode, type Node, type Of } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { picksCaller } from '../../callers-row.ts'
import { maySelectNone } from '../../row-or-nothing.ts'
import type { Match } from '../../rule.ts'
import { firstUse } from './first-use.ts'
import { isStrict } from './strictness.ts'

/** `rows[0].password` of a query by a value, when nothing before it looks at how many rows there are. */
export function* firstOfList(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    const { file, call } = query
    if (file.kind !== 'production' || !maySelectNone(query) || isStrict(file, codebase.texts)) continue
    if (picksCaller(file.text.slice(call.start, call.end))) continue
    for (const { name, area } of namesOfRows(query)) yield* usesOfFirst(name, area, query, codebase)
  }
}

/** Names of the list itself: `rows`, `[rows]`, `{ rows }`, and `result` for `result.rows`. */
function namesOfRows(query: Query): { name: string; area: FunctionNode }[] {
  const held = chainTop(query.call).parent?.parent
  const area = functionAround(query.call)
  if (held?.type === 'VariableDeclarator' && held.id.type === 'ObjectPattern' && area)
    return held.id.properties.flatMap((item) =>
      item.type === 'Property' && keyOf(item) === 'rows' && item.value.type === 'Identifier'
        ? [{ name: item.value.name, area }]
        : [],
    )
  return resultNames(query)
}

/** `name[0]` and `name.rows[0]`, with what is read from it or the name it is given. */
const firsts = once((file: SourceFile) =>
  file.members.flatMap((member) => {
    if (!member.computed || literalText(member.property) !== '0' || member.optional) return []
    const list = member.object
    const root = list.type === 'MemberExpression' && keyOf(list) === 'rows' ? list.object : list
    return root.type === 'Identifier' ? [{ member, name: root.name }] : []
  }),
)

/** `[rows, fields]`, as the drivers of MySQL answer: the first of it is the list. */
function isListItself({ parent }: Node): boolean {
  return (
    parent?.type === 'MemberExpression' &&
    /^(length|map|forEach|filter|find|some|every|reduce)$/.test(keyOf(parent) ?? '')
  )
}

function* usesOfFirst(name: string, area: FunctionNode, query: Query, codebase: Codebase): Iterable<Match> {
  const { file, call } = query
  const first = firsts(file).find(
    ({ member, name: root }) =>
      root === name && member.start > call.start && member.end <= area.end && functionAround(member) === area,
  )
  if (!first) return
  const { member } = first
  if (isListItself(member)) return
  const from = area.start > call.start ? area.start : call.end
  if (looksAtList(name).test(file.text.slice(from, member.start))) return
  const holder = member.parent
  if (holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier') {
    yield* firstUse(codebase, holder.id.name, area, holder.end, file)
    return
  }
  if (isRead(member) && !isAsked(member))
    yield {
      file,
      node: member,
      message: `\`${name}\` may be empty: there is no first row when the query finds nothing.`,
    }
}

/** Anything that tells how many there are, or asks for the first. */
function looksAtList(name: string): RegExp {
  const escaped = name.replaceAll('$', String.raw`\$`)
  return new RegExp(
    String.raw`\b${escaped}(\.rows)?\??\.(length|rowCount|map|forEach|some)|\browCount\b|\b(if|while)\s*\([^)]*\b${escaped}\b|[!&|?]\s*${escaped}\b|\b${escaped}\s*(\?|&&|\|\|)|(assert|expect|ensure|check|isEmpty)\w*\([^)]*\b${escaped}\b`,
  )
}

function isRead(member: Node): boolean {
  const { parent } = member
  // `result[0][0]` is a row of the list of lists that MySQL gives.
  return parent?.type === 'MemberExpression' && parent.object === member && !parent.optional && !parent.computed
}

/** `rows[0] && rows[0].id` */
function isAsked(member: Of<'MemberExpression'>): boolean {
  for (let at: Node | null | undefined = member; at && !at.type.endsWith('Statement'); at = at.parent)
    if (/^(Logical|Conditional)Expression$/.test(at.type)) return true
  return false
}
