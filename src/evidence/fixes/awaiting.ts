import type { Codebase } from '../codebase.ts'
import { functionAround, type CallNode, type Node } from '../parse/ast.ts'
import { majorOf } from '../rules/places.ts'
import { before } from './edits.ts'
import type { CodeFix } from './fix-here.ts'
import type { Edit, Rewrite } from './rewrite.ts'

/** Waits for a promise that was taken for its result. */
export const waitFor: CodeFix = ({ node, codebase }) =>
  node.type === 'CallExpression' && canWait(node, codebase) ? awaited(node, []) : undefined

/** Whoever calls a function that begins to wait must wait too: only handlers whose framework does may change. */
export function canWait(call: CallNode, codebase: Codebase): boolean {
  const around = functionAround(call)
  if (!around || around.async) return around !== undefined
  const framework = codebase.web.handlers.get(around)?.framework
  if (framework === 'express') return (majorOf(codebase, 'express') ?? 0) >= 5
  return framework !== undefined && framework !== 'http'
}

/** Edits of a call, and `await` before it. */
export function awaited(call: CallNode, edits: readonly Edit[], imports: readonly string[] = []): Rewrite {
  const close = { start: call.end, end: call.end, text: ')' }
  const around = isUsedAtOnce(call) ? [before(call, '(await '), close] : [before(call, 'await ')]
  return { edits: merge(edits, around), waits: true, imports }
}

/** An edit at the start of a call and one of its callee become one, so that their order is told. */
function merge(edits: readonly Edit[], around: readonly Edit[]): Edit[] {
  const [open, ...close] = around
  const [first, ...rest] = edits
  if (!open || !first || first.start !== open.start) return [...edits, ...around]
  return [{ ...first, text: open.text + first.text }, ...rest, ...close]
}

function isUsedAtOnce(call: Node): boolean {
  const { parent } = call
  return parent?.type === 'UnaryExpression' || (parent?.type === 'MemberExpression' && parent.object === call)
}
