import type { Confidence, Severity } from '../evidence/rules/rule.ts'
import type { LineRange, Pin } from '../github/target.ts'

export const depths = ['facts', 'standard', 'deep'] as const

/** How far a review goes: rules alone at no cost, eight areas with the model, or ten. */
export type Depth = (typeof depths)[number]

export const areas = [
  'api',
  'errors',
  'validation',
  'database',
  'caching',
  'security',
  'scalability',
  'organisation',
  'dependencies',
  'testing',
  'production',
] as const

export type ReviewArea = (typeof areas)[number]

export type { Confidence, Severity }

/** What is reviewed, at one commit. `key` is the same for every review of it; `label` is what people read. */
export interface ReviewTarget {
  /** Undefined for a folder on this machine. */
  pin: Pin | undefined
  key: string
  label: string
  url: string | undefined
  /** Below the repository's root; empty for all of it. */
  path: string
  lines: LineRange | undefined
  /** Set for a pull request, a compare, a commit or a branch on this machine. */
  change: Change | undefined
}

/** What is reviewed of a change: the files that differ from the commit both sides come from. */
export interface Change {
  baseSha: string
  /** Undefined for a folder on this machine. */
  base: Pin | undefined
  /** Paths at the head, from the repository's root; a removed file by the path it had. */
  files: readonly string[]
  title: string
}

/** One cause, worst place first. Rules and the model write the same shape, so that a reader need not know which it was. */
export interface ReviewFinding {
  /** Stable across moves, renames and reformatting; changes when the quoted code changes. */
  fingerprint: string
  /** A rule's id, or `model/<area>`. */
  rule: string
  area: ReviewArea
  category: string | undefined
  cwe: string | undefined
  severity: Severity
  confidence: Confidence
  title: string
  /** What is wrong here. */
  message: string
  /** Why it hurts: latency, memory, the event loop, safety or maintenance. */
  why: string
  place: Place
  /** Further places of the same cause. */
  also: readonly OtherPlace[]
  quote: string
  fix: {
    say: string
    code: string | undefined
    /** The code shows how, with names of its own; it is not that of the place. */
    isExample: boolean
    language: string
    /** Packages with versions and Node.js versions that the fix takes. */
    needs: readonly string[]
    effort: 'minutes' | 'hours' | 'days' | undefined
  }
  sources: readonly string[]
  /** What the gates could not confirm, as sentences; empty when all held. */
  labels: readonly string[]
  /** For a change: brought by it, or there before in what it touches. */
  origin: 'new' | 'touched' | undefined
}

export interface Place {
  path: string
  line: number
  endLine: number
  /** A permalink, when the code is on GitHub. */
  url: string | undefined
}

/** A place that was found on its own and shares the cause; its own fingerprint is what memory goes by. */
export interface OtherPlace extends Place {
  fingerprint: string
  /** What is wrong there, where that differs from the first place. */
  message: string | undefined
}

/** What became of one file. Every file has exactly one. */
export type FileStatus = 'read' | 'in-part' | 'listed' | 'excluded'

/** The exact partition of a target's files, and what may be said of each area. */
export interface Ledger {
  files: number
  read: number
  inPart: number
  listed: number
  excluded: number
  /** Files per reason, for all that were not read whole; reasons are short nouns such as "lockfile" or "size". */
  reasons: Readonly<Record<string, number>>
  /** A few paths per reason, for the reader who wonders. */
  examples: Readonly<Record<string, readonly string[]>>
  areas: Readonly<Record<ReviewArea, 'assessed' | 'in-part' | 'not-assessed'>>
  /** Why an area is not assessed whole, in a few words each. */
  areaReasons: Readonly<Partial<Record<ReviewArea, string>>>
}

/** What somebody answered for: with a button, or `in-code` by a remark in the code itself. */
export interface ExceptedFinding {
  finding: ReviewFinding
  kind: 'wont-fix' | 'wrong' | 'in-code'
  reason: string
  /** Undefined for a remark in the code. */
  ownerId: string | undefined
  until: number | undefined
}

/** An accepted decision of the team that governs the code, and what its checks came to, the worst first. */
export interface ReviewedDecision {
  name: string
  title: string
  url: string | undefined
  state: 'holds' | 'broken' | 'unknown'
  checks: readonly ReviewedCheck[]
}

export interface ReviewedCheck {
  /** The line that people wrote. */
  assertion: string
  outcome: 'holds' | 'broken' | 'unknown'
  reason: string | undefined
  /** The first places of `total`. */
  places: readonly { path: string; line: number | undefined; quote: string; says: string; url: string | undefined }[]
  total: number
  since: { name: string; url: string | undefined } | undefined
  introduced: { name: string; url: string | undefined } | undefined
  /** Of a change: whether it was broken before; undefined when that is not known. */
  before: boolean | undefined
}

/** Against the review before of the same target. */
export interface Comparison {
  sinceSha: string
  sinceMs: number
  fixed: readonly { fingerprint: string; title: string; place: string }[]
  new: readonly string[]
  open: readonly string[]
  moved: readonly { fingerprint: string; from: string; to: string }[]
}

export interface ReviewReport {
  target: ReviewTarget
  depth: Depth
  atMs: number
  /** What the code is: framework, data, Node.js, routes; empty when nothing was read. */
  project: string
  verdict: string
  ledger: Ledger
  /** One per cause, worst first, without the excepted ones. */
  findings: readonly ReviewFinding[]
  excepted: readonly ExceptedFinding[]
  /** Areas that the model read whole and found nothing in, with what it looked at. */
  clean: readonly { area: ReviewArea; checked: string }[]
  /** What the gates dropped of the model's claims, by reason; zero of everything in a facts review. */
  dropped: Readonly<Record<string, number>>
  comparison: Comparison | undefined
  /** Broken ones first, then those that could not be checked. */
  decisions: readonly ReviewedDecision[]
  /** Sentences about limits that every reader must see, such as a cap that was reached. */
  notices: readonly string[]
  ending:
    | { kind: 'complete' }
    | { kind: 'stopped'; areasLeft: readonly ReviewArea[] }
    /** At the cap, or where the model failed. */
    | { kind: 'capped' | 'failed'; areasLeft: readonly ReviewArea[]; continueUsd: number | undefined }
  costUsd: number | undefined
  modelName: string | undefined
}
