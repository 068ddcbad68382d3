import type { Assertion } from './assertion.ts'
import { checkDependency } from './check-dependency.ts'
import { checkEngine } from './check-engine.ts'
import { checkFile } from './check-file.ts'
import { checkImport } from './check-import.ts'
import { checkRule } from './check-rule.ts'
import { checkText } from './check-text.ts'
import type { CheckOutcome } from './outcome.ts'
import type { ReadCode } from './read-code.ts'

/** Checks one assertion against what was read. Pure and conservative: what was not read gives unknown, never holds. */
export function evaluate(assertion: Assertion, code: ReadCode): CheckOutcome {
  switch (assertion.kind) {
    case 'dependency':
      return checkDependency(assertion, code)
    case 'import':
      return checkImport(assertion, code)
    case 'file':
      return checkFile(assertion, code)
    case 'engine':
      return checkEngine(assertion, code)
    case 'rule':
      return checkRule(assertion, code)
    case 'text':
      return checkText(assertion, code)
  }
}
