import type { ReviewRun } from '../run-review.ts'
import { toReviewMarkdown } from './markdown.ts'
import { toReviewSarif } from './sarif.ts'
import { toReviewText } from './text.ts'

export const formats = ['text', 'markdown', 'json', 'sarif'] as const

export type Format = (typeof formats)[number]

/** A review in a format, the same from the command line and in Slack; ends with a line break. */
export function renderReview(run: ReviewRun, format: Format): string {
  switch (format) {
    case 'text':
      return toReviewText(run.report)
    case 'markdown':
      return toReviewMarkdown(run.report)
    case 'json':
      return `${JSON.stringify(toReviewJson(run), null, 2)}\n`
    case 'sarif':
      return `${JSON.stringify(toReviewSarif(run), null, 2)}\n`
  }
}

/** The report, and what it rests on: facts of the code and what the rules read. */
function toReviewJson({ report, evidence }: ReviewRun): object {
  return { ...report, ...(evidence && { facts: evidence.facts, coverage: evidence.coverage }) }
}
