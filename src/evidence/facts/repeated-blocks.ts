import { atOnce, once, onceFor } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'

const windowLines = 8
const leastLines = 12

/** Lines that stand in two places, `length` of them without those that say nothing; both are 1-based and inclusive. */
export type RepeatedBlock = { length: number; place: Lines; original: Lines }
export type Lines = { file: SourceFile; from: number; to: number }

/** Blocks of twelve lines and more that stand in another place too, each with the first place it stands in. */
export const repeatedBlocks = onceFor((production: readonly SourceFile[]): readonly RepeatedBlock[] => {
  const files = production.filter(isCompared)
  const mayRepeat = repeatedAmong(files)
  const seen = new Map<number, Place>()
  return files.flatMap((file) => blocksIn(file, mayRepeat, seen))
})

function blocksIn(file: SourceFile, mayRepeat: (hash: number) => boolean, seen: Map<number, Place>): RepeatedBlock[] {
  const found: RepeatedBlock[] = []
  const { windows } = significantRows(file)
  let foundUntil = -1
  for (let index = 0; index < windows.length; index += 1) {
    const hash = windows[index] ?? 0
    if (!mayRepeat(hash)) continue
    const first = seen.get(hash)
    if (!first) seen.set(hash, { file, index })
    if (!first || index <= foundUntil || (first.file === file && index - first.index < windowLines)) continue
    const length = matchLength(file, index, first)
    if (length < leastLines || areTemplates(file.path, first.file.path) || isData(file, index, length)) continue
    foundUntil = index + length
    found.push({ length, place: linesAt({ file, index }, length), original: linesAt(first, length) })
  }
  return found
}

function linesAt({ file, index }: Place, length: number): Lines {
  const { lines } = significantRows(file)
  const from = lines[index] ?? 1
  return { file, from, to: lines[index + length - 1] ?? from }
}

const alikeByNature =
  /\.[jt]sx$|types?\.ts$|validators?\.ts$|schema|dto|swagger|openapi|definitions?\b|\.config\.|constants?\/|examples?\b/i

type Place = { file: SourceFile; index: number }

const isCompared = atOnce(({ path }: SourceFile) => !alikeByNature.test(path))

const hashBits = 22

/** Whether a window may stand twice, told by bits of its hash: most stand once, and need not be looked up by all of it. */
function repeatedAmong(files: readonly SourceFile[]): (hash: number) => boolean {
  const [once, twice] = [new Int32Array(2 ** (hashBits - 5)), new Int32Array(2 ** (hashBits - 5))]
  for (const file of files) {
    const { windows } = significantRows(file)
    for (let index = 0; index < windows.length; index += 1) {
      const at = (windows[index] ?? 0) >>> (32 - hashBits)
      const seen = once[at >>> 5] ?? 0
      // A shift takes the last five bits of what it shifts by.
      if (((seen >>> at) & 1) === 1) twice[at >>> 5] = (twice[at >>> 5] ?? 0) | (1 << at)
      else once[at >>> 5] = seen | (1 << at)
    }
  }
  return (hash) => {
    const at = hash >>> (32 - hashBits)
    return (((twice[at >>> 5] ?? 0) >>> at) & 1) === 1
  }
}

/** Projects to start from stand alone. */
function areTemplates(path: string, other: string): boolean {
  const [one, two] = [path, other].map(
    (item) => /^(.*\/)?(templates?|starters?|boilerplates?)\/[^/]+\//.exec(item)?.[0],
  )
  return one !== undefined && two !== undefined && one !== two
}

/** Lists of names and values are alike by nature. */
function isData(file: SourceFile, index: number, length: number): boolean {
  const rows = Array.from({ length }, (_, at) => rowText(file, index + at) ?? '')
  const data = rows.filter((text) =>
    // Lists, types and the accessors of a field.
    /^((get|set) \w+\(\w*\) \{|return (this|me)\._?\w+;?|(this|me)\._?\w+ = \w+;?|const (me|self) = this;?|['"`]?[\w$.-]+['"`]?:\s*((['"`{[\d]|true|false|null).*|[A-Z][\w$]*(\.\w+)*(\([\w\s,]*\))?,)|['"`].*['"`],?|[A-Z_\d]+,|[\w$]+,|[\])}]+,?)$/.test(
      text,
    ),
  )
  return data.length > rows.length * 0.7
}

/** Equal windows have equal hashes; what has equal hashes is compared by its text afterwards. */
type Rows = { lines: readonly number[]; windows: Int32Array }

/** Lines that say something: no blanks, brackets, comments or imports; only their hashes are kept. */
const significantRows = once((file: SourceFile): Rows => {
  const lines: number[] = []
  const hashes: number[] = []
  for (let line = 1, until: string | undefined; line <= file.lineStarts.length; line += 1) {
    if (until !== undefined) {
      if (closes(file, line, until)) until = undefined
      continue
    }
    until = opens(file, line)
    const hash = hashOf(file, line)
    if (hash === undefined) continue
    lines.push(line)
    hashes.push(hash)
  }
  const windows = new Int32Array(Math.max(0, lines.length - windowLines + 1))
  for (let index = 0; index < windows.length; index += 1) {
    let hash = 7
    for (let at = index; at < index + windowLines; at += 1) hash = (Math.imul(hash, 31) + (hashes[at] ?? 0)) | 0
    windows[index] = hash
  }
  return { lines: lines.slice(), windows }
})

/** What ends the import or the comment that a line opens and does not close: their lines say nothing of their own. */
function opens({ text, lineStarts }: SourceFile, line: number): string | undefined {
  const start = lineStarts[line - 1] ?? 0
  if (text.startsWith('import ', start))
    return text.slice(start, lineStarts[line]).trimEnd().endsWith('{') ? '}' : undefined
  if (!text.startsWith('/*', start)) return undefined
  return text.slice(start, lineStarts[line]).includes('*/') ? undefined : '*/'
}

/** An import is closed by the first sign of a line, a comment by any. */
function closes({ text, lineStarts }: SourceFile, line: number, end: string): boolean {
  const start = lineStarts[line - 1] ?? 0
  return end === '}' ? text.charAt(start) === end : text.slice(start, lineStarts[line]).includes(end)
}

const unsaying = /\/\/|\*|\/\*|import[^\S\n]+\S|export[^\S\n]+\*|const[^\S\n][^\n]*require\(|@|</y
const beginsUnsaying = new Set('/*iec@<')

/** The hash of a line without its indentation: of its length and of some of its signs, since equal hashes are compared by text. */
function hashOf({ text, lineStarts }: SourceFile, line: number): number | undefined {
  let start = lineStarts[line - 1] ?? text.length
  let end = lineStarts[line] ?? text.length
  while (start < end && isSpace(text.charCodeAt(start))) start += 1
  while (start < end && isSpace(text.charCodeAt(end - 1))) end -= 1
  if (end - start < 4 || saysNothing(text, start)) return undefined
  let hash = end - start
  const step = 1 + ((end - start) >> 4)
  for (let at = start; at < end; at += step) hash = (Math.imul(hash, 33) + text.charCodeAt(at)) | 0
  return hash
}

function saysNothing(text: string, start: number): boolean {
  if (!beginsUnsaying.has(text.charAt(start))) return false
  unsaying.lastIndex = start
  return unsaying.test(text)
}

function isSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code > 8 && code < 14)
  return /\s/.test(String.fromCharCode(code))
}

const unevenSpace = /\s\s|[^\S ]/

function plainLineOf({ text, lineStarts }: SourceFile, line: number): string {
  const trimmed = text.slice(lineStarts[line - 1], lineStarts[line]).trim()
  return unevenSpace.test(trimmed) ? trimmed.replace(/\s+/g, ' ') : trimmed
}

function rowText(file: SourceFile, index: number): string | undefined {
  const line = significantRows(file).lines[index]
  return line === undefined ? undefined : plainLineOf(file, line)
}

function matchLength(file: SourceFile, index: number, first: Place): number {
  let length = 0
  for (;;) {
    const text = rowText(file, index + length)
    if (text === undefined || text !== rowText(first.file, first.index + length)) return length
    length += 1
  }
}
