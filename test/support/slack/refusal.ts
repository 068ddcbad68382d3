/** Thrown inside a Web API method to answer `{ok: false, error: code}` as Slack would. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string
  readonly extra: Record<string, unknown>

  constructor(code: string, extra: Record<string, unknown> = {}) {
    super(code)
    this.code = code
    this.extra = extra
  }
}

/** The refusal `invalid_arguments` with Slack's list of messages. */
export function refuseArguments(...messages: string[]): Refusal {
  return new Refusal('invalid_arguments', {
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  })
}
