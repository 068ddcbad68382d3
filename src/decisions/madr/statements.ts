import type { Source, Statement } from '../decision.ts'
import { readList, splitBlocks, writeList } from './blocks.ts'

const marks: [RegExp, (match: RegExpExecArray) => Source][] = [
  [/[ \n]\(\[message ([\d.]+)\]\(([^()\s]+)\)\)$/, ([, ts = '', link = '']) => ({ kind: 'message', ts, link })],
  [
    /[ \n]\(\[([^[\]\n]+:\d+(?:-\d+)?)\]\(([^()\s]*)\)\)$/,
    ([, place = '', link = '']) => ({ kind: 'file', place, link }),
  ],
  [/[ \n]\*\(inferred\)\*$/, () => ({ kind: 'inferred' })],
]

/** A statement as Markdown, followed by where it comes from. */
function writeStatement({ text, source }: Statement): string {
  const clean = escapeHeadings(text)
  const mark = writeSource(source)
  if (mark === '') return clean
  return `${clean}${clean.includes('\n') ? '\n' : ' '}${mark}`
}

function writeSource(source: Source): string {
  switch (source.kind) {
    case 'message':
      return `([message ${source.ts}](${source.link}))`
    case 'file':
      return `([${source.place}](${source.link}))`
    case 'inferred':
      return '*(inferred)*'
    case 'written':
      return ''
  }
}

/** Reads what writeStatement wrote; a text without a mark is a person's own. */
function readStatement(markdown: string): Statement {
  for (const [mark, toSource] of marks) {
    const match = mark.exec(markdown)
    if (match) return { text: unescapeHeadings(markdown.slice(0, match.index)), source: toSource(match) }
  }
  return { text: unescapeHeadings(markdown), source: { kind: 'written' } }
}

export function readProse(markdown: string): Statement[] {
  return splitBlocks(markdown).map(readStatement)
}

export function writeProse(statements: readonly Statement[]): string {
  return statements.map(writeStatement).join('\n\n')
}

/** Statements of a list; undefined when the Markdown is something else. */
export function readItems(markdown: string): Statement[] | undefined {
  return readList(markdown)?.map(readStatement)
}

export function writeItems(statements: readonly Statement[], prefix = ''): string {
  return writeList(statements.map((statement) => prefix + writeStatement(statement)))
}

/** Keeps lines of a text from opening a section of the file: headings down to `depth` get a backslash. */
export function escapeHeadings(text: string, depth: 2 | 3 = 2): string {
  return hasCode(text) ? text : text.replaceAll(new RegExp(`^(\\\\*#{1,${depth}}(?:[ \\t]|$))`, 'gm'), '\\$1')
}

/** Takes away what escapeHeadings added. */
export function unescapeHeadings(text: string, depth: 2 | 3 = 2): string {
  return hasCode(text) ? text : text.replaceAll(new RegExp(`^\\\\(\\\\*#{1,${depth}}(?:[ \\t]|$))`, 'gm'), '$1')
}

// A heading inside code opens nothing, and a backslash would show there.
function hasCode(text: string): boolean {
  return /^ {0,3}(?:```|~~~)/m.test(text)
}

/** What lists of consequences and of pros and cons hold, by the words MADR begins them with. */
export interface Judged {
  plain: Statement[]
  good: Statement[]
  neutral: Statement[]
  bad: Statement[]
}

const judgement = /^(Good|Neutral|Bad)(?:, because\s+|, )/i

/** Reads blocks of which lists may be judged: every item `Good, because …`, `Neutral, …` or `Bad, …`. */
export function readJudged(markdown: string): Judged {
  const judged: Judged = { plain: [], good: [], neutral: [], bad: [] }
  for (const block of joinLists(splitBlocks(markdown))) {
    const items = readList(block)
    if (items?.every((item) => judgement.test(item))) for (const item of items) judge(item, judged)
    else judged.plain.push(readStatement(block))
  }
  return judged
}

function judge(item: string, judged: Judged): void {
  const [opening = '', word = ''] = judgement.exec(item) ?? []
  const statement = readStatement(item.slice(opening.length))
  if (/good/i.test(word)) judged.good.push(statement)
  else if (/bad/i.test(word)) judged.bad.push(statement)
  else judged.neutral.push(statement)
}

/** A loose list arrives item by item; judged items belong together with their inner paragraphs. */
function joinLists(blocks: readonly string[]): string[] {
  const joined: string[] = []
  for (const block of blocks) {
    const last = joined.at(-1)
    if (last !== undefined && readList(last) && /^ {2,}\S/.test(block))
      joined[joined.length - 1] = `${last}\n\n${block}`
    else joined.push(block)
  }
  return joined
}
