import type * as z from 'zod'
import { attempt, type Sending } from './attempt.ts'
import type { Identity } from './identity.ts'
import type { Failure } from './plan-retry.ts'
import { readText } from '../lib/read-text.ts'

const MAX_ANSWER_BYTES = 8_000_000
const WRITE_TIMEOUT_MS = 30_000

/** What came of one write: GitHub's answer, or why there is none. */
export type Written<T> =
  | { ok: true; value: T }
  | { ok: false; failure: Failure | { kind: 'foreign-redirect'; host: string } }

/** Sends one write, once: whether it took effect when the line broke is not known, so it is not repeated. */
export async function sendWrite<T>(identity: Identity, sending: Sending, schema: z.ZodType<T>): Promise<Written<T>> {
  const consume = (body: ReadableStream<Uint8Array>) => readText(body, MAX_ANSWER_BYTES)
  const result = await attempt({ identity, read: sending, timeoutMs: WRITE_TIMEOUT_MS, consume })
  if (result.kind === 'unchanged') return { ok: false, failure: { kind: 'broken' } }
  if (result.kind !== 'answer') return { ok: false, failure: result }
  const parsed = schema.safeParse(parseJson(result.value))
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, failure: { kind: 'broken' } }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
