import type { Diagnostic, ModelFailure } from '../claude/failures.ts'
import type { Usage } from '../claude/usage.ts'
import type { Source } from './tool.ts'

/** Why a run that did not fail came to its end; all but `answered` mean the text may be incomplete. */
export type AgentStop = 'answered' | 'max-tokens' | 'out-of-rounds'

/** Everything up to now, as the last event of a run carries it. */
export interface AgentTotals {
  /** Model calls made. */
  readonly rounds: number
  readonly usage: Usage
  /** What the tools read, in order, each once. */
  readonly sources: readonly Source[]
}

export type AgentEvent =
  | { readonly type: 'text'; readonly text: string; readonly round: number }
  /** A summary of the model's thinking, to show progress with. */
  | { readonly type: 'thinking'; readonly text: string; readonly round: number }
  | { readonly type: 'retrying'; readonly failure: ModelFailure; readonly delayMs: number }
  | {
      readonly type: 'tool-started'
      readonly id: string
      readonly name: string
      readonly input: unknown
      /** Such as "reading src/app.js". */
      readonly label: string
    }
  | {
      readonly type: 'tool-finished'
      readonly id: string
      readonly name: string
      readonly ok: boolean
      readonly sources: readonly Source[]
      /** Set when the tool threw; for the log. */
      readonly error?: unknown
    }
  /** One model call is complete; `usage` is that call's own, so that it can be priced. */
  | {
      readonly type: 'round-finished'
      readonly round: number
      readonly usage: Usage
      readonly model: string
      readonly toolCalls: number
    }
  /** `text` is the last round's, or everything said before when that is empty. */
  | ({ readonly type: 'finished'; readonly text: string; readonly stop: AgentStop } & AgentTotals)
  | ({
      readonly type: 'failed'
      readonly failure: ModelFailure
      readonly diagnostic: Diagnostic
      readonly textSoFar: string
    } & AgentTotals)
