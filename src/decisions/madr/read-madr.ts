import { type Assertion, type DecisionBody, emptyBody } from '../decision.ts'
import { numberOfPath } from './file-of-decision.ts'
import { readFrontMatter, readNames, readText } from './front-matter.ts'
import { splitAtHeadings } from './headings.ts'
import type { MadrRecord } from './madr-record.ts'
import { readBody } from './read-body.ts'
import { readHeader } from './read-header.ts'
import { readStatus } from './status.ts'

/**
 * Reads a decision's file: MADR 2, 3 and 4, Nygard's format as adr-tools writes it, log4brains. What none of them knows
 * is kept: unknown sections word for word, unknown fields as they are. A file without a title is called as its name says. Undefined only for an empty file.
 */
export function fromMadr(text: string, path: string): MadrRecord | undefined {
  const { fields, markdown } = readFrontMatter(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'))
  const { title: heading, rest } = takeTitle(markdown)
  if (text.trim() === '') return undefined
  const told = readText(fields.title)
  const { number, title } =
    told === undefined ? splitNumber(heading ?? titleOf(path)) : { number: undefined, title: told }
  const header = readHeader(rest)
  const all = { ...header.fields, ...lowerKeys(fields) }
  const { body, statusText, amendments } = readBody(header.rest)
  const status = readStatus([readText(all.status), statusText].filter(Boolean).join('\n'))
  const record: MadrRecord = {
    number: toNumber(all.number) ?? numberOfPath(path) ?? number,
    status: status.status,
    statusNote: [readText(all['status-note']), status.note].filter(Boolean).join('\n'),
    date: readText(all.date),
    reviewBy: readText(all['review-by']),
    body: { ...body, ...readPeopleAndTags(all), title },
    supersedes: [...new Set([...readList(all.supersedes), ...status.supersedes])],
    supersededBy: status.supersededBy ?? readText(all['superseded-by']),
    checks: Array.isArray(all.checks) ? all.checks.filter(isAssertion) : [],
    amendments,
    reason: readText(all.reason),
    thread: readText(all.thread),
    id: readText(all['architect-id']),
    otherFields: Object.fromEntries(
      Object.entries(all).filter(([key, value]) => !knownFields.has(key) && value !== ''),
    ),
  }
  return record
}

const knownFields = new Set(
  'number title status status-note date decision-makers deciders consulted informed tags keywords review-by reversibility repository affects supersedes superseded-by reason checks thread architect-id'.split(
    ' ',
  ),
)

function readPeopleAndTags(
  fields: Record<string, unknown>,
): Omit<DecisionBody, 'title'> extends infer B ? Partial<B> : never {
  const { reversibility } = fields
  return {
    deciders: readNames(fields['decision-makers'] ?? fields.deciders),
    consulted: readNames(fields.consulted),
    informed: readNames(fields.informed),
    tags: readNames(fields.tags),
    keywords: readNames(fields.keywords),
    reversibility: reversibility === 'two-way-door' || reversibility === 'one-way-door' ? reversibility : 'unknown',
    repository: readText(fields.repository),
    affects: readAffects(fields.affects),
  }
}

function readAffects(value: unknown): DecisionBody['affects'] {
  if (typeof value !== 'object' || value === null) return emptyBody('').affects
  const held: Record<string, unknown> = { ...value }
  return { paths: readList(held.paths), packages: readList(held.packages), services: readList(held.services) }
}

function readList(value: unknown): string[] {
  const one = readText(value)
  if (one !== undefined) return [one]
  return Array.isArray(value) ? value.flatMap((item) => readText(item) ?? []) : []
}

function isAssertion(value: unknown): value is Assertion {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value))
}

function lowerKeys(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key.toLowerCase(), value]))
}

/** The first heading of the first level, in either of Markdown's two ways to write it. */
function takeTitle(markdown: string): { title: string | undefined; rest: string } {
  const { before, sections } = splitAtHeadings(markdown, 1)
  const [first, ...others] = sections
  if (!first) return takeUnderlinedTitle(markdown)
  const parts = [before, first.markdown, ...others.map(({ heading, markdown: text }) => `## ${heading}\n\n${text}`)]
  const rest = parts.filter((part) => part !== '').join('\n\n')
  return { title: plainTitle(first.heading), rest }
}

function takeUnderlinedTitle(markdown: string): { title: string | undefined; rest: string } {
  const [whole = '', title = ''] = /^\s*([^\n]+)\n=+[ \t]*(?:\n|$)/.exec(markdown) ?? []
  if (whole === '') return { title: undefined, rest: markdown }
  return {
    title: plainTitle(title),
    rest: markdown.slice(whole.length).replaceAll(/^([^\n]+)\n-{3,}[ \t]*$/gm, '## $1'),
  }
}

function plainTitle(heading: string): string | undefined {
  const plain = heading.replaceAll(/<!--.*?-->/g, '').trim()
  return plain === '' ? undefined : plain
}

/** Takes `ADR-0012: `, `12. ` or `[ADR 12] ` off a title. */
function splitNumber(title: string): { number: number | undefined; title: string } {
  const prefix = /^\[?(?:ADR[\s#_-]*)?(\d{1,5})\]?(?:\s*[:.)|]\s*|\s+[-–—]+\s+|\s*[-–—]\s+)(?=\S)/i.exec(title)
  if (!prefix) return { number: undefined, title }
  return { number: Number(prefix[1]), title: title.slice(prefix[0].length) }
}

function titleOf(path: string): string {
  const name = (path.split('/').at(-1) ?? '')
    .replace(/\.md$/i, '')
    .replace(/^(?:adr[-_]?)?(?:\d{8}|\d{4}-\d{2}-\d{2}|\d+)[-_. ]*/i, '')
  const words = name.replaceAll(/[-_]+/g, ' ').trim()
  return words === '' ? 'Untitled' : `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

function toNumber(value: unknown): number | undefined {
  const number = Number(readText(value) ?? Number.NaN)
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined
}
