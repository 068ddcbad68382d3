import { promises } from 'node:fs'
import { keyOf, type CallNode } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { awaited, canWait } from './awaiting.ts'
import { loadLine, replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'
import type { Edit } from './rewrite.ts'

/** The same call without holding up everybody: `fs.readFileSync(p)` becomes `await fs.promises.readFile(p)`. */
export const asyncTwin: CodeFix = ({ node: call, file, codebase }) => {
  if (call.type !== 'CallExpression' || !canWait(call, codebase)) return undefined
  const name = codebase.meanings.nameOf(call.callee, file)
  const method = (keyOf(call.callee) ?? name.split('.').at(-1) ?? '').replace(/Sync$/, '')
  const written = source(call.callee, file)
  const twin = written.replace(/Sync$/, '')
  if (twin === written || method === 'exists') return undefined
  if (name.startsWith('fs.')) {
    // Descriptors are numbers here and objects there.
    if (!(method in promises) || method === 'open') return undefined
    if (call.callee.type !== 'MemberExpression')
      return awaited(call, [replace(call.callee, method)], [loadLine(method, 'node:fs/promises', file)])
    return awaited(call, [replace(call.callee, `${source(call.callee.object, file)}.promises.${method}`)])
  }
  if (/^(fs-extra|bcrypt)\./.test(name)) return awaited(call, [replace(call.callee, twin), ...roundsOf(call, file)])
  if (/^(crypto|zlib)\./.test(name))
    return awaited(call, [replace(call.callee, `promisify(${twin})`)], [loadLine('promisify', 'node:util', file)])
  return undefined
}

/** `genSaltSync(10)` in the place of the number that says the same. */
function roundsOf(call: CallNode, file: SourceFile): Edit[] {
  return call.arguments.flatMap((argument) => {
    if (argument.type !== 'CallExpression' || keyOf(argument.callee) !== 'genSaltSync') return []
    const [rounds] = argument.arguments
    return [replace(argument, rounds ? source(rounds, file) : '10')]
  })
}
