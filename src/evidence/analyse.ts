import { readCodebase, type Codebase, type EarlierState, type Parse } from './codebase.ts'
import { readCoverage, type Coverage, type FailedRule } from './coverage.ts'
import type { PackageAdvice } from './facts/package-advice.ts'
import { isInUnmountedHandler } from './facts/unmounted-handlers.ts'
import { unservedFiles } from './facts/unserved.ts'
import { exampleHere } from './fixes/example-here.ts'
import { fixHere } from './fixes/fix-here.ts'
import { functionAround } from './parse/ast.ts'
import { createFingerprints, plainCode } from './fingerprints.ts'
import { lineAt, lineStartsOf } from './parse/source-file.ts'
import { symbolAround } from './parse/symbols.ts'
import { plainLine } from './plain-line.ts'
import { findHeldSecrets, maskSecrets } from './mask-secrets.ts'
import { rules as allRules } from './rules/all.ts'
import type { Finding } from './rules/finding.ts'
import { inDevelopment } from './rules/places.ts'
import { unusedMiddleware } from './rules/organisation/dead-code/unused-middleware.ts'
import type { Match, Rule, Severity } from './rules/rule.ts'
import { taxonomy } from './rules/taxonomy.ts'
import { readSuppressions, suppressionFor, type Suppression } from './suppressions.ts'

export type Options = {
  /** What the package registry says; without it, what needs it is named as not assessed. */
  packages?: readonly PackageAdvice[]
  /** What the registry left open, as sentences for the coverage; only with `packages`. */
  packagesNotAssessed?: readonly string[]
  /** Parses a file; pass one that remembers outcomes to make a second run cheap. */
  parse?: Parse
  /** An earlier state of the same files, parsed by the same `parse`: what did not change since is not read anew. */
  before?: EarlierState
  rules?: readonly Rule[]
}

/** What one run over a project gave. */
export type Analysis = {
  codebase: Codebase
  /** The rules that were asked, those that failed included. */
  rules: readonly Rule[]
  findings: readonly Finding[]
  suppressions: readonly Suppression[]
  coverage: Coverage
}

/** Files of a Node.js backend in; facts, findings and coverage out. Pure: the same files give the same answer. */
export function analyse(texts: ReadonlyMap<string, string>, options: Options = {}): Analysis {
  const rules = options.rules ?? allRules
  const codebase = readCodebase(texts, options.parse, options.packages, options.before)
  const suppressions = readSuppressions(codebase)
  const matches: { rule: Rule; match: Match }[] = []
  const failed: FailedRule[] = []
  for (const rule of rules) {
    try {
      for (const match of rule.find(codebase)) if (matters(rule, match, codebase)) matches.push({ rule, match })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      failed.push({ id: rule.id, area: taxonomy[rule.category].area, message })
    }
  }
  const held = findHeldSecrets(matches)
  const fingerprint = createFingerprints()
  const findings = matches
    .map(({ rule, match }) => toFinding(rule, match, codebase, held.get(match.file.path) ?? []))
    .filter(unique())
    .sort(byPlace)
    .map(({ identity, ...finding }) => ({ ...finding, fingerprint: fingerprint(identity) }))
    .map((finding) => withSuppression(finding, suppressions))
  return {
    codebase,
    rules,
    findings,
    suppressions,
    coverage: readCoverage(codebase, options, failed),
  }
}

/** What nobody can call does no harm as long as it is so: what there is to say is that it is there, and what it gives away. */
function matters(rule: Rule, match: Match, codebase: Codebase): boolean {
  const unserved = unservedFiles(codebase)
  if (holdsUnused(rule) || unserved.size === 0) return true
  return !unserved.has(match.file.path) && !isForUnserved(match, unserved, codebase)
}

/** What it is about comes from there, or stands in a function that is called from there alone. */
function isForUnserved({ node, steps }: Match, unserved: ReadonlySet<string>, { calls }: Codebase): boolean {
  const around = node && functionAround(node)
  const sites = around ? calls.sitesOf(around) : []
  return (
    (steps?.some((step) => unserved.has(step.file)) ?? false) ||
    (sites.length > 0 && sites.every(({ file }) => unserved.has(file.path)))
  )
}

/** Whether a rule is about what stands in a file, and not about what happens when it runs. */
function holdsUnused({ id, category }: Rule): boolean {
  return taxonomy[category].area === 'organisation' || id === 'hardcoded-secret'
}

/** What no route uses yet is a note for whoever puts it in. */
function weigh(rule: Rule, { severity = rule.severity, file, node }: Match, codebase: Codebase): Severity {
  if (rule.id === 'hardcoded-secret') return severity
  const { path } = file
  const isUnreached =
    node !== undefined &&
    !holdsUnused(rule) &&
    (isInUnmountedHandler(node, codebase) || ('lineStarts' in file && inDevelopment(node, file)))
  // A mistake in what nobody loads or reaches is one for later.
  if (isUnreached || unservedFiles(codebase).has(path)) return severity === 'info' ? 'info' : 'low'
  return holdsUnused(rule) || !unusedMiddleware(codebase).has(path) ? severity : 'info'
}

type Place = Pick<Finding, 'path' | 'line' | 'rule'>
/** A finding before equal ones are numbered. */
type Identified = Omit<Finding, 'fingerprint'> & { identity: string }

function byPlace(a: Place, b: Place): number {
  return compare(a.path, b.path) || a.line - b.line || compare(a.rule, b.rule)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function toFinding(rule: Rule, match: Match, codebase: Codebase, held: readonly string[]): Identified {
  const { file, node } = match
  const starts = 'lineStarts' in file ? file.lineStarts : undefined
  const line = match.line ?? (node && starts ? lineAt(starts, node.start) : 1)
  const endLine = node && starts ? Math.max(line, lineAt(starts, node.end)) : line
  const kind = taxonomy[rule.category]
  const rows = rowsOf(file.text, starts ?? lineStartsOf(file.text), line, Math.min(endLine, line + 4))
  const show = (code: string) => maskSecrets(file.path, code, held)
  const symbol = node ? symbolAround(node) : ''
  const { title, why, effects, fix } = { ...rule, ...match.words }
  return {
    rule: rule.id,
    category: rule.category,
    area: kind.area,
    ...('cwe' in kind ? { cwe: kind.cwe } : {}),
    severity: weigh(rule, match, codebase),
    confidence: match.confidence ?? rule.confidence,
    path: file.path,
    line,
    endLine,
    quote: cutRows(show(rows)),
    symbol,
    title,
    message: match.message,
    why,
    effects,
    fix: fixFor(fix, fixHere(rule.id, match, codebase), exampleHere(fix.code, match, codebase), show),
    sources: rule.sources,
    steps: match.steps ?? [],
    also: match.also ?? [],
    identity: [rule.id, match.cause ?? [symbol, match.subject ?? '', saidBy(match, cutRows(rows))]].flat().join('\n'),
  }
}

/** The code or line a match is about, in a form that moving and formatting do not change; nothing for a whole file. */
function saidBy(match: Match, quote: string): string {
  if (match.node) return plainCode(match.node)
  return match.line === undefined ? '' : plainLine(quote)
}

const longestRow = 200

/** Lines of a text, each with what a secret that is cut off at the end of a quote could need to be known. */
function rowsOf(text: string, starts: readonly number[], line: number, endLine: number): string {
  return text
    .slice(starts[line - 1] ?? text.length, starts[endLine] ?? text.length)
    .split('\n', endLine - line + 1)
    .map((row) => row.slice(0, 10 * longestRow))
    .join('\n')
}

function cutRows(rows: string): string {
  return rows
    .split('\n')
    .map((row) => row.trimEnd().slice(0, longestRow))
    .join('\n')
}

/** The place as it reads when mended; else an example for what the project is written with, else the general one. */
function fixFor(
  { say }: Rule['fix'],
  here: string | undefined,
  example: string | undefined,
  show: (code: string) => string,
): Finding['fix'] {
  if (here !== undefined) return { say, code: show(here) }
  return { say, ...(example === undefined ? {} : { code: example, isExample: true as const }) }
}

function unique(): (finding: Place) => boolean {
  const seen = new Set<string>()
  return (finding) => {
    const key = `${finding.rule} ${finding.path}:${finding.line}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  }
}

function withSuppression(finding: Finding, suppressions: readonly Suppression[]): Finding {
  const suppression = suppressionFor(finding, suppressions)
  return suppression ? { ...finding, suppressed: { reason: suppression.reason, line: suppression.line } } : finding
}
