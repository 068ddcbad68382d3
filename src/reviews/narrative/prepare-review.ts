import type { NarrativeInput } from '../narrate.ts'
import { buildSharedPrompt, type SharedPrompt } from './build-prompt.ts'
import { readHints } from './file-hints.ts'
import { findAnswered, findNeighbours } from './from-evidence.ts'
import type { AnsweredFinding } from './merge-findings.ts'
import { answerTokensFor, narrativePlans } from './plan-calls.ts'
import { planReading } from './plan-reading.ts'
import { readTargetCode, type TargetCode } from './target-code.ts'

export interface PreparedReview {
  readonly code: TargetCode
  readonly shared: SharedPrompt
  readonly answered: readonly AnsweredFinding[]
  /** The most that one call may answer. */
  readonly answerTokens: number
}

/** Decides what the model reads of a target and writes it down once for all calls. Pure: the same input, the same bytes. */
export function prepareReview(instructions: string, input: NarrativeInput): PreparedReview {
  const { depth, target, evidence, findings } = input
  const code = readTargetCode(input.files, input.repository)
  const hints = readHints(evidence)
  const changed = target.change?.files
  const ofChange = changed && { changed, related: findNeighbours(evidence.facts.modules, changed) }
  const sizes = [...code.shown].map(([path, text]) => ({ path, bytes: Buffer.byteLength(text) }))
  const reading = planReading(sizes, { depth, hints, ...ofChange })
  const answered = findAnswered(input)
  const shared = buildSharedPrompt(instructions, {
    label: target.label,
    facts: evidence.facts,
    rules: findings,
    answered,
    texts: code.shown,
    reading,
    hints,
    changed,
  })
  return { code, shared, answered, answerTokens: answerTokensFor(narrativePlans[depth], reading.tokens) }
}
