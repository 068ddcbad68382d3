import type { Claude } from '../../claude/create-claude.ts'
import type { VersionFinder } from '../../verify/check-packages.ts'
import type { Narrate, NarrativeInput } from '../narrate.ts'
import { NarrativeRun } from './narrative-run.ts'

export interface NarrateDeps {
  readonly claude: Pick<Claude, 'extract'>
  readonly modelName: string
  readonly registry: VersionFinder
  /** The text of prompts/review.md. */
  readonly instructions: string
  /** The permanent address of lines of the target; undefined where it has none. */
  readonly findUrl: (
    target: NarrativeInput['target'],
    path: string,
    line: number,
    endLine: number,
  ) => string | undefined
}

/**
 * A model that narrates reviews: one call per group of areas over a shared, cached prompt, no call that could pass the
 * cap, and nothing in the result that the program has not checked. What was said so far is kept after every call.
 */
export function createNarrate(deps: NarrateDeps): Narrate {
  return (input, onProgress, signal) => new NarrativeRun(deps, input, onProgress).run(signal)
}
