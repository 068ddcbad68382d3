import type { Codebase } from '../codebase.ts'
import type { Match, Rule } from '../rules/rule.ts'
import { asCommonJs } from './common-js.ts'
import { loadsByImport } from './edits.ts'
import { exampleFor } from './example-for.ts'
import { withLibrariesAtHand } from './libraries-at-hand.ts'
import { surroundingsOf } from './surroundings.ts'

/** The example that fits what stands around a match, which loads modules as its file does. */
export function exampleHere(code: Rule['fix']['code'], match: Match, codebase: Codebase): string | undefined {
  const found = exampleFor(code, codebase.project, surroundingsOf(match, codebase))
  const example = found && withLibrariesAtHand(found, codebase.project)
  return example !== undefined && usesCommonJs(match, codebase) ? asCommonJs(example) : example
}

function usesCommonJs({ file }: Match, { project }: Codebase): boolean {
  if ('imports' in file && /\.[cm]?[jt]sx?$/.test(file.path) && /\b(require|import|export)\b/.test(file.text))
    return !loadsByImport(file) && !/^export\b/m.test(file.text)
  return project.moduleFormat === 'commonjs' && project.typescript === undefined
}
