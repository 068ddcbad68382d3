import type { DayBudget } from '../access/day-budget.ts'
import type { Claude } from '../claude/create-claude.ts'
import type { Narrate } from '../reviews/narrate.ts'
import { readPackageAdvice } from '../reviews/read-package-advice.ts'
import { ThreadReviews } from '../reviews/thread/thread-reviews.ts'
import type { AnsweringParts } from './answering-parts.ts'
import { readPrompt } from './read-prompt.ts'

export function buildReviews(parts: AnsweringParts, budget: DayBudget): ThreadReviews {
  const { checks, isShared, config, store, github, registry, analyst, claude, privateCode, now } = parts
  const { model: modelName, allowUnpriced } = config.claude
  const narrate = claude && buildNarrate(parts, claude)
  return new ThreadReviews({
    store,
    host: github,
    analyst,
    readPackages: (texts) => readPackageAdvice(registry, texts),
    model: narrate && { name: modelName, allowUnpriced, narrate },
    privateCode,
    isShared,
    checkDecisions: (question) => checks.forReview(question),
    budget,
    now,
  })
}

/** Narrating is loaded by the first review that somebody pays for. */
function buildNarrate({ config, registry, github }: AnsweringParts, claude: Claude): Narrate {
  const instructions = readPrompt('review.md')
  return async (input, onProgress, signal) => {
    const { createNarrate } = await import('../reviews/narrative/create-narrate.ts')
    const narrate = createNarrate({
      claude,
      modelName: config.claude.model,
      registry,
      instructions,
      findUrl: ({ pin }, path, start, end) => pin && github.permalink(pin, path, { start, end }),
    })
    return narrate(input, onProgress, signal)
  }
}
