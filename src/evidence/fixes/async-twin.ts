import type { Codebase } from '../codebase.ts'
import { functionAround, keyOf, type CallNode, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { majorOf } from '../rules/places.ts'
import { before, loadLine, replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'
import type { Edit, Rewrite } from './rewrite.ts'

/** The same call without holding up everybody: `fs.readFileSync(p)` becomes `await fs.promises.readFile(p)`. */
export const asyncTwin: CodeFix = ({ node: call, file, codebase }) => {
  if (call.type !== 'CallExpression' || !canWait(call, codebase)) return undefined
  const name = codebase.meanings.nameOf(call.callee, file)
  const method = (keyOf(call.callee) ?? name.split('.').at(-1) ?? '').replace(/Sync$/, '')
  const written = source(call.callee, file)
  const twin = written.replace(/Sync$/, '')
  if (twin === written || method === 'exists') return undefined
  if (name.startsWith('fs.')) {
    if (call.callee.type !== 'MemberExpression')
      return awaited(call, [replace(call.callee, method)], [loadLine(method, 'node:fs/promises', file)])
    return awaited(call, [replace(call.callee, `${source(call.callee.object, file)}.promises.${method}`)])
  }
  if (/^(fs-extra|bcrypt(js)?)\./.test(name))
    return awaited(call, [replace(call.callee, twin), ...roundsOf(call, file)])
  if (/^(crypto|zlib)\./.test(name))
    return awaited(call, [replace(call.callee, `promisify(${twin})`)], [loadLine('promisify', 'node:util', file)])
  return undefined
}

/** Whoever calls a function that begins to wait must wait too: only handlers whose framework does may change. */
function canWait(call: CallNode, codebase: Codebase): boolean {
  const around = functionAround(call)
  if (!around || around.async) return around !== undefined
  const framework = codebase.web.handlers.get(around)?.framework
  if (framework === 'express') return (majorOf(codebase, 'express') ?? 0) >= 5
  return framework !== undefined && framework !== 'http'
}

/** `genSaltSync(10)` in the place of the number that says the same. */
function roundsOf(call: CallNode, file: SourceFile): Edit[] {
  return call.arguments.flatMap((argument) => {
    if (argument.type !== 'CallExpression' || keyOf(argument.callee) !== 'genSaltSync') return []
    const [rounds] = argument.arguments
    return [replace(argument, rounds ? source(rounds, file) : '10')]
  })
}

function awaited(call: CallNode, edits: readonly Edit[], imports: readonly string[] = []): Rewrite {
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
  return call.parent?.type === 'MemberExpression' && call.parent.object === call
}
