export const decisionStatuses = [
  'draft',
  'proposed',
  'accepted',
  'rejected',
  'deprecated',
  'superseded',
  'withdrawn',
] as const
export type DecisionStatus = (typeof decisionStatuses)[number]

/** Where a sentence comes from. `written` is a person's own: typed in the form, or read in a file of the repository. */
export type Source =
  | { kind: 'message'; ts: string; link: string }
  | { kind: 'file'; place: string; link: string }
  | { kind: 'written' }
  | { kind: 'inferred' }

/** One sentence, or one block of Markdown, with where it comes from. */
export interface Statement {
  text: string
  source: Source
}

export interface Option {
  name: string
  description: Statement[]
  pros: Statement[]
  neutral: Statement[]
  cons: Statement[]
}

/** What a decision touches: path globs, npm package names, names of services. */
export interface Affects {
  paths: string[]
  packages: string[]
  services: string[]
}

export type Reversibility = 'two-way-door' | 'one-way-door' | 'unknown'

/** An assertion as JSON; src/decisions/checks knows the grammar, nothing else looks inside. */
export type Assertion = string | { readonly [key: string]: unknown }

/** A section that MADR does not know, kept word for word. */
export interface ExtraSection {
  heading: string
  markdown: string
}

/**
 * What was decided, in the parts of MADR 4 (https://github.com/adr/madr) and a few of our own. Nothing in it changes
 * once the decision is accepted. People are Slack user ids, or plain names when a file named them.
 */
export interface DecisionBody {
  title: string
  context: Statement[]
  drivers: Statement[]
  options: Option[]
  /** `option` is the name of the chosen one; empty while there is none. */
  outcome: { option: string; justification: Statement[] }
  good: Statement[]
  neutral: Statement[]
  bad: Statement[]
  confirmation: Statement[]
  more: Statement[]
  extra: ExtraSection[]
  deciders: string[]
  consulted: string[]
  informed: string[]
  affects: Affects
  tags: string[]
  /** Five to ten words that somebody may search by and the text does not hold. */
  keywords: string[]
  reversibility: Reversibility
  /** `owner/name`, when it is about one repository. */
  repository: string | undefined
}

/** A named decider's word on the body as it stands. */
export interface Vote {
  userId: string
  approves: boolean
  /** Why not; empty for an approval. */
  reason: string
  at: number
}

/** A dated note under an accepted decision. */
export interface Amendment {
  text: string
  by: string
  at: number
}

/** A file that a decision was read from, with what the file says and a decision has no place for. */
export interface ImportOrigin {
  /** `owner/name` */
  repository: string
  path: string
  statusNote: string
  /** References as the file writes them. */
  supersedes: string[]
  supersededBy: string | undefined
  otherFields: Record<string, unknown>
}

export interface Decision {
  id: string
  teamId: string
  /** Given when it is first proposed; counts up in a workspace without holes and is never given twice. */
  number: number | undefined
  /** Where it was made: who reads that channel reads the decision. */
  channelId: string
  threadTs: string | undefined
  /** Permanent link to the message it was recorded from. */
  threadLink: string | undefined
  visibility: 'channel' | 'workspace'
  status: DecisionStatus
  body: DecisionBody
  checks: Assertion[]
  /** When it is to be looked at again, in ms; moved on by each review. */
  reviewBy: number | undefined
  /** Ids of the decisions it replaces, from the moment it is accepted. */
  supersedes: string[]
  supersededBy: string | undefined
  /** The id of the rejected or withdrawn decision it takes up again. */
  reopens: string | undefined
  /** The file it was read from; there its body may change, by review of that repository. */
  importedFrom: ImportOrigin | undefined
  votes: Vote[]
  amendments: Amendment[]
  /** Why it was rejected, withdrawn or deprecated. */
  reason: string | undefined
  createdBy: string
  createdAt: number
  changedAt: number
  /** When it was accepted or rejected. */
  decidedAt: number | undefined
  /** One more with every act: who acts on an older version is told to look again. */
  version: number
}

export const origins = [
  'button',
  'command',
  'shortcut',
  'form',
  'reaction',
  'mention',
  'review',
  'import',
  'ci',
  'program',
] as const
/** From where somebody acted. */
export type Origin = (typeof origins)[number]

export interface Actor {
  userId: string
  /** Of the Slack workspace. */
  isAdmin: boolean
  origin: Origin
}

/** What an edit may change, and what a new draft begins with. */
export interface DecisionDraft {
  body: DecisionBody
  checks: Assertion[]
  reviewBy: number | undefined
  supersedes: string[]
}

/** A decision that another one is told of. */
export interface DecisionRef {
  id: string
  number: number | undefined
  status: DecisionStatus
}

/** Named people who were deactivated since: nothing waits for them, and what they said does not count. */
export interface Absent {
  gone?: readonly string[]
}

export type Act =
  | { kind: 'edit'; draft: DecisionDraft }
  | { kind: 'propose' }
  | ({ kind: 'approve' } & Absent)
  | ({ kind: 'reject'; reason: string } & Absent)
  | { kind: 'withdraw'; reason: string }
  | { kind: 'amend'; text: string }
  | { kind: 'review'; reviewBy: number | undefined }
  | { kind: 'set-checks'; checks: Assertion[] }
  | { kind: 'deprecate'; reason: string }
  | { kind: 'supersede'; by: DecisionRef }
  | { kind: 'widen' }

/** One line of the audit trail, as the pure rules give it. */
export type DecisionEvent =
  | { kind: 'created'; reopens?: string }
  | { kind: 'imported'; path: string; status: DecisionStatus; before?: DecisionBody; checksBefore?: Assertion[] }
  | { kind: 'edited'; before: DecisionBody }
  | { kind: 'proposed'; number: number }
  | { kind: 'approved' }
  | { kind: 'objected'; reason: string }
  | { kind: 'accepted' }
  | { kind: 'rejected'; reason: string }
  | { kind: 'withdrawn'; reason: string }
  | { kind: 'amended'; text: string }
  | { kind: 'reviewed'; reviewBy: number | undefined }
  | { kind: 'checks-set'; before: Assertion[] }
  | { kind: 'deprecated'; reason: string }
  | { kind: 'superseded'; by: string }
  | { kind: 'replaced'; supersedes: string }
  | { kind: 'widened' }
  | { kind: 'reopened'; by: string }
  | { kind: 'exported'; path: string; pull: string; contentHash: string }
  /** The repository it names was, on GitHub. */
  | { kind: 'renamed'; text: string }

/** The acts by which people settle a decision here; after one of them no file changes it. */
export const decidingEvents = ['accepted', 'rejected', 'withdrawn', 'deprecated', 'superseded'] as const

/** A body with nothing in it but a title. */
export function emptyBody(title: string): DecisionBody {
  return {
    title,
    context: [],
    drivers: [],
    options: [],
    outcome: { option: '', justification: [] },
    good: [],
    neutral: [],
    bad: [],
    confirmation: [],
    more: [],
    extra: [],
    deciders: [],
    consulted: [],
    informed: [],
    affects: { paths: [], packages: [], services: [] },
    tags: [],
    keywords: [],
    reversibility: 'unknown',
    repository: undefined,
  }
}

/** Whether a decider is a person of Slack, and not a name that a file gave. */
export function isSlackUser(person: string): boolean {
  return /^[UW][A-Z0-9]+$/.test(person)
}

/** How people name a decision: ADR-12, or "draft" while it has no number. */
export function nameDecision({ number }: Pick<Decision, 'number'>): string {
  return number === undefined ? 'draft' : `ADR-${number}`
}

/** What a decision says in one line (a Y-statement, Zimmermann), for digests, indexes and cards. */
export function toOneLine({ title, options, outcome }: DecisionBody): string {
  const against = options.map(({ name }) => name).filter((name) => name !== outcome.option)
  const chosen = outcome.option === '' ? title : `${title}: ${outcome.option}`
  const over = against.length > 0 && outcome.option !== '' ? `, not ${against.join(' or ')}` : ''
  const [because] = outcome.justification
  return `${chosen}${over}${because ? `, because ${because.text.replace(/^because\s+/i, '').replaceAll(/\s+/g, ' ')}` : ''}`
}
