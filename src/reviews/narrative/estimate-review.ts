import { costOf } from '../../claude/prices.ts'
import { noUsage } from '../../claude/usage.ts'
import { answerTokensFor, maxRepairTokens, narrativePlans, type PaidDepth } from './plan-calls.ts'
import { planReading } from './plan-reading.ts'
import type { RankingContext, TargetFile } from './rank-files.ts'

export interface EstimateInput extends Pick<RankingContext, 'hints' | 'changed'> {
  readonly files: readonly TargetFile[]
  readonly model: string
  /** Whether a model without a known price may be used at all. */
  readonly allowUnpriced: boolean
  /** What may still be spent today, US dollars; undefined when there is no limit. */
  readonly leftUsd: number | undefined
}

export interface DepthEstimate {
  /** Files that the model would be shown, whole or in part. */
  readonly files: number
  /** Prompt tokens, each counted once, and answers at their limit. */
  readonly tokens: number
  /** US dollars, on the high side: every answer at its limit. Undefined: the model's price is not known. */
  readonly priceUsd: number | undefined
  /** Where the review stops, US dollars; undefined only for a model without a known price. */
  readonly capUsd: number | undefined
  readonly refused: 'unpriced' | 'over-budget' | undefined
}

/** The cap is the price and a quarter, for tokens counted too low and a cache that was lost once. */
const capMargin = 1.25
/** What each call says of its own, with the shape of the answer. */
const askTokens = 1500

/** The instructions, the facts and the list of what rules found: measured on services of 30 to 600 files. */
function estimateGround(files: number): number {
  return 5000 + 25 * Math.min(files, 500)
}

/** What a review with the model would read and cost at both depths; pure, and the same input gives the same answer. */
export function estimateReview(input: EstimateInput): Readonly<Record<PaidDepth, DepthEstimate>> {
  return { standard: estimateDepth(input, 'standard'), deep: estimateDepth(input, 'deep') }
}

function estimateDepth(input: EstimateInput, depth: PaidDepth): DepthEstimate {
  const plan = narrativePlans[depth]
  const reading = planReading(input.files, { ...input, depth })
  const work = {
    calls: plan.calls.length,
    prefixTokens: reading.mostTokens + estimateGround(input.files.length),
    answerTokens: answerTokensFor(plan, reading.mostTokens),
  }
  const priceUsd = priceOf(work, input.model)
  const capUsd = priceUsd === undefined ? undefined : Math.min(priceUsd * capMargin, input.leftUsd ?? Infinity)
  return {
    files: reading.files.length,
    tokens: work.prefixTokens + (askTokens + work.answerTokens) * work.calls + maxRepairTokens,
    priceUsd,
    capUsd,
    refused: refusalFor(priceUsd, capUsd, input.allowUnpriced),
  }
}

export interface Work {
  readonly calls: number
  /** What all calls have in common: instructions, facts and code. */
  readonly prefixTokens: number
  /** The most that one call answers. */
  readonly answerTokens: number
}

/**
 * US dollars for calls over a cached prompt: one writes the cache, the others read it, and one more repairs. Undefined
 * when the model's price is not known.
 */
export function priceOf({ calls, prefixTokens, answerTokens }: Work, model: string): number | undefined {
  if (calls === 0) return 0
  const ask = { ...noUsage, inputTokens: askTokens, outputTokens: answerTokens }
  const first = costOf(model, { ...ask, cacheWrite5mTokens: prefixTokens })
  const next = costOf(model, { ...ask, cacheReadTokens: prefixTokens })
  const repair = costOf(model, { ...ask, cacheReadTokens: prefixTokens, outputTokens: maxRepairTokens })
  if (first === undefined || next === undefined || repair === undefined) return undefined
  return first + next * (calls - 1) + repair
}

/** Half of the price gets a review that is worth having; with less it is not begun. */
function refusalFor(
  priceUsd: number | undefined,
  capUsd: number | undefined,
  allowUnpriced: boolean,
): DepthEstimate['refused'] {
  if (priceUsd === undefined || capUsd === undefined) return allowUnpriced ? undefined : 'unpriced'
  return capUsd < priceUsd / 2 ? 'over-budget' : undefined
}
