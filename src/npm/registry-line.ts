import { Lanes } from '../lib/lanes.ts'
import { readText, TextTooLongError } from '../lib/read-text.ts'
import { type RegistryTrouble, unanswered, type Unanswered } from './unanswered.ts'

export type LineAnswer = { kind: 'json'; value: unknown } | { kind: 'absent' } | Unanswered

export type LineOptions = { url: string; userAgent: string; timeoutMs: number; now: () => number }

type Question = { path: string; maxBytes: number; accept?: string; post?: { body: Uint8Array; encoding: 'gzip' } }

const maxAtOnce = 8
const failuresBeforePause = 3
const pauseAfterFailuresMs = 30_000
const usualWaitMs = 60_000
const longestWaitMs = 600_000

/**
 * Speaks HTTP with one registry, eight questions at a time. After three failures in a row, or when told to wait, it
 * answers "unanswered" at once for a while, so that a registry that is away costs seconds and not minutes.
 */
export class RegistryLine {
  readonly host: string
  readonly #base: string
  readonly #options: LineOptions
  readonly #lanes = new Lanes(maxAtOnce)
  #failures = 0
  #pause: { until: number; why: RegistryTrouble } | undefined

  constructor(options: LineOptions) {
    this.#options = options
    this.#base = options.url.replace(/\/?$/, '/')
    this.host = new URL(this.#base).host
  }

  /** Never rejects for what a registry or a network does. */
  ask(question: Question): Promise<LineAnswer> {
    return this.#lanes.run(async () => {
      if (this.#pause && this.#options.now() < this.#pause.until) return unanswered(this.host, this.#pause.why)
      try {
        return await this.#read(await this.#send(question), question.maxBytes)
      } catch (error) {
        if (!(error instanceof Error)) throw error
        return this.#fail(error instanceof TextTooLongError ? 'too-large' : 'unreachable')
      }
    })
  }

  #send({ path, accept, post }: Question): Promise<Response> {
    const headers = {
      'user-agent': this.#options.userAgent,
      accept: accept ?? 'application/json',
      ...(post && { 'content-type': 'application/json', 'content-encoding': post.encoding }),
    }
    return fetch(new URL(path, this.#base), {
      method: post ? 'POST' : 'GET',
      headers,
      signal: AbortSignal.timeout(this.#options.timeoutMs),
      ...(post && { body: new Uint8Array(post.body) }),
    })
  }

  async #read(response: Response, maxBytes: number): Promise<LineAnswer> {
    const trouble = troubleOf(response.status)
    if (response.ok && response.body) {
      const text = await readText(response.body, maxBytes)
      this.#failures = 0
      const value = parseJson(text)
      return value === undefined ? unanswered(this.host, 'unreadable') : { kind: 'json', value }
    }
    await response.body?.cancel()
    if (response.status === 404) {
      this.#failures = 0
      return { kind: 'absent' }
    }
    if (trouble === 'rate-limited') this.#wait(readWaitMs(response.headers.get('retry-after'), this.#options.now()))
    return this.#fail(trouble)
  }

  #fail(why: RegistryTrouble): Unanswered {
    this.#failures = why === 'unreachable' ? this.#failures + 1 : 0
    if (this.#failures >= failuresBeforePause) {
      this.#failures = 0
      this.#pause = { until: this.#options.now() + pauseAfterFailuresMs, why }
    }
    return unanswered(this.host, why)
  }

  #wait(waitMs: number): void {
    this.#pause = { until: this.#options.now() + waitMs, why: 'rate-limited' }
  }
}

function troubleOf(status: number): RegistryTrouble {
  if (status === 429) return 'rate-limited'
  if (status === 405 || status === 410 || status === 501) return 'not-offered'
  return status >= 500 ? 'unreachable' : 'refused'
}

/** Retry-After holds seconds or a date (RFC 9110, 10.2.3); anything else means a minute, and never more than ten. */
function readWaitMs(header: string | null, now: number): number {
  const seconds = Number(header ?? Number.NaN)
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header ?? '') - now
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 1_000), longestWaitMs) : usualWaitMs
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
