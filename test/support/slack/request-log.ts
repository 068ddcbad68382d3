import type { IncomingHttpHeaders } from 'node:http'
import type { Json } from './world.ts'

/** One call as it arrived, and what it was answered; `answer` is missing while there is none and when none was sent. */
export interface ApiRequest {
  method: string
  token: string | undefined
  args: Json
  rawBody: string
  headers: IncomingHttpHeaders
  /** By the stand-in's clock. */
  atMs: number
  answer?: { status: number; body: Json }
}

/** Every Web API call in order of arrival. */
export class RequestLog {
  readonly all: ApiRequest[] = []
  #inFlight = 0
  #lastEndMs = 0

  begin(request: ApiRequest): void {
    this.all.push(request)
    this.#inFlight += 1
  }

  end(): void {
    this.#inFlight -= 1
    this.#lastEndMs = performance.now()
  }

  /** How long no call was running, in real milliseconds. */
  quietForMs(): number {
    return this.#inFlight > 0 ? 0 : performance.now() - this.#lastEndMs
  }
}
