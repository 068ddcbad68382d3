import * as z from 'zod'
import { areas } from '../review.ts'
import { answerSchema, type Repair } from './answer-schema.ts'
import type { Part } from './verify-claims.ts'

const part = z.object({
  call: z.string(),
  areas: z.array(z.enum(areas)),
  rules: z.array(z.string()),
  answer: answerSchema,
})
const keptSchema = z.object({
  version: z.literal(1),
  parts: z.array(part),
  repairs: answerSchema.shape.repairs.nullable(),
  spentUsd: z.number().min(0),
  pendingUsd: z.number().min(0),
})

/** What a review keeps between its calls. */
export interface Kept {
  readonly version: 1
  readonly parts: readonly Part[]
  /** Null until they were asked for. */
  readonly repairs: readonly Repair[] | null
  /** What the calls have cost so far, US dollars. */
  readonly spentUsd: number
  /** What calls may have cost beyond that: one under way at its worst, since after a crash nobody knows. */
  readonly pendingUsd: number
}

const nothingKept: Kept = { version: 1, parts: [], repairs: null, spentUsd: 0, pendingUsd: 0 }

/** Reads what was kept; anything else than what this version keeps counts as nothing. */
export function readKept(value: unknown): Kept {
  const parsed = keptSchema.safeParse(value)
  return parsed.success ? parsed.data : nothingKept
}

/** What a review that goes on from an earlier one starts with: its answers, without its cost. */
export function carryOver(kept: unknown): unknown {
  return { ...readKept(kept), spentUsd: 0, pendingUsd: 0 }
}
