import type { KnownBlock, ModalView } from '@slack/web-api'
import type { DecisionBody } from '../../../decisions/decision.ts'
import { decisionForms } from './acts.ts'
import { type Filled, type FormFields, maxChars, splitLines, toFields } from './form-fields.ts'
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
