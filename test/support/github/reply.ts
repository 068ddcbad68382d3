/** What a route answers. Exactly one of `json`, `text` and `bytes` is its body; none of them for an empty one. */
export type Reply = {
  status: number
  json?: unknown
  bytes?: Buffer
  headers?: Record<string, string>
}

/** Thrown by a route to answer with GitHub's own error. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly status: number
  readonly headers: Record<string, string>
  /** What GitHub lists beside a message for input it does not take. */
  readonly errors: readonly unknown[] | undefined
  constructor(status: number, message: string, headers: Record<string, string> = {}, errors?: readonly unknown[]) {
    super(message)
    this.status = status
    this.headers = headers
    this.errors = errors
  }
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found')
}

export function ok(json: unknown, headers: Record<string, string> = {}): Reply {
  return { status: 200, json, headers }
}
