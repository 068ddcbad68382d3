import { keyOf, literalText, unwrap, type FunctionNode, type Node } from '../parse/ast.ts'
import { once } from '../parse/once.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** Readers that hand on the names of entries as the archive has them; yauzl and jszip refuse those that lead outside. */
const readers = /['"](unzipper|unzip|unzip-stream|node-unzip-2|tar-stream|tar|adm-zip)['"]/
const readsArchives = once((file: SourceFile) => readers.test(file.text))

/** Whether a parameter holds, at the given keys, the name an archive gives one of its entries. */
export function isEntryName(node: FunctionNode, index: number, [key]: readonly string[], file: SourceFile): boolean {
  if (index !== 0 || !/^(path|name|entryName)$/.test(key ?? '') || !readsArchives(file)) return false
  const call = node.parent
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return false
  const method = keyOf(call.callee)
  if (method === 'on') return literalText(call.arguments[0]) === 'entry' && key !== 'entryName'
  return method === 'forEach' && key === 'entryName'
}

/** The same of what a loop goes through: `for (const entry of zip.getEntries())`. */
export function isEntryOf(list: Node, [key]: readonly string[], file: SourceFile): boolean {
  if (!/^(path|entryName)$/.test(key ?? '') || !readsArchives(file)) return false
  const inner = unwrap(list)
  const made = (inner.type === 'Identifier' && lookUp(file.scopes, inner, inner.name)?.init) || inner
  return /\.(getEntries|Parse)\(/.test(file.text.slice(made.start, made.end)) || isDirectory(inner, file)
}

/** `(await unzipper.Open.buffer(sent)).files`. */
function isDirectory(list: Node, file: SourceFile): boolean {
  if (list.type !== 'MemberExpression' || keyOf(list) !== 'files') return false
  const { object } = list
  const made = (object.type === 'Identifier' && lookUp(file.scopes, object, object.name)?.init) || object
  return /\.Open\.\w+\(/.test(file.text.slice(made.start, made.end))
}
