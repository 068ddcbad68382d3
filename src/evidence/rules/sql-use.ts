import type { Codebase } from '../codebase.ts'
import type { Query } from '../facts/queries.ts'
import { sqlText } from '../facts/sql-text.ts'
import { functionAround, isFunction, literalText, pathOf, type Node, type Of } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'

type SqlUse = { text: string; values: readonly Node[] }

/** The text a query runs with its values; undefined where the text cannot be told. */
export function sqlUse(codebase: Codebase, { sql, call, file }: Query): SqlUse | undefined {
  if (!sql) return undefined
  const meaning = codebase.meanings.of(sql, file)
  const held = meaning.kind === 'value' ? literalText(meaning.node) : undefined
  const text = held ?? sqlText(sql, file)
  if (text === undefined) return undefined
  const index = call.arguments.findIndex((argument) => argument === sql)
  const values = call.arguments[Math.max(0, index) + 1]
  return { text, values: [...partsOf(madeText(sql, file)), ...listed(values, file)] }
}

function madeText(node: Node, file: Query['file']): Node {
  const init = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name)?.init : undefined
  return init ?? node
}

function listed(node: Node | undefined, file: Query['file']): Node[] {
  if (!node || isFunction(node)) return []
  if (node.type === 'ArrayExpression') return node.elements.flatMap((item) => item ?? [])
  return node.type === 'Identifier' ? [node, ...pushed(node, file)] : [node]
}

/** `values.push(id)` before the list is handed over. */
function pushed(list: Of<'Identifier'>, file: Query['file']): Node[] {
  if (lookUp(file.scopes, list, list.name)?.init?.type !== 'ArrayExpression') return []
  return file.calls.flatMap(({ callee, arguments: given, start }) =>
    pathOf(callee) === `${list.name}.push` && start < list.start && functionAround(callee) === functionAround(list)
      ? given
      : [],
  )
}

function partsOf(node: Node): Node[] {
  if (node.type === 'TemplateLiteral') return [...node.expressions]
  if (node.type === 'BinaryExpression' && node.operator === '+') return [...partsOf(node.left), ...partsOf(node.right)]
  return node.type !== 'Literal' ? [node] : []
}
