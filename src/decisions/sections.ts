import type { Decision, DecisionBody, Option, Statement } from './decision.ts'

/** A part of a decision as the search reads it: its own words under the decision's title and keywords. */
export interface Section {
  title: string
  keywords: string
  heading: string
  text: string
}

/** Cuts a decision into the sections that are searched; together they hold all its words. */
export function toSections({ body, amendments, reason }: Pick<Decision, 'body' | 'amendments' | 'reason'>): Section[] {
  const parts: [string, string][] = [
    ['context and problem', joined(body.context, body.drivers)],
    ['considered options', body.options.map(sayOption).join('\n')],
    ['decision outcome', joined([plain(body.outcome.option)], body.outcome.justification)],
    ['consequences', joined(body.good, body.neutral, body.bad, body.confirmation)],
    ['more information', [joined(body.more), sayRest(body), sayLater(amendments, reason)].join('\n')],
    ...body.extra.map(({ heading, markdown }): [string, string] => [heading, markdown]),
  ]
  const keywords = [...body.keywords, ...body.tags].join(' ')
  const sections = parts.filter(([, text]) => text.trim() !== '')
  const written = sections.length > 0 ? sections : [['', ''] as const]
  return written.map(([heading, text]) => ({ title: body.title, keywords, heading, text }))
}

function sayOption({ name, description, pros, neutral, cons }: Option): string {
  return joined([plain(name)], description, pros, neutral, cons)
}

function sayRest({ affects, repository }: DecisionBody): string {
  return [...affects.paths, ...affects.packages, ...affects.services, repository ?? ''].join(' ')
}

function sayLater(amendments: Decision['amendments'], reason: string | undefined): string {
  return [...amendments.map(({ text }) => text), reason ?? ''].join('\n')
}

function joined(...lists: Pick<Statement, 'text'>[][]): string {
  return lists
    .flat()
    .map(({ text }) => text)
    .join('\n')
}

function plain(text: string): Pick<Statement, 'text'> {
  return { text }
}
