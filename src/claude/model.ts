import type { Diagnostic, ModelFailure } from './failures.ts'
import type { Payer } from './payer.ts'
import type { Usage } from './usage.ts'

/**
 * One call of a language model. Contract:
 * - it never throws for what the model, the network or the provider does: those arrive as one `failed` event;
 * - the last event is always `finished` or `failed`, and nothing follows it;
 * - aborting `signal` ends the iteration with `failed` and kind `aborted` well within a second;
 * - leaving the iteration early closes the connection.
 */
export type Model = (request: ModelRequest, signal: AbortSignal) => AsyncIterable<ModelEvent>

export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max'

export interface ModelRequest {
  readonly system: readonly SystemBlock[]
  /** Sent in this order; keep it fixed, since a changed tool list empties the prompt cache. */
  readonly tools: readonly ToolDefinition[]
  /** The last one is the user's. */
  readonly messages: readonly ModelMessage[]
  readonly maxTokens: number
  /** Default: the model's own. */
  readonly effort?: Effort
  /** Default: nobody watches what it costs. */
  readonly payer?: Payer
  /** Counts the prompt before the payer is asked, which takes a call; for long prompts. Default: only when it matters. */
  readonly countsPrompt?: boolean
}

export interface SystemBlock {
  readonly text: string
  /** Ends a cached prefix here. Longer-lived breakpoints must come before shorter-lived ones. */
  readonly cache?: '1h' | '5m'
}

export interface ToolDefinition {
  readonly name: string
  readonly description: string
  /** JSON Schema of an object. */
  readonly inputSchema: Readonly<Record<string, unknown>>
}

export interface ModelMessage {
  readonly role: 'user' | 'assistant'
  readonly content: readonly ContentBlock[]
}

export type ContentBlock = TextBlock | ToolUseBlock | ToolResultBlock | OpaqueBlock

export interface TextBlock {
  readonly type: 'text'
  readonly text: string
  /** Ends a cached prefix here. A request has room for four of these, system blocks and its own end included. */
  readonly cache?: '1h' | '5m'
}

export interface ToolUseBlock {
  readonly type: 'tool_use'
  readonly id: string
  readonly name: string
  readonly input: unknown
}

export interface ToolResultBlock {
  readonly type: 'tool_result'
  readonly toolUseId: string
  readonly text: string
  readonly isError: boolean
}

/**
 * A provider's own block, such as signed thinking. The provider checks that the latest assistant turn of a running
 * tool loop comes back with these unchanged and in place; never build, edit or store one.
 */
interface OpaqueBlock {
  readonly type: 'opaque'
  readonly raw: unknown
}

export type StopReason = 'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use' | 'pause_turn'

export interface FinishedEvent {
  readonly type: 'finished'
  readonly content: readonly ContentBlock[]
  readonly stopReason: StopReason
  readonly usage: Usage
  /** The model that answered, as the provider names it. */
  readonly model: string
}

export interface FailedEvent {
  readonly type: 'failed'
  readonly failure: ModelFailure
  /** What the failed call is known to have used; output is estimated from the text received. */
  readonly usage: Usage
  readonly diagnostic: Diagnostic
}

interface RetryingEvent {
  readonly type: 'retrying'
  readonly failure: ModelFailure
  readonly delayMs: number
}

export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string }
  | RetryingEvent
  | FinishedEvent
  | FailedEvent
