import * as z from 'zod'
import { type Category, taxonomy } from '../../evidence/rules/taxonomy.ts'
import { areas } from '../review.ts'

// The keys of a constant object are its categories.
const categories = Object.keys(taxonomy) as [Category, ...Category[]]

const fix = z.object({
  say: z.string(),
  code: z.string().nullable(),
  language: z.string(),
  packages: z.array(z.object({ name: z.string(), version: z.string() })),
  node: z.string().nullable(),
  effort: z.enum(['minutes', 'hours', 'days']),
})

const explanation = z.object({
  id: z.string(),
  rank: z.number(),
  why: z.string(),
  code: z.string().nullable(),
  language: z.string(),
})

const finding = z.object({
  area: z.enum(areas),
  kind: z.enum(['presence', 'absence']),
  subject: z.string().nullable(),
  path: z.string(),
  startLine: z.number(),
  endLine: z.number(),
  quote: z.string(),
  category: z.enum(categories).nullable(),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'info']),
  confidence: z.enum(['high', 'medium', 'low']),
  title: z.string(),
  message: z.string(),
  why: z.string(),
  fix,
})

const repair = z.object({
  ref: z.string(),
  code: z.string().nullable(),
  language: z.string(),
  packages: z.array(z.object({ name: z.string(), version: z.string() })),
})

/**
 * What every call answers, repairs included: the provider keeps a cached prompt only as long as the shape of the answer
 * stays the same (Anthropic, structured outputs, prompt caching).
 */
export const answerSchema = z.object({
  explanations: z.array(explanation),
  findings: z.array(finding),
  areas: z.array(z.object({ area: z.enum(areas), clean: z.boolean(), checked: z.string() })),
  verdict: z.string().nullable(),
  repairs: z.array(repair),
})

export type Answer = z.infer<typeof answerSchema>
export type ClaimedFinding = z.infer<typeof finding>
export type Explanation = z.infer<typeof explanation>
export type Repair = z.infer<typeof repair>
