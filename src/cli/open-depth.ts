import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClaude } from '../claude/create-claude.ts'
import type { Config } from '../config.ts'
import { createNarrate } from '../reviews/narrative/create-narrate.ts'
import { estimateReview } from '../reviews/narrative/estimate-review.ts'
import type { VersionFinder } from '../verify/check-packages.ts'
import type { AskedDepth, PaidDepth } from './review.ts'

/** The model that narrates a review, and what it may cost; one sentence when it cannot be had. */
export function openDepth(asked: AskedDepth, claude: Config['claude'], registry: VersionFinder): PaidDepth | string {
  const { apiKey, baseUrl, model, smallModel } = claude
  if (apiKey === undefined)
    return `The depth ${asked.depth} needs a model: set ANTHROPIC_API_KEY, or use --depth facts.`
  const price = priceDepth(asked, claude)
  if (typeof price === 'string') return price
  const narrate = createNarrate({
    claude: createClaude({ apiKey, baseUrl, model, smallModel }),
    modelName: model,
    registry,
    instructions: readFileSync(join(import.meta.dirname, '../../prompts/review.md'), 'utf8'),
    findUrl: ({ pin }, path, start, end) => pin && asked.host?.permalink(pin, path, { start, end }),
  })
  return { ...price, narrate }
}

function priceDepth(
  { code: { target, files, texts }, depth }: AskedDepth,
  { model, dailyBudgetUsd, allowUnpriced }: Config['claude'],
): Pick<PaidDepth, 'capUsd'> | string {
  const { capUsd, priceUsd, refused } = estimateReview({
    files: files.map(({ path }) => ({ path, bytes: Buffer.byteLength(texts.get(path) ?? '') })),
    model,
    allowUnpriced,
    leftUsd: dailyBudgetUsd,
    ...(target.change && { changed: target.change.files }),
  })[depth]
  if (refused === 'unpriced')
    return `The price of ${model} is not known, so what ${depth} costs cannot be kept in bounds.`
  if (refused === 'over-budget')
    return `The depth ${depth} costs about $${priceUsd?.toFixed(2)}, and ARCHITECT_DAILY_BUDGET_USD is $${dailyBudgetUsd}.`
  return { capUsd }
}
