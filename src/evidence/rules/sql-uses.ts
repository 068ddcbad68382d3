import type { Codebase } from '../codebase.ts'
import type { Query } from '../facts/queries.ts'
import { sqlText } from '../facts/sql-text.ts'
import { isFunction, literalText, type Node } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'

type SqlUse = { text: string; values: readonly Node[]; file: Query['file']; node: Node }

/** The texts a query runs with their values: written at the query, or handed to the helper around it by its callers. */
export function sqlUses(codebase: Codebase, query: Query): SqlUse[] {
  const own = query.sql ? sqlText(query.sql, query.file) : undefined
  const [, given] = query.call.arguments
  if (own !== undefined)
    return [{ text: own, values: [...partsOf(query.sql), ...listed(given)], file: query.file, node: query.call }]
  const parameter =
    query.sql?.type === 'Identifier' ? lookUp(query.file.scopes, query.sql, query.sql.name)?.parameter : undefined
  if (!parameter) return []
  return codebase.calls.sitesOf(parameter.of).flatMap(({ call, file }) => {
    const argument = call.arguments[parameter.index]
    const meaning = argument && codebase.meanings.of(argument, file)
    const held = meaning?.kind === 'value' ? literalText(meaning.node) : undefined
    const text = held ?? (argument && sqlText(argument, file))
    if (!argument || text === undefined) return []
    return [
      {
        text,
        values: [...partsOf(madeText(argument, file)), ...listed(call.arguments[parameter.index + 1])],
        file,
        node: call,
      },
    ]
  })
}

function madeText(node: Node, file: Query['file']): Node {
  const init = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name)?.init : undefined
  return init ?? node
}

function listed(node: Node | undefined): Node[] {
  if (!node || isFunction(node)) return []
  return node.type === 'ArrayExpression' ? node.elements.flatMap((item) => item ?? []) : [node]
}

function partsOf(node: Node | undefined): Node[] {
  if (node?.type === 'TemplateLiteral') return [...node.expressions]
  if (node?.type === 'BinaryExpression' && node.operator === '+') return [...partsOf(node.left), ...partsOf(node.right)]
  return node && node.type !== 'Literal' ? [node] : []
}
