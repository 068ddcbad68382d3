import type { DecisionBody, Option } from '../decision.ts'
import { writeFrontMatter } from './front-matter.ts'
import type { MadrRecord } from './madr-record.ts'
import { escapeHeadings, writeItems, writeProse } from './statements.ts'

/**
 * Writes a decision as a file of MADR 4 (https://adr.github.io/madr/): its own front matter and sections first, ours
 * under keys that its readers pass over. Reading it back gives the same record.
 */
export function toMadr(record: MadrRecord): string {
  const { body } = record
  const parts = [
    `# ${body.title.replaceAll(/\s+/g, ' ').trim()}`,
    section('## Context and Problem Statement', writeProse(body.context)),
    section('## Decision Drivers', writeItems(body.drivers)),
    section('## Considered Options', body.options.map(({ name }) => `* ${name}`).join('\n')),
    writeOutcome(body),
    writeOptions(body.options),
    section('## More Information', writeProse(body.more)),
    ...body.extra.map(({ heading, markdown }) => `## ${heading}\n\n${markdown}`.trimEnd()),
    writeAmendments(record),
  ]
  const markdown = parts.filter((part) => part !== '').join('\n\n')
  return `${writeFrontMatter(toFields(record))}${markdown}\n`
}

function toFields(record: MadrRecord): Record<string, unknown> {
  const { body, supersededBy } = record
  const { paths, packages, services } = body.affects
  const affects = { paths, packages, services }
  const replaced = record.status === 'superseded' && supersededBy !== undefined
  return {
    number: record.number,
    title: body.title,
    status: replaced ? `superseded by ${supersededBy}` : record.status,
    'status-note': record.statusNote,
    date: record.date,
    'decision-makers': body.deciders,
    consulted: body.consulted,
    informed: body.informed,
    tags: body.tags,
    keywords: body.keywords,
    'review-by': record.reviewBy,
    reversibility: body.reversibility === 'unknown' ? undefined : body.reversibility,
    repository: body.repository,
    affects: paths.length + packages.length + services.length > 0 ? affects : undefined,
    supersedes: record.supersedes,
    'superseded-by': replaced ? undefined : supersededBy,
    reason: record.reason,
    checks: record.checks,
    thread: record.thread,
    'architect-id': record.id,
    ...record.otherFields,
  }
}

function section(heading: string, text: string): string {
  return text === '' ? '' : `${heading}\n\n${text}`
}

function writeOutcome({ outcome, good, neutral, bad, confirmation }: DecisionBody): string {
  const judged = [writeItems(good, 'Good, because '), writeItems(bad, 'Bad, because ')].filter((list) => list !== '')
  const consequences = [writeProse(neutral), judged.join('\n')].filter((part) => part !== '')
  const parts = [
    writeChoice(outcome),
    section('### Consequences', consequences.join('\n\n')),
    section('### Confirmation', writeProse(confirmation)),
  ]
  return section('## Decision Outcome', parts.filter((part) => part !== '').join('\n\n'))
}

function writeChoice({ option, justification }: DecisionBody['outcome']): string {
  if (option === '') return writeProse(justification)
  const [first, ...rest] = justification
  if (!first || !isParagraph(first.text))
    return [`Chosen option: "${option}".`, writeProse(justification)].filter((part) => part !== '').join('\n\n')
  return [`Chosen option: "${option}", because ${writeProse([first])}`, writeProse(rest)]
    .filter((part) => part !== '')
    .join('\n\n')
}

function isParagraph(text: string): boolean {
  return !/^(?:\s|\\?#|[*+>|<-]|\d+[.)]|```|~~~)/.test(text)
}

function writeOptions(options: readonly Option[]): string {
  const told = options.filter(
    ({ description, pros, neutral, cons }) => description.length + pros.length + neutral.length + cons.length > 0,
  )
  return section('## Pros and Cons of the Options', told.map(writeOption).join('\n\n'))
}

function writeOption({ name, description, pros, neutral, cons }: Option): string {
  const lists = [
    writeItems(pros, 'Good, because '),
    writeItems(neutral, 'Neutral, because '),
    writeItems(cons, 'Bad, because '),
  ]
  const judged = lists.filter((list) => list !== '').join('\n')
  return [`### ${name}`, writeProse(description), judged].filter((part) => part !== '').join('\n\n')
}

function writeAmendments({ amendments }: MadrRecord): string {
  const notes = amendments.map(({ date, by, text }) => `### ${date}, ${by}\n\n${escapeHeadings(text, 3)}`)
  return section('## Amendments', notes.join('\n\n'))
}
