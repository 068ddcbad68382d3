import { ancestor, functionAround, type Node } from '../parse/ast.ts'
import { parseOnce } from '../parse/oxc.ts'
import { lineAt, lineStartsOf, type SourceFile } from '../parse/source-file.ts'

export type Edit = { start: number; end: number; text: string }

/** Changes to one file, at one place of it. */
export type Rewrite = {
  edits: readonly Edit[]
  /** The new code awaits something that was not awaited. */
  waits?: true
  /** Lines that the file needs at its top. */
  imports?: readonly string[]
  /** What to show, where that is more than what is changed. */
  within?: Node
}

const mostLines = 14
/** Lines kept around a change where what it stands in is longer than what people read; fewer where those cannot stand alone. */
const margins = [1, 0]

const piece =
  /Statement$|^(VariableDeclaration|FunctionDeclaration|ExportNamedDeclaration|ExportDefaultDeclaration|PropertyDefinition|MethodDefinition|Property)$/

/** The code around the edits as it reads after them; undefined where that would be long, would not parse, or cannot wait. */
export function applyRewrite(
  { edits, waits, imports = [], within }: Rewrite,
  node: Node,
  file: SourceFile,
): string | undefined {
  const region = regionOf(edits, within ?? node)
  if (!region) return undefined
  const host = waits ? functionAround(node) : undefined
  const mustTurnAsync = host !== undefined && !host.async
  const outer = mustTurnAsync ? (whole(pieceAround(host)) ?? host) : region
  const start = Math.min(outer.start, region.start)
  const end = Math.max(outer.end, region.end)
  const all = mustTurnAsync ? [...edits, { start: host.start, end: host.start, text: 'async ' }] : [...edits]
  const code = margins
    .map((margin) => shorten(start, end, all, file, margin))
    .map((lines) => lines && dedent(lines))
    .find((text) => text !== undefined && parses(text, file.path))
  return code && [...imports, ...(imports.length > 0 ? [''] : []), code].join('\n')
}

/** The smallest piece of code that holds all edits; of a block, the statements from the first to the last changed. */
function regionOf(edits: readonly Edit[], node: Node): { start: number; end: number } | undefined {
  const first = Math.min(...edits.map(({ start }) => start))
  const last = Math.max(...edits.map(({ end }) => end))
  const holds = (at: Node) => at.start <= first && last <= at.end
  const isPiece = (at: Node) => piece.test(at.type) || at.type === 'Program'
  const outer = isPiece(node) && holds(node) ? node : ancestor(node, (at) => isPiece(at) && holds(at))
  if (outer?.type !== 'BlockStatement' && outer?.type !== 'Program') return whole(outer)
  const changed = outer.body.filter(({ start, end }) => first <= end && start <= last)
  const [head, tail] = [changed[0], changed.at(-1)]
  return head && tail && { start: head.start, end: tail.end }
}

/** With the `export` before it. */
function whole(node: Node | undefined): Node | undefined {
  return node?.parent && /^Export(Named|Default)Declaration$/.test(node.parent.type) ? node.parent : node
}

function pieceAround(node: Node): Node | undefined {
  return piece.test(node.type) ? node : ancestor(node, ({ type }) => piece.test(type))
}

/** The lines of a region after the edits; of a long one those near the edits, its first and its last. */
function shorten(
  start: number,
  end: number,
  edits: readonly Edit[],
  file: SourceFile,
  margin: number,
): string[] | undefined {
  const from = file.lineStarts[lineAt(file.lineStarts, start) - 1] ?? 0
  const { text, changed } = applyEdits(edits, from, end, file)
  const rows = (text.slice(0, start - from).replace(/\S/g, ' ') + text.slice(start - from)).split('\n')
  if (file.text.slice(from, end).split('\n').length <= mostLines) return rows.length > mostLines * 2 ? undefined : rows
  const starts = lineStartsOf(text)
  const shown = new Set([0, rows.length - 1])
  for (const part of changed) {
    const last = lineAt(starts, part.end) - 1 + margin
    for (let row = lineAt(starts, part.start) - 1 - margin; row <= last; row += 1) shown.add(row)
  }
  const kept = rows.map((row, index) => (row.trim() !== '' && shown.has(index) ? row : undefined))
  const short = kept.flatMap((row, index) => {
    if (row !== undefined) return [row]
    return index > 0 && kept[index - 1] === undefined
      ? []
      : [`${indentOf(rows.slice(index).find((each) => each.trim() !== '') ?? '')}// …`]
  })
  return short.length > mostLines ? undefined : short
}

/** A part of a file after edits, and where in it what they brought stands. */
function applyEdits(edits: readonly Edit[], from: number, end: number, file: SourceFile) {
  const changed: { start: number; end: number }[] = []
  let text = ''
  let at = from
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    text += file.text.slice(at, edit.start)
    changed.push({ start: text.length, end: text.length + edit.text.length })
    text += edit.text
    at = edit.end
  }
  return { text: text + file.text.slice(at, end), changed }
}

function indentOf(row: string): string {
  return /^\s*/.exec(row)?.[0] ?? ''
}

function dedent(rows: readonly string[]): string {
  const depth = Math.min(...rows.filter((row) => row.trim() !== '').map((row) => indentOf(row).length))
  return rows.map((row) => row.slice(depth).trimEnd()).join('\n')
}

/** As statements of a function, a property of an object, or a member of a class. */
function parses(code: string, path: string): boolean {
  const member = code.replace(/[,;]\s*$/, '')
  const wrapped = [`async function* f() {\n${code}\n}`, `export default {\n${member}\n}`, `class A {\n${code}\n}`, code]
  return wrapped.some((text) => parseOnce(path, text).errors.length === 0)
}
