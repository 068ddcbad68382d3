import type { GitHubProblem, ProblemFacts } from './problem.ts'
import { describeProblem } from './sentences.ts'

/** What a call gives back: a value, or an expected problem with a sentence fit to post. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: GitHubProblem }

export function succeed<T>(value: T): Outcome<T> {
  return { ok: true, value }
}

export function fail(facts: ProblemFacts): Outcome<never> {
  return { ok: false, problem: { ...facts, sentence: describeProblem(facts) } }
}
