import type { DecisionBody, Option, Statement } from '../../../decisions/decision.ts'

/** What stands in the form's fields. */
export interface FormFields {
  title: string
  context: string
  options: string
  option: string
  because: string
  good: string
  bad: string
  deciders: string[]
  repository: string
  affects: string
  tags: string
  keywords: string
  reversibility: DecisionBody['reversibility']
  checks: string[]
  /** As a date, such as 2026-12-24. */
  reviewBy: string | undefined
}

/** What somebody sent; a field that did not come along stays as it was. */
export type Filled = Partial<FormFields>

/** Slack's limit for a text input. */
export const maxChars = 3000

/** What was filled in as a body; what nobody touched stays as it was to the letter, and other lines are the person's own. */
export function toBody(sent: Filled, before: DecisionBody): DecisionBody {
  const shown = toFields(before)
  const filled = { ...shown, ...sent }
  const edited = <T>(name: keyof typeof shown, was: T, read: (value: string) => T): T =>
    filled[name] === shown[name] ? was : read(String(filled[name]))
  const prose = (name: 'context' | 'because' | 'good' | 'bad', was: Statement[]) =>
    edited(name, was, (value) => readStatements(value, listStatements(before)))
  const options = edited('options', before.options, (value) =>
    splitLines(value).map((line) => readOption(line, before.options)),
  )
  const option = edited('option', before.outcome.option, (value) => findOption(value, before.options)?.name ?? value)
  const isListed = option === '' || options.some(({ name }) => name === option)
  const chosen = before.options.find(({ name }) => name === option) ?? bareOption(option)
  return {
    ...before,
    title: edited('title', before.title, (value) => value),
    context: prose('context', before.context),
    options: isListed ? options : [...options, chosen],
    outcome: { option, justification: prose('because', before.outcome.justification) },
    good: prose('good', before.good),
    bad: prose('bad', before.bad),
    deciders: filled.deciders,
    repository: edited('repository', before.repository, (value) => value.toLowerCase() || undefined),
    affects: edited('affects', before.affects, (value) => readAffects(splitLines(value))),
    tags: edited('tags', before.tags, (value) => splitCommas(value).map((tag) => tag.toLowerCase())),
    keywords: edited('keywords', before.keywords, splitCommas),
    reversibility: filled.reversibility,
  }
}

/** The fields as they stand before anybody touches them; a form trims them when it is sent. */
export function toFields(body: DecisionBody): Omit<FormFields, 'checks' | 'reviewBy'> {
  const { title, context, options, outcome, good, bad, affects, deciders, repository, tags, reversibility } = body
  return {
    title: onOneLine(title).slice(0, maxChars).trim(),
    context: joined(context),
    options: options.map(toLine).join('\n'),
    option: onOneLine(outcome.option),
    because: joined(outcome.justification),
    good: joined(good),
    bad: joined(bad),
    affects: [
      ...affects.paths.map((path) => `path ${path}`),
      ...affects.packages.map((name) => `package ${name}`),
      ...affects.services.map((name) => `service ${name}`),
    ]
      .join('\n')
      .trim(),
    deciders,
    repository: onOneLine(repository ?? ''),
    tags: onOneLine(tags.join(', ')),
    keywords: onOneLine(body.keywords.join(', ')),
    reversibility,
  }
}

function toLine({ name, description }: Option): string {
  return onOneLine(description.length > 0 ? `${name}: ${joined(description)}` : name)
}

/** The option a line speaks of; a name may hold a colon itself. */
function readOption(line: string, before: readonly Option[]): Option {
  const same = before.find((option) => toLine(option) === line)
  if (same) return same
  const known = findOption(line, before)
  const [first = ''] = line.split(': ')
  const name = known ? onOneLine(known.name) : first.trim()
  const described = line.slice(name.length).replace(/^\s*:/, '').trim()
  const option = known ?? bareOption(name)
  return { ...option, description: described === '' ? [] : readStatements(described, option.description) }
}

/** The option of this name, or the one with the longest name that the line begins with. */
function findOption(line: string, options: readonly Option[]): Option | undefined {
  return options
    .filter(({ name }) => line === onOneLine(name) || line.startsWith(`${onOneLine(name)}: `))
    .toSorted((a, b) => b.name.length - a.name.length)[0]
}

function bareOption(name: string): Option {
  return { name, description: [], pros: [], neutral: [], cons: [] }
}

/** Reads lines as statements; those that stand there as they were, however many lines they take, keep their source. */
function readStatements(value: string, known: readonly Statement[]): Statement[] {
  const lines = splitLines(value)
  const statements: Statement[] = []
  for (let at = 0; at < lines.length;) {
    const kept = known.find(({ text: words }) => startsWith(lines.slice(at), splitLines(words)))
    statements.push(kept ?? { text: lines[at] ?? '', source: { kind: 'written' } })
    at += kept ? splitLines(kept.text).length : 1
  }
  return statements
}

function startsWith(lines: readonly string[], beginning: readonly string[]): boolean {
  return beginning.length > 0 && beginning.every((line, index) => line === lines[index])
}

function readAffects(lines: readonly string[]): DecisionBody['affects'] {
  const named = (kind: string) =>
    lines.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1).trim()] : []))
  return { paths: named('path'), packages: named('package'), services: named('service') }
}

function listStatements({ context, outcome, good, bad, options }: DecisionBody): Statement[] {
  return [...context, ...outcome.justification, ...good, ...bad, ...options.flatMap(({ description }) => description)]
}

const joined = (statements: readonly Statement[]) =>
  statements
    .map(({ text: words }) => words)
    .join('\n')
    .trim()
const onOneLine = (value: string) => value.replaceAll(/\s+/g, ' ').trim()
export const splitLines = (value: string) =>
  value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
const splitCommas = (value: string) => [
  ...new Set(
    value
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  ),
]
