import type { Codebase } from '../../codebase.ts'
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
    const seen = new Map<number, { file: SourceFile; line: number; index: number }>()
    for (const file of codebase.production) {
      if (
        /\.[jt]sx$|types?\.ts$|validators?\.ts$|schema|dto|swagger|openapi|definitions?\b|\.config\.|constants?\/|examples?\b/i.test(
          file.path,
        )
      )
        continue
      const rows = significantRows(file)
      let reportedUntil = -1
      for (let index = 0; index + windowLines <= rows.length; index += 1) {
        const key = windowHash(rows, index)
        const first = seen.get(key)
        const row = rows[index]
        if (!row) continue
        if (!first) {
          seen.set(key, { file, line: row.line, index })
          continue
        }
        if (index <= reportedUntil || (first.file === file && index - first.index < windowLines)) continue
        const length = matchLength(codebase, rows, index, first)
        if (length < leastLines || isData(rows.slice(index, index + length))) continue
        reportedUntil = index + length
        found.push({
          length,
          match: {
            file,
            line: row.line,
            also: [{ path: first.file.path, line: first.line }],
            message: `${length} lines are the same as in ${first.file.path}:${first.line}.`,
          },
        })
      }
    }
    found.sort((a, b) => b.length - a.length)
    for (const item of found.slice(0, mostFindings)) yield item.match
  },
}

/** Lists of names and values are alike by nature. */
function isData(rows: readonly Row[]): boolean {
  const data = rows.filter(({ text }) =>
    /^(['"`]?[\w$.-]+['"`]?:\s*(['"`{[\d]|true|false|null).*|['"`].*['"`],?|[A-Z_\d]+,|[\])}]+,?)$/.test(text),
  )
  return data.length > rows.length * 0.7
}

type Row = { text: string; line: number; hash: number }

/** Equal windows have equal hashes; what has equal hashes is compared by its text afterwards. */
function windowHash(rows: readonly Row[], index: number): number {
  let hash = 7
  for (let at = index; at < index + windowLines; at += 1) hash = (Math.imul(hash, 31) + (rows[at]?.hash ?? 0)) | 0
  return hash
}

function textHash(text: string): number {
  let hash = 5381
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 33) + text.charCodeAt(at)) | 0
  return hash
}

const unevenSpace = /\s\s|[^\S ]/

/** Lines that say something: no blanks, brackets, comments or imports. */
const significantRows = once((file: SourceFile): Row[] =>
  file.text.split('\n').flatMap((text, index) => {
    const trimmed = text.trim()
    const plain = unevenSpace.test(trimmed) ? trimmed.replace(/\s+/g, ' ') : trimmed
    return plain.length < 4 || /^(\/\/|\*|\/\*|import |export \*|const .*require\(|@|<)/.test(plain)
      ? []
      : [{ text: plain, line: index + 1, hash: textHash(plain) }]
  }),
)

function matchLength(
  codebase: Codebase,
  rows: readonly Row[],
  index: number,
  first: { file: SourceFile; index: number },
): number {
  const other = significantRows(first.file)
  let length = 0
  while (rows[index + length] && rows[index + length]?.text === other[first.index + length]?.text) length += 1
  return codebase.production.length > 0 ? length : 0
}
