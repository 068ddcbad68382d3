import type { KnownBlock, ModalView } from '@slack/web-api'
import type { DecisionBody, Option, Statement } from '../../../decisions/decision.ts'
import { decisionForms } from './acts.ts'
import { isoDay } from '../../../lib/iso-day.ts'

/** What the form was opened with; it comes back with what was filled in. */
export interface FormContext {
  /** A decision to be edited, as it was seen, or a suggestion to be recorded. */
  about: { kind: 'decision'; id: string; version: number } | { kind: 'suggestion'; id: string }
  /** Where it was opened: who sends it may know what they may know there. */
  channelId: string
}

export interface FormContents {
  body: DecisionBody
  /** Assertions as people write them. */
  checks: readonly string[]
  reviewBy: number | undefined
}

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
const maxChars = 3000

/** The form that a decision is written in, filled with what is known. */
export function renderDecisionForm(context: FormContext, contents: FormContents): ModalView {
  const { body, checks, reviewBy } = contents
  const shown = toFields(body)
  return {
    type: 'modal',
    callback_id: decisionForms.record,
    private_metadata: JSON.stringify(context),
    title: plain('Decision'),
    submit: plain(context.about.kind === 'decision' ? 'Save' : 'Record as draft'),
    close: plain('Cancel'),
    blocks: [
      text('title', 'What was decided, in a few words', shown.title, { required: true, line: true }),
      text('context', 'Which problem is it about?', shown.context),
      text('options', 'Options, one a line; "name: what it is"', shown.options),
      text('option', 'The chosen option', shown.option, { line: true }),
      text('because', 'Why this one?', shown.because),
      text('good', 'What gets better, one a line', shown.good),
      text('bad', 'What gets worse, one a line', shown.bad),
      people('deciders', 'Who decides? Each of them has to approve.', body.deciders),
      date('reviewBy', 'Look at it again by', reviewBy),
      choice('reversibility', 'Can it be taken back?', body.reversibility),
      text('repository', 'Repository, as owner/name', shown.repository, { line: true }),
      text('affects', 'What it touches, one a line: "path src/**", "package pg", "service orders"', shown.affects),
      text('tags', 'Tags, with commas', shown.tags, { line: true }),
      text('keywords', 'Words somebody may search by, with commas', shown.keywords, { line: true }),
      text('checks', 'Checks against the code, one a line; "dependency moment absent"', checks.join('\n')),
    ],
  }
}

interface FieldValue {
  value?: string | null
  selected_users?: string[]
  selected_date?: string | null
  selected_option?: { value?: string } | null
}

/** What somebody filled in; undefined for a form that is not ours. */
export function readDecisionForm(view: {
  private_metadata: string
  state: { values: Record<string, Record<string, FieldValue>> }
}): (FormContext & { filled: Filled }) | undefined {
  const context = readContext(view.private_metadata)
  if (!context) return undefined
  const field = (name: keyof FormFields) => view.state.values[name]?.[name]
  const filled: Filled = {}
  for (const name of textFields) {
    const given = field(name)
    if (given) filled[name] = given.value?.trim() ?? ''
  }
  const checks = field('checks')
  if (checks) filled.checks = splitLines(checks.value ?? '')
  const deciders = field('deciders')?.selected_users
  if (deciders) filled.deciders = deciders
  const reviewBy = field('reviewBy')
  if (reviewBy) filled.reviewBy = reviewBy.selected_date ?? undefined
  const chosen = field('reversibility')?.selected_option?.value
  const reversibility = reversibilities.find(({ value }) => value === chosen)
  if (reversibility) filled.reversibility = reversibility.value
  return { ...context, filled }
}

const textFields = [
  'title',
  'context',
  'options',
  'option',
  'because',
  'good',
  'bad',
  'repository',
  'affects',
  'tags',
  'keywords',
] as const

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
function toFields(body: DecisionBody): Omit<FormFields, 'checks' | 'reviewBy'> {
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
const splitLines = (value: string) =>
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

function readContext(metadata: string): FormContext | undefined {
  const read: unknown = JSON.parse(metadata || 'null')
  const about = typeof read === 'object' && read !== null && 'about' in read ? read.about : undefined
  if (typeof about !== 'object' || about === null || !('id' in about) || typeof about.id !== 'string') return undefined
  const channelId = typeof read === 'object' && read !== null && 'channelId' in read ? String(read.channelId) : ''
  if ('kind' in about && about.kind === 'suggestion') return { about: { kind: 'suggestion', id: about.id }, channelId }
  const version = 'version' in about ? Number(about.version) : Number.NaN
  return Number.isInteger(version) ? { about: { kind: 'decision', id: about.id, version }, channelId } : undefined
}

const reversibilities = [
  { value: 'unknown', label: 'Nobody has said' },
  { value: 'two-way-door', label: 'Easily' },
  { value: 'one-way-door', label: 'Hardly' },
] as const satisfies { value: DecisionBody['reversibility']; label: string }[]

const plain = (words: string) => ({ type: 'plain_text' as const, text: words })

function text(
  name: keyof FormFields,
  label: string,
  value: string,
  kind: { required?: true; line?: true } = {},
): KnownBlock {
  // A field that is cut would come back cut: one that is too long is not offered, and stays as it is.
  if (value.length > maxChars && !kind.required)
    return { type: 'section', text: plain(`${label}: this is longer than a form takes, and stays as it is.`) }
  return {
    type: 'input',
    block_id: name,
    optional: !kind.required,
    label: plain(label),
    element: {
      type: 'plain_text_input',
      action_id: name,
      multiline: !kind.line,
      max_length: maxChars,
      ...(value !== '' && { initial_value: value.slice(0, maxChars) }),
    },
  }
}

function people(name: keyof FormFields, label: string, users: readonly string[]): KnownBlock {
  const known = users.filter((user) => /^[UW][A-Z0-9]+$/.test(user))
  return {
    type: 'input',
    block_id: name,
    optional: true,
    label: plain(label),
    element: { type: 'multi_users_select', action_id: name, ...(known.length > 0 && { initial_users: known }) },
  }
}

function date(name: keyof FormFields, label: string, ms: number | undefined): KnownBlock {
  return {
    type: 'input',
    block_id: name,
    optional: true,
    label: plain(label),
    element: {
      type: 'datepicker',
      action_id: name,
      ...(ms !== undefined && { initial_date: isoDay(ms) }),
    },
  }
}

function choice(name: keyof FormFields, label: string, chosen: DecisionBody['reversibility']): KnownBlock {
  const options = reversibilities.map(({ value, label: words }) => ({ text: plain(words), value }))
  const initial = options.find(({ value }) => value === chosen)
  return {
    type: 'input',
    block_id: name,
    optional: true,
    label: plain(label),
    element: { type: 'static_select', action_id: name, options, ...(initial && { initial_option: initial }) },
  }
}
