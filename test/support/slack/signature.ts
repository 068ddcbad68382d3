import { createHmac } from 'node:crypto'

/** The `v0` signature Slack puts on a request body sent at `timestampSeconds`. */
export function signBody(signingSecret: string, timestampSeconds: number, body: string): string {
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestampSeconds}:${body}`).digest('hex')
  return `v0=${digest}`
}
