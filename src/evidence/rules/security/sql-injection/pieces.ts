import { pushedValues } from '../../../facts/written-values.ts'
import { isFunction, keyOf, unwrap, type Node } from '../../../parse/ast.ts'
import { resultsOf } from '../../../parse/returns.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** Text of SQL, and the values that stand in it as they are. */
export type Piece = { node: Node; values: readonly Node[] }

/**
 * The texts that a query is put together from, each with what it takes in itself: `WHERE ${filters.join(' AND ')}` is
 * made of the texts that were pushed to the list.
 */
export function piecesOf(text: Node, file: SourceFile, depth = 0): Piece[] {
  const values = valuesIn(text)
  if (depth > 4) return [{ node: text, values }]
  const inside = values.map((value) => textsBehind(value, file, depth).filter(isSql))
  const own = values.filter((_, index) => inside[index]?.length === 0)
  const made = inside.flat().flatMap((inner) => piecesOf(inner, file, depth + 1))
  return [...(own.length > 0 ? [{ node: text, values: own }] : []), ...made]
}

/** The expressions of a template, or the parts of a sum. */
function valuesIn(node: Node): Node[] {
  const inner = unwrap(node)
  if (inner.type === 'TemplateLiteral') return inner.expressions
  if (inner.type !== 'BinaryExpression' || inner.operator !== '+') return [inner]
  return [inner.left, inner.right].flatMap(valuesIn)
}

/** What a value in a text was put together as: by name, by choice, or as items of a list that is joined. */
function textsBehind(node: Node, file: SourceFile, depth: number): Node[] {
  const inner = unwrap(node)
  const behind = (items: readonly (Node | null | undefined)[]) =>
    items.flatMap((item) => (item && depth < 6 ? textsBehind(item, file, depth + 1) : []))
  switch (inner.type) {
    case 'TemplateLiteral':
    case 'BinaryExpression':
      return [inner]
    case 'ConditionalExpression':
      return behind([inner.consequent, inner.alternate])
    case 'LogicalExpression':
      return behind([inner.left, inner.right])
    case 'ArrayExpression':
      return behind(inner.elements)
    case 'Identifier': {
      const binding = lookUp(file.scopes, inner, inner.name)
      if (!binding || binding.kind === 'parameter' || binding.path.length > 0) return []
      return behind([binding.init, ...binding.writes, ...(pushedValues(file).get(binding.node) ?? [])])
    }
    case 'CallExpression': {
      const { callee } = inner
      if (callee.type !== 'MemberExpression') return []
      const [turn] = inner.arguments
      if (/^(join|filter|concat|trim)$/.test(keyOf(callee) ?? '')) return behind([callee.object])
      if (keyOf(callee) !== 'map' || !turn || !isFunction(turn)) return []
      return behind(resultsOf(turn, file))
    }
    default:
      return []
  }
}

/** Its own words compare, or name a clause: more than the quotes or the percent signs around a value. */
function isSql(node: Node): boolean {
  return sqlWords.test(constantsIn(node))
}

function constantsIn(node: Node): string {
  const inner = unwrap(node)
  if (inner.type === 'TemplateLiteral') return inner.quasis.map(({ value }) => value.cooked ?? '').join(' ')
  if (inner.type === 'BinaryExpression') return `${constantsIn(inner.left)} ${constantsIn(inner.right)}`
  return inner.type === 'Literal' && typeof inner.value === 'string' ? inner.value : ''
}

const sqlWords =
  /[=<>]|\b(like|ilike|in|is|and|or|where|having|between|order by|group by|limit|select|set|values|from|join)\b/i
