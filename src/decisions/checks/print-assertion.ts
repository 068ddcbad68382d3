import type { Assertion, PathGlobs } from './assertion.ts'
import { writeWord } from './read-words.ts'

/** The one line that people read and write; `parseAssertion` gives the same assertion back. */
export function printAssertion(assertion: Assertion): string {
  switch (assertion.kind) {
    case 'dependency': {
      const claim = assertion.state === 'version' ? `at ${assertion.range}` : assertion.state
      return `dependency ${assertion.name} ${claim}${inside(assertion.within)}`
    }
    case 'import':
      return `import ${globs(assertion.from)} -> ${globs(assertion.to)} ${assertion.state}`
    case 'file':
      return `file ${writeWord(assertion.path)} ${assertion.state}`
    case 'engine':
      return `engine ${assertion.name} ${assertion.range}${inside(assertion.within)}`
    case 'rule':
      return `rule ${assertion.rule} clean${inside(assertion.within)}`
    case 'text':
      return `text /${assertion.pattern}/${assertion.ignoreCase ? 'i' : ''} ${assertion.state}${inside(assertion.within)}`
  }
}

function inside(within: PathGlobs): string {
  return within.length === 0 ? '' : ` in ${globs(within)}`
}

function globs(words: PathGlobs): string {
  return words.map(writeWord).join(' ')
}
