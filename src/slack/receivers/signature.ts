import { createHmac, timingSafeEqual } from 'node:crypto'

const toleranceSeconds = 300

export interface SignedRequest {
  body: Buffer | string
  /** Header `x-slack-request-timestamp`. */
  timestamp: unknown
  /** Header `x-slack-signature`. */
  signature: unknown
}

/**
 * Whether Slack signed this body with our secret within five minutes of now, before or after
 * (docs.slack.dev/authentication/verifying-requests-from-slack). Bolt's own check takes three digests for one
 * and any time in the future.
 */
export function isSignedBySlack(
  { body, timestamp, signature }: SignedRequest,
  signingSecret: string,
  nowMs: number,
): boolean {
  if (typeof timestamp !== 'string' || typeof signature !== 'string') return false
  const ageSeconds = Math.abs(nowMs / 1000 - Number(timestamp))
  if (Number.isNaN(ageSeconds) || ageSeconds > toleranceSeconds) return false
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex')
  const wanted = Buffer.from(`v0=${digest}`)
  const given = Buffer.from(signature)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
