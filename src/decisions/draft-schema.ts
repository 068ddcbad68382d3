import * as z from 'zod'

const sentence = z.object({ text: z.string(), from: z.string(), quote: z.string() })
const sentences = z.array(sentence)

/** One decision as the model writes it down; nothing in it is checked yet. */
const told = z.object({
  title: z.string(),
  context: sentences,
  drivers: sentences,
  options: z.array(z.object({ name: z.string(), for: sentences, against: sentences })),
  option: z.string(),
  because: sentences,
  good: sentences,
  bad: sentences,
  confirmation: sentences,
  deciders: z.array(z.string()),
  consulted: z.array(z.string()),
  paths: z.array(z.string()),
  packages: z.array(z.string()),
  services: z.array(z.string()),
  tags: z.array(z.string()),
  keywords: z.array(z.string()),
  reversibility: z.enum(['two-way-door', 'one-way-door', 'unknown']),
  checks: z.array(z.string()),
  reviewBy: z.string(),
})

/** What the model is asked for; prompts/decision.md explains it. */
export const draftSchema = z.object({
  holds: z.enum(['decision', 'several', 'nothing']),
  missing: z.string(),
  records: z.array(told),
})

export type ToldSentence = z.infer<typeof sentence>
export type ToldDecision = z.infer<typeof told>
