export type RefusalCategory = 'cyber' | 'bio' | 'frontier_llm' | 'reasoning_extraction' | 'general_harms'

/**
 * Why a model call did not give an answer. A value, never thrown.
 * `text` on `stalled` and `cut` is the answer text that had already been handed out.
 */
export type ModelFailure =
  | { readonly kind: 'rate-limited'; readonly retryAfterMs?: number }
  | { readonly kind: 'overloaded'; readonly retryAfterMs?: number }
  | { readonly kind: 'server-error'; readonly retryAfterMs?: number }
  | { readonly kind: 'connection' }
  | { readonly kind: 'wrong-address' }
  | { readonly kind: 'stalled'; readonly text: string }
  | { readonly kind: 'cut'; readonly text: string }
  | { readonly kind: 'refusal'; readonly category?: RefusalCategory }
  | { readonly kind: 'context-too-long' }
  | { readonly kind: 'bad-key' }
  | { readonly kind: 'no-credit' }
  | { readonly kind: 'no-permission' }
  | { readonly kind: 'unknown-model'; readonly model: string }
  | { readonly kind: 'invalid-request' }
  | { readonly kind: 'aborted' }
  /** Nothing was sent: its payer would not pay what it costs at most. */
  | { readonly kind: 'over-budget' }

/** An extraction can also fail although the model answered: the answer was cut short or is not the asked shape. */
export type ExtractionFailure =
  | ModelFailure
  | { readonly kind: 'unusable-answer'; readonly reason: 'cut-short' | 'not-the-shape' }

/** For the log only, never for a message: what the provider said about a failed call. Holds no key. */
export interface Diagnostic {
  readonly status?: number
  readonly requestId?: string
  /** The provider's error type, or the system's code for a failed connection such as ENOTFOUND. */
  readonly type?: string
  readonly message?: string
}
