import type { WireBody } from './wire.ts'

/** What the stand-in answers to one request. */
export interface Reply {
  readonly text?: string
  /** Answer text as JSON, for a request with an output format. */
  readonly json?: unknown
  /** Sent only when the request asks for thinking, and empty unless it asks to see it. */
  readonly thinking?: string
  readonly toolCalls?: readonly { readonly name: string; readonly input: unknown; readonly id?: string }[]
  /** Default: `tool_use` with tool calls, else `end_turn`. */
  readonly stopReason?: string
  readonly refusal?: { readonly category: string | null }
  /** Characters in one delta. Default 16. */
  readonly chunkSize?: number
  /** Pause before each delta, milliseconds. Default 0. */
  readonly chunkMs?: number
  /** Pause before the response headers, milliseconds. Default 0. */
  readonly startMs?: number
  readonly fault?: StreamFault
}

/** How a stream goes wrong after that many characters of the answer text. */
export interface StreamFault {
  /** `cut` resets the connection, `stall` goes silent, `eof` ends without `message_stop`, `error` sends an error event. */
  readonly kind: 'cut' | 'stall' | 'eof' | 'error'
  readonly afterChars: number
  /** For `error`. Default `overloaded_error`. */
  readonly errorType?: string
  /** For `stall`: keep sending pings that often, milliseconds. */
  readonly pingMs?: number
}

/** An answer with an HTTP error status, or none at all. */
export interface Failure {
  readonly status: number | 'drop-connection' | 'never-answer'
  /** Default: the API's type for that status. */
  readonly type?: string
  readonly message?: string
  readonly errorCode?: string
  /** Sent as the Retry-After header. */
  readonly retryAfter?: string | number
  /** Default 1. */
  readonly times?: number
}

export interface MessageRequest {
  readonly body: WireBody
  /** The bytes as they came. */
  readonly raw: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Text of the last user message, its tool results included. */
  readonly lastText: string
  /** Whether the answer has to follow a schema. */
  readonly isExtraction: boolean
  /** Whether the client hung up before the answer was complete. */
  readonly hungUp: () => boolean
}

export type Answer = { readonly reply: Reply } | { readonly failure: Failure }
export type When = (request: MessageRequest) => boolean

interface Entry {
  readonly answer: Answer
  readonly when: When
  left: number
}

/** The answers still to be given, in order, and the function asked when there are none. */
export class Script {
  readonly #entries: Entry[] = []
  #otherwise: ((request: MessageRequest) => Reply | Failure) | undefined

  add(answer: Answer, when: When, times: number): void {
    this.#entries.push({ answer, when, left: times })
  }

  setOtherwise(answer: (request: MessageRequest) => Reply | Failure): void {
    this.#otherwise = answer
  }

  next(request: MessageRequest): Answer {
    const entry = this.#entries.find(({ left, when }) => left > 0 && when(request))
    if (entry) {
      entry.left -= 1
      return entry.answer
    }
    const other = this.#otherwise?.(request)
    if (!other) return { failure: { status: 400, message: 'The test scripted no answer to this request.' } }
    return 'status' in other ? { failure: other } : { reply: other }
  }
}
