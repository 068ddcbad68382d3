import { type DecisionBody, emptyBody, type Option } from '../decision.ts'
import { readList, Shelter } from './blocks.ts'
import { type MarkdownSection, nameSection, type SectionName, splitAtHeadings } from './headings.ts'
import type { FileAmendment } from './madr-record.ts'
import { readItems, readJudged, readProse, unescapeHeadings } from './statements.ts'

interface Reading {
  body: DecisionBody
  /** What a `## Status` section says. */
  statusText: string
  amendments: FileAmendment[]
}

/** Reads the sections under a title. A section that does not have its usual shape is kept word for word instead. */
export function readBody(markdown: string): Reading {
  const { before, sections } = splitAtHeadings(markdown, 2)
  const reading: Reading = { body: emptyBody(''), statusText: '', amendments: [] }
  const taken = new Set<SectionName>()
  for (const section of sections) {
    const name = nameSection(section.heading)
    const isNew = name !== undefined && !taken.has(name) && section.markdown !== ''
    if (isNew && readers[name](section, reading)) taken.add(name)
    else reading.body.extra.push(section)
  }
  reading.body.context.unshift(...readProse(before))
  return reading
}

type SectionReader = (section: MarkdownSection, reading: Reading) => boolean

const readers: Record<SectionName, SectionReader> = {
  context: ({ markdown }, { body }) => {
    body.context = readProse(markdown)
    return true
  },
  drivers: ({ markdown }, { body }) => {
    const items = readItems(markdown)
    body.drivers = items ?? []
    return items !== undefined
  },
  options: readOptionList,
  outcome: ({ markdown }, { body }) => {
    readOutcome(markdown, body)
    return true
  },
  consequences: ({ markdown }, { body }) => readConsequences(demoteHeadings(markdown), body),
  good: ({ markdown }, { body }) => readOneSided(markdown, body.good),
  bad: ({ markdown }, { body }) => readOneSided(markdown, body.bad),
  confirmation: ({ markdown }, { body }) => {
    if (body.confirmation.length > 0) return false
    body.confirmation = readProse(demoteHeadings(markdown))
    return true
  },
  pros: readProsAndCons,
  more: ({ markdown }, { body }) => {
    body.more = readProse(markdown)
    return true
  },
  status: ({ markdown }, reading) => {
    reading.statusText = markdown
    return true
  },
  amendments: readAmendments,
}

function readOptionList({ markdown }: MarkdownSection, { body }: Reading): boolean {
  const items = readList(markdown)
  if (!items) return false
  const read = items.map(readOptionItem)
  const names = [...read, ...body.options].map(({ name }) => name)
  if (names.includes('') || new Set(names).size !== names.length) return false
  body.options = [...read, ...body.options]
  return true
}

/** `**Name**: what it is` and items of several lines have a description; all others are only a name. */
function readOptionItem(item: string): Option {
  const [, name, said] = /^(?:\*\*|__)([^\n]+?)(?:\*\*|__)(?:\s*[:–—-]\s+|\s*:?\s*\n)(\S.*)$/s.exec(item) ?? []
  if (name !== undefined && said !== undefined) return nameOption(name.replace(/:$/, ''), said)
  const [first = '', ...rest] = item.split('\n')
  return nameOption(first.trim(), rest.join('\n').trim())
}

function nameOption(name: string, said: string): Option {
  return { name, description: readProse(said), pros: [], neutral: [], cons: [] }
}

function readOutcome(markdown: string, body: DecisionBody): void {
  const { before, sections } = splitAtKnown(markdown)
  const choice = /^Chosen option: ?["“]([^\n]+?)["”](?:,? because\s+|\.?[ \t]*(?:\n|$))/.exec(before)
  if (choice) body.outcome.option = choice[1] ?? ''
  body.outcome.justification = readProse(choice ? before.slice(choice[0].length) : before)
  for (const { heading, markdown: text } of sections) {
    const name = nameSection(heading)
    const read =
      name === 'confirmation' || name === 'good' || name === 'bad' || name === 'consequences'
        ? readers[name]({ heading, markdown: text }, { body, statusText: '', amendments: [] })
        : false
    if (!read) body.outcome.justification.push(...readProse(`### ${heading}\n\n${text}`))
  }
}

/** What is a section of its own elsewhere stands a level deeper in MADR 4, and its headings with it. */
function demoteHeadings(markdown: string): string {
  const { before, sections } = splitAtKnown(markdown)
  const shelter = new Shelter()
  const demoted = before
    .split('\n')
    .map((line) => (!shelter.covers(line) && /^###(?!#)/.test(line) ? `#${line}` : line))
    .join('\n')
  return [demoted, ...sections.map(({ heading, markdown: text }) => `### ${heading}\n\n${text}`)].join('\n\n')
}

/** Splits at the third-level headings that MADR knows under the outcome; others stay in the part they stand in. */
function splitAtKnown(markdown: string): { before: string; sections: MarkdownSection[] } {
  const { before, sections } = splitAtHeadings(markdown, 3)
  const parts: MarkdownSection[] = []
  let start = before
  for (const section of sections) {
    const known = ['consequences', 'good', 'bad', 'confirmation'].includes(nameSection(section.heading) ?? '')
    const last = parts.at(-1)
    const whole = `### ${section.heading}\n\n${section.markdown}`.trim()
    if (known && section.markdown !== '') parts.push({ ...section })
    else if (last) last.markdown = `${last.markdown}\n\n${whole}`
    else start = `${start}\n\n${whole}`.trim()
  }
  return { before: start, sections: parts }
}

function readConsequences(markdown: string, body: DecisionBody): boolean {
  if (body.neutral.length > 0) return false
  const { before, sections } = splitAtKnown(markdown)
  const { plain, good, neutral, bad } = readJudged(before)
  body.neutral.push(...plain, ...neutral)
  body.good.push(...good)
  body.bad.push(...bad)
  for (const { heading, markdown: text } of sections) {
    const side = nameSection(heading) === 'good' ? body.good : body.bad
    if (!readOneSided(text, side)) body.neutral.push(...readProse(`### ${heading}\n\n${text}`))
  }
  return true
}

function readOneSided(markdown: string, side: DecisionBody['good']): boolean {
  const items = readItems(markdown)
  const plain = items?.map(({ text, source }) => ({ text: text.replace(/^(?:Good|Bad), because\s+/i, ''), source }))
  side.push(...(plain ?? []))
  return items !== undefined
}

function readProsAndCons({ markdown }: MarkdownSection, { body }: Reading): boolean {
  const { before, sections } = splitAtHeadings(markdown, 3)
  const headings = sections.map(({ heading }) => heading)
  if (before !== '' || sections.length === 0 || new Set(headings).size !== headings.length || headings.includes(''))
    return false
  for (const { heading, markdown: text } of sections) {
    const { plain, good, neutral, bad } = readJudged(text)
    const known = body.options.find(({ name }) => name === heading)
    const option = known ?? nameOption(heading, '')
    if (!known) body.options.push(option)
    option.description.push(...plain)
    option.pros.push(...good)
    option.neutral.push(...neutral)
    option.cons.push(...bad)
  }
  return true
}

function readAmendments({ markdown }: MarkdownSection, reading: Reading): boolean {
  const { before, sections } = splitAtHeadings(markdown, 3)
  const notes = sections.map(({ heading, markdown: text }) => {
    const [, date = '', by = ''] = /^(\d{4}-\d{2}-\d{2}), (.+)$/.exec(heading) ?? []
    return { date, by, text: unescapeHeadings(text, 3) }
  })
  if (before !== '' || notes.length === 0 || notes.some(({ date }) => date === '')) return false
  reading.amendments = notes
  return true
}
