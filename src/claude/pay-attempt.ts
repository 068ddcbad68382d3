import { boundTokens } from './count-tokens.ts'
import type { ModelFailure } from './failures.ts'
import type { FailedEvent, ModelEvent, ModelRequest } from './model.ts'
import type { Held, Payer } from './payer.ts'
import { noUsage, promptTokens, type Usage } from './usage.ts'

export interface PaidAttempt {
  readonly model: string
  readonly request: ModelRequest
  /** Prompt tokens at most, as the provider counts them. */
  readonly countPrompt: () => Promise<number>
  readonly attempt: () => AsyncIterable<ModelEvent>
}

/**
 * Sends an attempt once its worst case is set aside, and settles it however it ends; without the money it fails as
 * `over-budget`.
 */
export async function* payAttempt(paid: PaidAttempt, signal: AbortSignal): AsyncGenerator<ModelEvent, void> {
  const { payer } = paid.request
  if (!payer) return yield* paid.attempt()
  const { worst, held } = await holdWorst(paid, payer)
  if (!held) return yield notSent('over-budget')
  let used = noUsage
  let atMost = noUsage
  try {
    if (signal.aborted) return yield notSent('aborted')
    // Left early, nobody knows what it used.
    atMost = worst
    for await (const event of paid.attempt()) {
      if (event.type === 'finished') used = atMost = event.usage
      if (event.type === 'failed') {
        used = event.usage
        atMost = boundFailed(used, event.failure, worst)
      }
      yield event
    }
  } finally {
    await held.settle(used, atMost)
  }
}

/** Our own bound is free of charge and of waiting; what does not fit by it is counted. */
async function holdWorst({ model, request, countPrompt }: PaidAttempt, payer: Payer) {
  const bounds = [...(request.countsPrompt ? [] : [() => Promise.resolve(boundTokens(request))]), countPrompt]
  let worst = noUsage
  let held: Held | undefined
  for (const bound of bounds) {
    worst = worstOf(request, await bound())
    held = await payer.hold(model, worst)
    if (held) break
  }
  return { worst, held }
}

/** All of the prompt written to the cache, and all of the room for the answer used. */
function worstOf({ system, messages, maxTokens: outputTokens }: ModelRequest, tokens: number): Usage {
  const blocks = [...system, ...messages.flatMap(({ content }) => content)]
  const isLongLived = blocks.some((block) => 'cache' in block && block.cache === '1h')
  const written = isLongLived ? { cacheWrite1hTokens: tokens } : { cacheWrite5mTokens: tokens }
  return { ...noUsage, ...written, outputTokens }
}

/**
 * What a failed attempt may be billed. One that broke off may be billed in full although we saw half of it; one that
 * never started is not billed.
 */
function boundFailed(used: Usage, { kind }: ModelFailure, worst: Usage): Usage {
  if (kind === 'refusal' || kind === 'context-too-long') return used
  if (promptTokens(used) > 0) return { ...used, outputTokens: worst.outputTokens }
  return kind === 'stalled' || kind === 'aborted' ? worst : used
}

function notSent(kind: 'over-budget' | 'aborted'): FailedEvent {
  return { type: 'failed', failure: { kind }, usage: noUsage, diagnostic: {} }
}
