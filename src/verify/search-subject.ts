import type { AbsenceSubject } from './absence-subjects.ts'
import { isInComment } from './is-in-comment.ts'

/** Where something stands that was said to be absent. */
export type Presence = { path: string; line: number; term: string }

export type SubjectSearch = { files: number; terms: readonly string[]; found?: Presence }

type Term = { term: string; isWord: boolean }

const codeFile = /\.(?:[cm]?[jt]sx?|vue|svelte|prisma|sql|graphql|gql)$/i
const configurationFile =
  /\.(?:ya?ml|conf|toml|tf|hcl|env|ini)$|(?:^|\/)(?:[\w.-]*Dockerfile[\w.-]*|Caddyfile|Procfile)$/i
const manifestFile = /(?:^|\/)package\.json$/
const installedOrBuilt = /(?:^|\/)(?:node_modules|dist|build|coverage|vendor|bower_components|\.yarn)\//i
const forBrowsers = /(?:^|\/)(?:public|static|assets|www)\/.*\.js$|\.min\.js$|\.d\.[cm]?ts$/i
const forTests =
  /[._-](?:test|spec|e2e)\.[cm]?[jt]sx?$|(?:^|\/)(?:__tests__|__mocks__|tests?|specs?|e2e|cypress|fixtures)\//i
const forTools =
  /(?:^|\/)(?:\.github|\.circleci|\.buildkite)\/|(?:^|\/)\.[\w-]+\.ya?ml$|(?:^|\/)(?:pnpm-lock\.yaml|Gruntfile\.js|gulpfile\.js)$|\.config\.[cm]?[jt]s$/i

/** Looks through a repository's texts for a subject, outside comments, tests, tools and what is installed or built. */
export function searchSubject(subject: AbsenceSubject, texts: ReadonlyMap<string, string>): SubjectSearch {
  const terms = termsOf(subject)
  const searched = [...texts].filter(([path]) => isSearched(subject, path))
  const found = findPath(subject, texts) ?? findInManifests(subject, texts) ?? findInTexts(terms, searched)
  return {
    files: terms.length > 0 ? searched.length : texts.size,
    terms: [...new Set([...terms.map(({ term }) => bare(term)), ...(subject.manifest ?? []), ...pathTerms(subject)])],
    ...(found && { found }),
  }
}

function termsOf({ packages = [], code = [], words = [] }: AbsenceSubject): Term[] {
  const imports = packages.flatMap((name) => [`'${name}`, `"${name}`])
  return [
    ...imports.map((term) => ({ term, isWord: true })),
    ...code.map((term) => ({ term, isWord: false })),
    ...words.map((term) => ({ term, isWord: true })),
  ]
}

function bare(term: string): string {
  return term.replace(/^['"](?=@?\w)/, '')
}

function pathTerms({ name, paths }: AbsenceSubject): string[] {
  return paths ? [`files of ${name}`] : []
}

function isSearched(subject: AbsenceSubject, path: string): boolean {
  if ([installedOrBuilt, forBrowsers, forTests, forTools].some((pattern) => pattern.test(path))) return false
  return codeFile.test(path) || (subject.inConfiguration === true && configurationFile.test(path))
}

function findPath({ paths }: AbsenceSubject, texts: ReadonlyMap<string, string>): Presence | undefined {
  for (const path of paths ? texts.keys() : []) {
    if (installedOrBuilt.test(path)) continue
    if (paths?.some((pattern) => pattern.test(path))) return { path, line: 1, term: path }
  }
  return undefined
}

function findInManifests({ manifest }: AbsenceSubject, texts: ReadonlyMap<string, string>): Presence | undefined {
  for (const [path, text] of manifest ? texts : []) {
    if (!manifestFile.test(path) || installedOrBuilt.test(path)) continue
    for (const term of manifest ?? []) {
      const at = text.indexOf(`"${term}"`)
      if (at >= 0) return { path, line: lineOf(text, at), term }
    }
  }
  return undefined
}

function findInTexts(terms: readonly Term[], texts: readonly [string, string][]): Presence | undefined {
  for (const [path, text] of texts) {
    const lower = lowerCase(text)
    for (const { term, isWord } of terms) {
      const at = findTerm({ path, text, lower }, term.toLowerCase(), isWord)
      if (at >= 0) return { path, line: lineOf(text, at), term: bare(term) }
    }
  }
  return undefined
}

/** Some letters (İ) become longer in lower case, and then every offset after them would be wrong. */
function lowerCase(text: string): string {
  const lower = text.toLowerCase()
  return lower.length === text.length ? lower : text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function findTerm(file: { path: string; text: string; lower: string }, term: string, isWord: boolean): number {
  const { lower } = file
  for (let at = lower.indexOf(term); at >= 0; at = lower.indexOf(term, at + term.length)) {
    if ((!isWord || isWhole(lower, at, term.length)) && !isInComment(file, at)) return at
  }
  return -1
}

function isWhole(text: string, at: number, length: number): boolean {
  const joins = (inside: number, outside: number) =>
    /[\w$]/.test(text[inside] ?? '') && /[\w$]/.test(text[outside] ?? '')
  return !joins(at, at - 1) && !joins(at + length - 1, at + length)
}

function lineOf(text: string, at: number): number {
  let line = 1
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line += 1
  return line
}
