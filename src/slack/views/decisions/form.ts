import type { KnownBlock, ModalView } from '@slack/web-api'
import type { DecisionBody, Option, Statement } from '../../../decisions/decision.ts'
import { decisionForms } from './acts.ts'

/** What the form was opened with; it comes back with what was filled in. */
export interface FormContext {
  /** A decision to be edited, as it was seen, or a suggestion to be recorded. */
  about: { kind: 'decision'; id: string; version: number } | { kind: 'suggestion'; id: string }
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
  const lines = toLines(body)
  return {
    type: 'modal',
    callback_id: decisionForms.record,
    private_metadata: JSON.stringify(context),
    title: plain('Decision'),
    submit: plain(context.about.kind === 'decision' ? 'Save' : 'Record as draft'),
    close: plain('Cancel'),
    blocks: [
      text('title', 'What was decided, in a few words', body.title, { required: true, line: true }),
      text('context', 'Which problem is it about?', lines.context),
      text('options', 'Options, one a line; "name: what it is"', lines.options),
      text('option', 'The chosen option', body.outcome.option, { line: true }),
      text('because', 'Why this one?', lines.because),
      text('good', 'What gets better, one a line', lines.good),
      text('bad', 'What gets worse, one a line', lines.bad),
      people('deciders', 'Who decides? Each of them has to approve.', body.deciders),
      date('reviewBy', 'Look at it again by', reviewBy),
      choice('reversibility', 'Can it be taken back?', body.reversibility),
      text('repository', 'Repository, as owner/name', body.repository ?? '', { line: true }),
      text('affects', 'What it touches, one a line: "path src/**", "package pg", "service orders"', lines.affects),
      text('tags', 'Tags, with commas', body.tags.join(', '), { line: true }),
      text('keywords', 'Words somebody may search by, with commas', body.keywords.join(', '), { line: true }),
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

/** What was filled in as a body; sentences that nobody touched keep their sources, others are the person's own. */
export function toBody(sent: Filled, before: DecisionBody): DecisionBody {
  const filled = { ...toFields(before), ...sent }
  const known = new Map(listStatements(before).map((each) => [each.text, each]))
  const said = (line: string): Statement => known.get(line) ?? { text: line, source: { kind: 'written' } }
  const prose = (value: string, was: readonly Statement[]) =>
    value === joined(was) ? [...was] : splitLines(value).map(said)
  const options = splitLines(filled.options).map((line) => toOption(line, before, said))
  const named = filled.option === '' || options.some(({ name }) => name === filled.option)
  const chosen = named ? [] : [toOption(filled.option, before, said)]
  return {
    ...before,
    title: filled.title,
    context: prose(filled.context, before.context),
    options: [...options, ...chosen],
    outcome: { option: filled.option, justification: prose(filled.because, before.outcome.justification) },
    good: prose(filled.good, before.good),
    bad: prose(filled.bad, before.bad),
    deciders: filled.deciders,
    repository: filled.repository === '' ? undefined : filled.repository.toLowerCase(),
    affects: readAffects(splitLines(filled.affects)),
    tags: splitCommas(filled.tags).map((tag) => tag.toLowerCase()),
    keywords: splitCommas(filled.keywords),
    reversibility: filled.reversibility,
  }
}

/** The fields as they stand before anybody touches them. */
function toFields(body: DecisionBody): Omit<FormFields, 'checks' | 'reviewBy'> {
  const { title, outcome, deciders, repository = '', tags, keywords, reversibility } = body
  return {
    ...toLines(body),
    title,
    option: outcome.option,
    deciders,
    repository,
    tags: tags.join(', '),
    keywords: keywords.join(', '),
    reversibility,
  }
}

function toOption(line: string, before: DecisionBody, said: (line: string) => Statement): Option {
  const [name = '', ...rest] = line.split(': ')
  const described = rest.join(': ').trim()
  const known = before.options.find((option) => option.name === name.trim())
  const empty = { name: name.trim(), description: [], pros: [], neutral: [], cons: [] }
  const option = known ?? empty
  if (described === joined(option.description)) return option
  return { ...option, description: described === '' ? [] : [said(described)] }
}

function toLines({ context, options, outcome, good, bad, affects }: DecisionBody) {
  return {
    context: joined(context),
    options: options
      .map(({ name, description }) => (description.length > 0 ? `${name}: ${joined(description)}` : name))
      .join('\n'),
    because: joined(outcome.justification),
    good: joined(good),
    bad: joined(bad),
    affects: [
      ...affects.paths.map((path) => `path ${path}`),
      ...affects.packages.map((name) => `package ${name}`),
      ...affects.services.map((name) => `service ${name}`),
    ].join('\n'),
  }
}

function readAffects(lines: readonly string[]): DecisionBody['affects'] {
  const named = (kind: string) =>
    lines.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1).trim()] : []))
  return { paths: named('path'), packages: named('package'), services: named('service') }
}

function listStatements({ context, outcome, good, bad, options }: DecisionBody): Statement[] {
  return [...context, ...outcome.justification, ...good, ...bad, ...options.flatMap(({ description }) => description)]
}

const joined = (statements: readonly Statement[]) => statements.map(({ text: words }) => words).join('\n')
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
  if ('kind' in about && about.kind === 'suggestion') return { about: { kind: 'suggestion', id: about.id } }
  const version = 'version' in about ? Number(about.version) : Number.NaN
  return Number.isInteger(version) ? { about: { kind: 'decision', id: about.id, version } } : undefined
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
      ...(ms !== undefined && { initial_date: new Date(ms).toISOString().slice(0, 10) }),
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
