import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Match, Rule } from '../rule.ts'

const windowLines = 8
const leastLines = 12
const mostFindings = 8

export const duplicateCode: Rule = {
  id: 'duplicate-code',
  category: 'duplicate-code',
  severity: 'low',
  confidence: 'medium',
  title: 'The same code stands in several places',
  why: 'A mistake is fixed in one of them.',
  effects: { maintenance: 'Every change has to be made several times.' },
  fix: { say: 'Give it a name and call it.', code: { any: 'const user = await checkCredentials(email, password)' } },
  sources: ['https://cwe.mitre.org/data/definitions/1041.html'],
  *find(codebase) {
    const found: { match: Match; length: number }[] = []
    const files = codebase.production.filter(isCompared)
    const mayRepeat = repeatedAmong(files)
    const seen = new Map<number, Place>()
    for (const file of files) {
      const rows = significantRows(file)
      let reportedUntil = -1
      for (let index = 0; index < rows.windows.length; index += 1) {
        const hash = rows.windows[index] ?? 0
        if (!mayRepeat(hash)) continue
        const first = seen.get(hash)
        if (!first) seen.set(hash, { file, index })
        if (!first || index <= reportedUntil || (first.file === file && index - first.index < windowLines)) continue
        const length = matchLength(file, index, first)
        if (areTemplates(file.path, first.file.path)) continue
        if (length < leastLines || isData(file, index, length)) continue
        reportedUntil = index + length
        const place = { path: first.file.path, line: significantRows(first.file).lines[first.index] ?? 1 }
        found.push({
          length,
          match: {
            file,
            line: rows.lines[index] ?? 1,
            also: [place],
            message: `${length} lines are the same as in ${place.path}:${place.line}.`,
          },
        })
      }
    }
    found.sort((a, b) => b.length - a.length)
    for (const item of found.slice(0, mostFindings)) yield item.match
  },
}

const alikeByNature =
  /\.[jt]sx$|types?\.ts$|validators?\.ts$|schema|dto|swagger|openapi|definitions?\b|\.config\.|constants?\/|examples?\b/i

type Place = { file: SourceFile; index: number }

const isCompared = once(({ path }: SourceFile) => !alikeByNature.test(path))

const hashBits = 22

/** Whether a window may stand twice, told by bits of its hash: most stand once, and need not be looked up by all of it. */
function repeatedAmong(files: readonly SourceFile[]): (hash: number) => boolean {
  const counts = new Uint8Array(2 ** hashBits)
  for (const file of files) {
    const { windows } = significantRows(file)
    for (let index = 0; index < windows.length; index += 1) {
      const at = (windows[index] ?? 0) >>> (32 - hashBits)
      counts[at] = Math.min(2, (counts[at] ?? 0) + 1)
    }
  }
  return (hash) => (counts[hash >>> (32 - hashBits)] ?? 0) > 1
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
  for (let line = 1, importing = false; line <= file.lineStarts.length; line += 1) {
    // The names of a long import stand on lines of their own.
    const starts = file.lineStarts[line - 1] ?? 0
    if (importing) {
      importing = file.text.charAt(starts) !== '}'
      continue
    }
    importing = opensImport(file, line)
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

function opensImport({ text, lineStarts }: SourceFile, line: number): boolean {
  const start = lineStarts[line - 1] ?? 0
  return text.startsWith('import ', start) && text.slice(start, lineStarts[line]).trimEnd().endsWith('{')
}

const unsaying = /\/\/|\*|\/\*|import[^\S\n]+\S|export[^\S\n]+\*|const[^\S\n][^\n]*require\(|@|</y
const beginsUnsaying = new Set('/*iec@<')

/** The hash of a line without its indentation, with every gap as one space: what `plainLineOf` gives, but no text is cut. */
function hashOf({ text, lineStarts }: SourceFile, line: number): number | undefined {
  let start = lineStarts[line - 1] ?? text.length
  let end = lineStarts[line] ?? text.length
  while (start < end && isSpace(text.charCodeAt(start))) start += 1
  while (start < end && isSpace(text.charCodeAt(end - 1))) end -= 1
  if (end - start < 4 || saysNothing(text, start)) return undefined
  let hash = 5381
  let length = 0
  for (let at = start, wasSpace = false; at < end; at += 1) {
    const code = text.charCodeAt(at)
    const space = isSpace(code)
    if (space && wasSpace) continue
    wasSpace = space
    hash = (Math.imul(hash, 33) + (space ? 32 : code)) | 0
    length += 1
  }
  return length < 4 ? undefined : hash
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
