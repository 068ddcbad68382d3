import type { AnswerCache } from './answer-cache.ts'
import { attempt } from './attempt.ts'
import type { Attempt, Exchange } from './attempt.ts'
import { explainFailure } from './explain-failure.ts'
import type { Identity } from './identity.ts'
import { Lanes } from '../lib/lanes.ts'
import { fail, succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { planRetry, planWait, readRateLimit, readSpentLimit } from './plan-retry.ts'
import type { RateLimit, RetryPolicy } from './plan-retry.ts'
import type { Question, Read } from './question.ts'
import { RateGate } from './rate-gate.ts'
import { readText } from '../lib/read-text.ts'

// GitHub asks for serial requests; a few at a time stay far below its limit of 100 and still read a review in time:
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
const LANES = 4
const MAX_BODY_BYTES = 32_000_000

type Setup = {
  cache: AnswerCache
  policy: RetryPolicy
  timeoutMs: number
  now: () => number
  wait: (ms: number, signal?: AbortSignal) => Promise<void>
}
type Answer<R> = Extract<Attempt<R>, { kind: 'answer' }>
type Step<R> = { done: Outcome<Answer<R> | 'unchanged'> } | { againAfterMs: number }

/** Sends every read: from the cache or by ETag, few at a time, and never before GitHub's limits allow it. */
export class Requests {
  readonly #setup: Setup
  readonly #lanes = new Lanes(LANES)
  readonly #gate = new RateGate()

  constructor(setup: Setup) {
    this.#setup = setup
  }

  async ask<T>(identity: Identity, question: Question<T>): Promise<Outcome<T>> {
    const key = cacheKey(identity, question)
    const kept = question.keep === 'fresh' ? undefined : await this.#setup.cache.get(key)
    const known = kept && parseBody(question, kept.body)
    if (known?.ok && question.keep === 'immutable') return known
    const sent = await this.#send(this.#textExchange(identity, question, known?.ok ? kept?.etag : undefined))
    if (!sent.ok) return sent
    if (sent.value === 'unchanged') return known ?? fail({ kind: 'unavailable', status: 304 })
    return this.#keep(key, question, sent.value)
  }

  /** Sends one read whose body is not kept; `consume` gets it as a stream, and again when the line broke. */
  async stream<R>(exchange: Exchange<R, Read>): Promise<Outcome<R>> {
    const sent = await this.#send(exchange)
    if (!sent.ok) return sent
    return sent.value === 'unchanged' ? fail({ kind: 'unavailable', status: 304 }) : succeed(sent.value.value)
  }

  #textExchange(identity: Identity, question: Question<unknown>, etag: string | undefined): Exchange<string, Read> {
    const consume = (body: ReadableStream<Uint8Array>) => readText(body, question.maxBodyBytes ?? MAX_BODY_BYTES)
    return { identity, read: question, etag, timeoutMs: this.#setup.timeoutMs, consume }
  }

  async #keep<T>(key: string, question: Question<T>, answer: Answer<string>): Promise<Outcome<T>> {
    const parsed = parseBody(question, answer.value)
    const etag = answer.headers.etag ?? ''
    const worthKeeping = question.keep === 'immutable' || (question.keep === 'changing' && etag !== '')
    if (parsed.ok && worthKeeping) await this.#setup.cache.set(key, { etag, body: answer.value })
    return parsed
  }

  async #send<R>(exchange: Exchange<R, Read>): Promise<Outcome<Answer<R> | 'unchanged'>> {
    const { signal } = exchange.read
    for (let tries = 0; ; tries++) {
      const step = await this.#lanes.run(() => this.#take(exchange, tries), signal)
      if ('done' in step) return step.done
      await this.#setup.wait(step.againAfterMs, signal)
    }
  }

  async #take<R>(exchange: Exchange<R, Read>, tries: number): Promise<Step<R>> {
    const { now, policy } = this.#setup
    const closed = this.#gate.closedBy(exchange.identity.key, now())
    if (closed) return this.#pause(exchange.identity, closed, tries)
    const result = await attempt(exchange)
    if (result.kind === 'unchanged') return { done: succeed('unchanged') }
    if (result.kind === 'foreign-redirect') return { done: fail(result) }
    const limit = result.kind === 'answer' ? readSpentLimit(result.headers) : readRateLimit(result, now())
    if (limit) this.#gate.close(exchange.identity.key, limit)
    if (result.kind === 'answer') return { done: succeed(result) }
    if (limit) return this.#pause(exchange.identity, limit, tries)
    const againAfterMs = planRetry(result, tries, policy)
    return againAfterMs === undefined ? { done: fail(explainFailure(result, exchange.read)) } : { againAfterMs }
  }

  #pause(identity: Identity, limit: RateLimit, tries: number): { done: Outcome<never> } | { againAfterMs: number } {
    const againAfterMs = planWait(limit, tries, this.#setup.now(), this.#setup.policy)
    if (againAfterMs !== undefined) return { againAfterMs }
    const { scope, retryAtMs } = limit
    return {
      done: fail({ kind: 'rate-limited', scope, retryAt: new Date(retryAtMs), anonymous: identity.anonymous }),
    }
  }
}

function cacheKey(identity: Identity, { route, params, repository }: Question<unknown>): string {
  const place = repository && { owner: repository.owner.toLowerCase(), repo: repository.name.toLowerCase() }
  return `github:1 ${identity.key} ${identity.octokit.request.endpoint(route, { ...place, ...params }).url}`
}

function parseBody<T>(question: Question<T>, body: string): Outcome<T> {
  try {
    const parsed = question.schema.safeParse(JSON.parse(body))
    return parsed.success ? succeed(parsed.data) : fail({ kind: 'unavailable' })
  } catch {
    return fail({ kind: 'unavailable' })
  }
}
