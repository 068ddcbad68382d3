import type { Trace } from '../../../facts/trace.ts'
import { functionAround, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** `const row = await findFile(req.params.name); if (!row) return …`: only names that are stored already get past it. */
export function isLookedUp({ source }: Trace, node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  if (!around || source.file !== file) return false
  const before = file.text.slice(around.start, node.start)
  const row = new RegExp(
    String.raw`\b(\w+)\s*=\s*await\s+[\w.]*(?:find|get|load|fetch)\w*\(\s*${RegExp.escape(source.text)}\s*\)`,
  ).exec(before)
  return (
    row?.[1] !== undefined &&
    new RegExp(String.raw`\bif\s*\(\s*!\s*${row[1]}\b[^{;]*\{?\s*[^}]*\b(return|throw)\b`).test(before.slice(row.index))
  )
}
