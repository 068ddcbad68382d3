import type { Claude } from '../../claude/create-claude.ts'
import { toMessages } from '../../claude/extract.ts'
import type { ExtractionFailure, ModelFailure } from '../../claude/failures.ts'
import type { Effort } from '../../claude/model.ts'
import { costOf } from '../../claude/prices.ts'
import { noUsage, promptTokens, type Usage } from '../../claude/usage.ts'
import { type Answer, answerSchema } from './answer-schema.ts'
import type { SharedPrompt } from './build-prompt.ts'
import type { Purse } from './purse.ts'

export interface Spent {
  readonly model: string
  readonly usage: Usage
  /** Undefined when the model's price is not known. */
  readonly costUsd: number | undefined
  /** What it may have cost when the provider billed more than we saw. */
  readonly atMostUsd: number | undefined
}

export interface Interview {
  readonly claude: Pick<Claude, 'extract' | 'countTokens'>
  readonly modelName: string
  readonly shared: SharedPrompt
  readonly effort: Effort
  readonly purse: Purse
  /** Told what a call costs at most, US dollars, before it is sent; undefined when the price is not known. */
  readonly notePending: (worstUsd: number | undefined) => Promise<void>
  /** Told of every attempt when a call has ended, paid answers and broken ones alike, before anything else happens. */
  readonly noteUsage: (spent: Spent) => Promise<void>
}

export type Reply =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** The worst case of the call did not fit what is left; nothing was sent. */
  | { readonly kind: 'capped' }
  | { readonly kind: 'failed'; readonly failure: ExtractionFailure }

/** Asks one question over the shared prompt, if its worst case fits the cap. Never throws for what the provider does. */
export async function askModel(
  interview: Interview,
  { prompt, maxTokens }: { readonly prompt: string; readonly maxTokens: number },
  signal: AbortSignal,
): Promise<Reply> {
  const { claude, modelName, shared, effort, purse } = interview
  const inPrompt = await boundPrompt(interview, prompt, signal)
  const worst = { ...noUsage, cacheWrite5mTokens: inPrompt, outputTokens: maxTokens }
  if (signal.aborted) return { kind: 'failed', failure: { kind: 'aborted' } }
  if (!purse.affords(worst)) return { kind: 'capped' }
  await interview.notePending(costOf(modelName, worst))
  const spent: Spent[] = []
  const mayRetry = (used: Usage, failure: ModelFailure) => {
    const bound = boundAttempt(used, failure, worst)
    if (!purse.affords(bound, worst)) return false
    purse.charge(bound)
    spent.push(toSpent(modelName, used, bound))
    return true
  }
  const { system, context } = shared
  const question = { schema: answerSchema, system, context, prompt, maxTokens, effort, use: 'main' as const, mayRetry }
  const result = await claude.extract(question, signal)
  const bound = result.ok ? result.usage : boundAttempt(result.usage, result.failure, worst)
  purse.charge(bound)
  spent.push(toSpent(modelName, result.usage, bound))
  for (const each of spent) await interview.noteUsage(each)
  return result.ok ? { kind: 'answer', answer: result.value } : { kind: 'failed', failure: result.failure }
}

/** Prompt tokens, on the safe side: as the provider counts them, else two bytes each, which no tokenizer exceeds on text. */
async function boundPrompt({ claude, shared }: Interview, prompt: string, signal: AbortSignal): Promise<number> {
  const { system, context } = shared
  const messages = toMessages({ context, prompt })
  const counted = await claude.countTokens({ system, tools: [], messages, schema: answerSchema }, signal)
  if (counted.exact) return Math.ceil(counted.tokens * 1.02) + 200
  const bytes = [...system.map(({ text }) => text), context, prompt].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    0,
  )
  return Math.ceil(bytes / 2) + schemaTokens
}

const schemaTokens = 4000

/**
 * What a failed attempt counts against the cap. One that broke off may be billed in full although we saw half of it; one
 * that never started is not billed.
 */
function boundAttempt(used: Usage, { kind }: ExtractionFailure, worst: Usage): Usage {
  if (kind === 'unusable-answer' || kind === 'refusal' || kind === 'context-too-long') return used
  if (promptTokens(used) > 0) return { ...used, outputTokens: worst.outputTokens }
  return kind === 'stalled' || kind === 'aborted' ? worst : used
}

function toSpent(model: string, usage: Usage, bound: Usage): Spent {
  return { model, usage, costUsd: costOf(model, usage), atMostUsd: costOf(model, bound) }
}
