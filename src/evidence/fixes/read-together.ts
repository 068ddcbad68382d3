import { unwrap, type Node, type Of } from '../parse/ast.ts'
import { lineOf } from '../rules/places.ts'
import { indentAt, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Starts reads that do not need each other at the same time. */
export const readTogether: CodeFix = ({ node, file, match }) => {
  const block = node.parent
  if (node.type !== 'VariableDeclaration' || block?.type !== 'BlockStatement') return undefined
  const lines = new Set([lineOf(node, file), ...(match.also ?? []).map(({ line }) => line)])
  const run: Of<'VariableDeclaration'>[] = []
  for (const statement of block.body.slice(block.body.indexOf(node))) {
    if (statement.type !== 'VariableDeclaration' || !awaitedIn(statement)) break
    if (![...lines].some((line) => lineOf(statement, file) <= line && line <= lineAtEnd(statement))) break
    run.push(statement)
  }
  const last = run.at(-1)
  if (run.length < 2 || !last) return undefined
  const indent = indentAt(node, file)
  const names = run.map((statement) => (statement.declarations[0] ? source(statement.declarations[0].id, file) : ''))
  const reads = run.map((statement) => `${indent}  ${source(awaitedIn(statement)?.argument ?? statement, file)},\n`)
  const text = `const [${names.join(', ')}] = await Promise.all([\n${reads.join('')}${indent}])`
  return { edits: [{ start: node.start, end: last.end, text }] }

  function lineAtEnd(statement: Node): number {
    return lineOf(statement, file) + source(statement, file).split('\n').length - 1
  }
}

/** The one read of a declaration that does nothing else. */
function awaitedIn({ declarations: [only, ...others] }: Of<'VariableDeclaration'>): Of<'AwaitExpression'> | undefined {
  if (!only || others.length > 0) return undefined
  return only.init?.type === 'AwaitExpression' && unwrap(only.init).type === 'CallExpression' ? only.init : undefined
}
