import { ancestor, isFunction, type Node } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import { requestOf } from '../rules/places.ts'
import { lineBefore, source } from './edits.ts'
import type { CodePlace } from './fix-here.ts'
import type { Edit } from './rewrite.ts'

/** A line that writes a caught error down, before the statement a node is in; nothing where something does already. */
export function logBefore({ node, file, codebase }: CodePlace, error: string): Edit[] {
  const caught = ancestor(node, (at) => at.type === 'CatchClause' || isFunction(at))
  const statement = statementOf(node)
  if (!caught || !statement || /log|console|capture|report|sentry|trace/i.test(source(caught, file))) return []
  return [lineBefore(statement, `${loggerAt({ node, file, codebase })}.error(${error})`, file)]
}

/** What the code around writes its log with. */
export function loggerAt({ node, file, codebase }: Pick<CodePlace, 'node' | 'file' | 'codebase'>): string {
  const handler = requestOf(codebase, node)
  if (handler?.framework === 'fastify' && handler.request !== undefined && handler.file === file)
    return `${handler.request}.log`
  if (/\bthis\.logger\b/.test(file.text)) return 'this.logger'
  return ['logger', 'log', 'Logger', 'winston'].find((name) => lookUp(file.scopes, node, name)) ?? 'console'
}

function statementOf(node: Node): Node | undefined {
  const statement = ancestor(node, ({ type }) => type.endsWith('Statement'))
  return statement?.parent?.type === 'BlockStatement' ? statement : undefined
}
