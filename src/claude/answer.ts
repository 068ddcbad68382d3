import { setTimeout as sleep } from 'node:timers/promises'

import type { FailedEvent, ModelEvent } from './model.ts'
import { planRetry, type RetryPolicy } from './retry.ts'
import { noUsage } from './usage.ts'

export interface Retrying {
  readonly policy: RetryPolicy
  /** In [0, 1). */
  readonly random: () => number
}

/**
 * Repeats an attempt that failed before it said anything; once an event was handed out, its failure is final. So is one
 * whose repetition nobody pays for.
 */
export async function* answerWithRetries(
  attempt: () => AsyncIterable<ModelEvent>,
  { policy, random }: Retrying,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, void> {
  let before: FailedEvent | undefined
  for (let retries = 0; ; retries += 1) {
    let spoke = false
    let failed: FailedEvent | undefined
    for await (const event of attempt()) {
      if (event.type === 'failed') {
        failed = event
        break
      }
      spoke = true
      yield event
    }
    if (!failed) return
    const delayMs = spoke ? undefined : planRetry(failed.failure, retries, policy, random())
    if (delayMs === undefined) {
      yield failed.failure.kind === 'over-budget' && before ? before : failed
      return
    }
    before = failed
    yield { type: 'retrying', failure: failed.failure, delayMs }
    await sleep(delayMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) {
      yield { type: 'failed', failure: { kind: 'aborted' }, usage: noUsage, diagnostic: {} }
      return
    }
  }
}
