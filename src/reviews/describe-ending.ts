import type { ReviewReport } from './review.ts'
import { labelOf } from './shown-areas.ts'

/** How a review ended before its end, in one sentence; undefined when it came to it. */
export function describeEnding({ ending }: Pick<ReviewReport, 'ending'>): string | undefined {
  if (ending.kind === 'complete') return undefined
  const areas = [...new Set(ending.areasLeft.map(labelOf))]
  const left =
    areas.length === 0 ? '' : `; ${areas.length} ${areas.length === 1 ? 'area' : 'areas'} left (${areas.join(', ')})`
  if (ending.kind === 'stopped') return `Stopped before the end${left}. What is here is verified.`
  const price = ending.continueUsd === undefined ? '' : `, about $${ending.continueUsd.toFixed(2)} to continue`
  if (ending.kind === 'failed') return `The model failed before the end${left}${price}. What is here is verified.`
  return `Stopped at the cap${left}${price}.`
}
