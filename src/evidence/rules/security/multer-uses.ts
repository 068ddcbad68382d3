import type { Codebase } from '../../codebase.ts'
import type { FoundCall } from '../../facts/call-index.ts'
import { keyOf, unwrap, type CallNode, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'

/** Where a call of `multer` is asked for middleware. */
export function usesOf(call: CallNode, codebase: Codebase): readonly FoundCall[] {
  return codebase.index
    .named(/^multer\(\)\.(single|array|any|fields|none)$/)
    .filter((used) => isOf(call, used.call, used.file, codebase))
}

/** `upload.array()` names no field: multer refuses every file, and reads the texts of the form alone, as `none()` does. */
export function takesFiles({ callee, arguments: given }: CallNode): boolean {
  const name = callee.type === 'MemberExpression' ? keyOf(callee) : undefined
  return name === 'any' || (name !== 'none' && given.length > 0)
}

/** `upload.single('photo')`, where `upload` is what a call of `multer` gave. */
export function isOf(call: CallNode, node: Node, file: SourceFile, codebase: Codebase): boolean {
  const used = unwrap(node)
  if (used.type !== 'CallExpression' || used.callee.type !== 'MemberExpression') return false
  if (unwrap(used.callee.object) === call) return true
  const meaning = codebase.meanings.of(used.callee.object, file)
  return meaning.kind === 'package' && meaning.made?.node === call
}
