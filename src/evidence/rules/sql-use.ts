import type { Codebase } from '../codebase.ts'
import type { Query } from '../facts/queries.ts'
import { sqlText } from '../facts/sql-text.ts'
import { isFunction, literalText, type Node } from '../parse/ast.ts'
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
  return { text, values: [...partsOf(madeText(sql, file)), ...listed(values)] }
}

function madeText(node: Node, file: Query['file']): Node {
  const init = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name)?.init : undefined
  return init ?? node
}

function listed(node: Node | undefined): Node[] {
  if (!node || isFunction(node)) return []
  return node.type === 'ArrayExpression' ? node.elements.flatMap((item) => item ?? []) : [node]
}

function partsOf(node: Node): Node[] {
  if (node.type === 'TemplateLiteral') return [...node.expressions]
  if (node.type === 'BinaryExpression' && node.operator === '+') return [...partsOf(node.left), ...partsOf(node.right)]
  return node.type !== 'Literal' ? [node] : []
}
