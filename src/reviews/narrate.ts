import type { Payer } from '../claude/payer.ts'
import type { Usage } from '../claude/usage.ts'
import type { ReportData } from '../evidence/report/json.ts'
import type { ModelReading } from './record-files.ts'
import type { Depth, Place, ReviewArea, ReviewFinding, ReviewReport, ReviewTarget } from './review.ts'

export type PaidDepth = Exclude<Depth, 'facts'>

/** How far a step of a review is; `total` is undefined while nobody knows it. */
export interface Progress {
  step: 'resolve' | 'fetch' | 'parse' | 'packages' | 'base' | 'narrate' | 'verify' | 'report'
  done: number
  total: number | undefined
  /** What is under way, such as an area's name. */
  detail?: string
}

export type OnProgress = (progress: Progress) => void

export interface NarrativeInput {
  target: ReviewTarget
  depth: PaidDepth
  /** What belongs to the target, by path from the repository's root. */
  files: ReadonlyMap<string, string>
  /** The whole repository, for searches and for code that the target relies on. */
  repository: ReadonlyMap<string, string>
  evidence: ReportData
  /** What rules found, one per cause and worst first, without what somebody answered for. */
  findings: readonly ReviewFinding[]
  /** Fingerprints of what somebody answered for: not to be said again. */
  excepted: ReadonlySet<string>
  /** For the whole review, what the kept parts have cost included; undefined only where no price is known. */
  capUsd: number | undefined
  /** Pays for the calls besides; one that it refuses ends the review as the cap does. */
  payer?: Payer
  /** Parts of an earlier try, as `keep` was given them; undefined at first. */
  kept: unknown
  /** Called with everything said and checked so far, so that a restart pays for nothing twice. */
  keep: (parts: unknown) => Promise<void>
  /** Such as German; English unless told. */
  language: string | undefined
  /** Fingerprints of earlier findings, so that the model's keep theirs although it quotes a line more or less. */
  known?: Iterable<string>
  /** For a change: whether it brought a place or was there before. */
  originOf?: (place: Place) => ReviewFinding['origin']
  /** Told of every call of the model, paid answers and broken ones alike. */
  noteUsage?: (spent: { model: string; usage: Usage; costUsd: number | undefined }) => Promise<void>
}

/** What a model made of the evidence, every claim checked. */
export interface Narrative {
  verdict: string | undefined
  /** All findings, ranked: those of the rules, explained, and the model's own. */
  findings: readonly ReviewFinding[]
  /** Areas that are clean and were read whole, and what was looked at. */
  clean?: readonly { area: ReviewArea; checked: string }[]
  dropped: Readonly<Record<string, number>>
  readings: readonly ModelReading[]
  ending: ReviewReport['ending']
  notices: readonly string[]
  costUsd: number | undefined
  modelName: string
}

/** Lets a model rank, explain and add. Resolves with what is checked so far when stopped; throws only the unexpected. */
export type Narrate = (input: NarrativeInput, onProgress: OnProgress, signal: AbortSignal) => Promise<Narrative>
