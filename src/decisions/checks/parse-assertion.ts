import { RE2JS } from 're2js'
import semver from 'semver'
import type { Assertion } from './assertion.ts'
import { isExclusion, isPathGlob } from './path-globs.ts'
import { type Word, readWords } from './read-words.ts'

/** What was read, or one sentence that says what to write instead. */
export type ParsedAssertion = { ok: true; assertion: Assertion } | { ok: false; sentence: string }

const longestChars = 500
/** Steps of a compiled pattern: the time it takes grows with them as it does with the text. */
const mostSteps = 150

/** Reads one check as people write it, such as `dependency moment absent`. */
export function parseAssertion(line: string): ParsedAssertion {
  const shown = JSON.stringify(line.trim().slice(0, 80))
  if (line.trim().length > longestChars)
    return fail(`A check has at most ${longestChars} characters; split ${shown} into several checks.`)
  const [first, ...rest] = readWords(line) ?? []
  if (!first) return fail(`${shown} is not a check: write one on one line, such as \`dependency moment absent\`.`)
  const kind = Object.hasOwn(readers, first.text) && first.kind === 'plain' ? readers[first.text] : undefined
  if (!kind)
    return fail(
      `${shown} is not a check: it begins with dependency, import, file, engine, rule or text, for example \`dependency moment absent\`.`,
    )
  const read = kind.read(rest)
  if (typeof read !== 'string') return { ok: true, assertion: read }
  return fail(`${shown} cannot be checked: ${read}, for example \`${kind.example}\`.`)
}

/** Gives the assertion, or what must be said instead. */
type Reader = (words: readonly Word[]) => Assertion | string

const readers: Readonly<Record<string, { example: string; read: Reader }>> = {
  dependency: { example: 'dependency fastify at ^5', read: readDependency },
  import: { example: 'import src/domain/** -> src/http/** forbidden', read: readImport },
  file: { example: 'file docs/openapi.yaml present', read: readFile },
  engine: { example: 'engine node >=22', read: readEngine },
  rule: { example: 'rule sql-injection clean in src/**', read: readRule },
  text: { example: 'text /console\\.log/ absent in src/**', read: readText },
}

// https://docs.npmjs.com/cli/v11/configuring-npm/package-json#name; older packages have capital letters.
const packageName = /^(@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*$/i

function readDependency([name, state, ...rest]: readonly Word[]): Assertion | string {
  if (!name || name.kind !== 'plain' || !packageName.test(name.text)) return 'name a package as npm does'
  const { before, within } = splitScope(rest)
  if (!within) return 'name paths after "in"'
  if (isWord(state, 'present', 'absent') && before.length === 0)
    return { kind: 'dependency', name: name.text, state: isWord(state, 'present') ? 'present' : 'absent', within }
  if (!isWord(state, 'at')) return 'say that the package is present, absent or at a version'
  const range = readRange(before)
  if (range === undefined) return 'say after "at" which versions, as package.json does'
  return { kind: 'dependency', name: name.text, state: 'version', range, within }
}

function readImport(words: readonly Word[]): Assertion | string {
  const arrow = words.findIndex((word) => isWord(word, '->'))
  const state = words.at(-1)
  if (arrow < 0) return 'put "->" between the importing and the imported paths'
  if (!isWord(state, 'forbidden', 'required')) return 'say at the end whether the import is forbidden or required'
  const from = readGlobs(words.slice(0, arrow))
  const to = readGlobs(words.slice(arrow + 1, -1))
  if (!from || !to) return 'name paths on both sides of "->"'
  return { kind: 'import', from, to, state: isWord(state, 'forbidden') ? 'forbidden' : 'required' }
}

function readFile([path, state, ...rest]: readonly Word[]): Assertion | string {
  const [glob] = path ? (readGlobs([path]) ?? []) : []
  if (glob === undefined || isExclusion(glob)) return 'name one path below the root of the repository'
  if (!isWord(state, 'present', 'absent') || rest.length > 0) return 'say whether the file is present or absent'
  return { kind: 'file', path: glob, state: isWord(state, 'present') ? 'present' : 'absent' }
}

const engines = ['node', 'npm', 'pnpm', 'yarn', 'bun']

function readEngine([name, ...rest]: readonly Word[]): Assertion | string {
  if (!name || !engines.includes(name.text)) return `name one of ${engines.join(', ')}`
  const { before, within } = splitScope(rest)
  if (!within) return 'name paths after "in"'
  const range = readRange(before)
  if (range === undefined) return 'say which versions, as package.json does'
  return { kind: 'engine', name: name.text, range, within }
}

function readRule([rule, clean, ...rest]: readonly Word[]): Assertion | string {
  if (!rule || !/^[a-z][a-z0-9-]*$/.test(rule.text)) return 'name a rule by its id'
  const { before, within } = splitScope(rest)
  if (!isWord(clean, 'clean') || before.length > 0) return 'say that the rule is clean'
  if (!within) return 'name paths after "in"'
  return { kind: 'rule', rule: rule.text, within }
}

function readText([pattern, state, ...rest]: readonly Word[]): Assertion | string {
  if (pattern?.kind !== 'pattern') return 'put the pattern between slashes and write a slash in it as \\/'
  if (pattern.flags !== '' && pattern.flags !== 'i') return 'after the closing slash only i may stand'
  const problem = findPatternProblem(pattern.text)
  if (problem !== undefined)
    return `the pattern does not work (${problem}); lookaround and back-references do not exist`
  if (!isWord(state, 'present', 'absent')) return 'say whether the text is present or absent'
  const { before, within } = splitScope(rest)
  if (before.length > 0 || !within || within.length === 0) return 'say in which paths'
  const ignoreCase = pattern.flags === 'i'
  return {
    kind: 'text',
    pattern: pattern.text,
    ignoreCase,
    state: isWord(state, 'present') ? 'present' : 'absent',
    within,
  }
}

function findPatternProblem(pattern: string): string | undefined {
  try {
    const compiled = RE2JS.compile(pattern)
    if (compiled.programSize() > mostSteps) return 'it is too large; repeat less'
    return compiled.matcher('').find() && compiled.matches('') ? 'it matches every line' : undefined
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll('`', "'") : String(error)
  }
}

/** What stands before `in`, and the globs after it; none of these when `in` is the last word or a glob is none. */
function splitScope(words: readonly Word[]): { before: readonly Word[]; within: string[] | undefined } {
  const at = words.findIndex((word) => isWord(word, 'in'))
  if (at < 0) return { before: words, within: [] }
  return { before: words.slice(0, at), within: readGlobs(words.slice(at + 1)) }
}

function readGlobs(words: readonly Word[]): string[] | undefined {
  if (words.some(({ kind }) => kind === 'pattern')) return undefined
  const globs = words.map(({ text }) => text.replace(/^(!?)\.\//, '$1'))
  return globs.every(isPathGlob) && !globs.every(isExclusion) ? globs : undefined
}

function readRange(words: readonly Word[]): string | undefined {
  if (words.length === 0 || words.some(({ kind }) => kind === 'pattern')) return undefined
  const range = words
    .map(({ text }) => text)
    .join(' ')
    .trim()
  return range === '' || semver.validRange(range) === null ? undefined : range
}

function isWord(word: Word | undefined, ...texts: string[]): boolean {
  return word?.kind === 'plain' && texts.includes(word.text)
}

function fail(sentence: string): ParsedAssertion {
  return { ok: false, sentence }
}
