import { decisionStatuses } from '../decision.ts'
import { findFolders, isDecisionFile } from '../madr/find-folder.ts'
import { readFrontMatter } from '../madr/front-matter.ts'
import { fromMadr } from '../madr/read-madr.ts'
import { checkDecisions, type DecisionResult, type GoverningDecision, stateOf } from './check-decisions.ts'
import { describeResult } from './describe-result.ts'
import { parseAssertion } from './parse-assertion.ts'
import type { ReadCode } from './read-code.ts'
import { describeOutcome, type ReviewedCheck } from './reviewed-check.ts'

/** A decision of a repository's own, with what its checks came to. */
export interface FolderDecision {
  /** ADR-12, or its file where that has no number. */
  name: string
  title: string
  /** The file that holds it. */
  path: string
  checks: readonly ReviewedCheck[]
}

/**
 * What a check of a folder's decisions came to: 1 when one is broken, of a change only when it was not so before, else
 * 2 when one cannot be read.
 */
export interface FolderReport {
  /** To print. */
  lines: string[]
  decisions: FolderDecision[]
  /** What of a file cannot be read as a check. */
  problems: { path: string; says: string }[]
  exitCode: 0 | 1 | 2
}

const here = 'this repository'
const noFiles = `There are no decisions in ${here}: they are Markdown files in a folder called decisions, adr or adrs, or in the one that .adr-dir or .log4brains.yml names.`

/** Checks a repository, and of a change what it was before, against the decisions in its own Markdown files, without Slack and database. */
export function checkFolder(code: ReadCode, base?: ReadCode): FolderReport {
  const folders = findFolders([...code.texts.keys()], code.texts)
  const files = [...code.texts].flatMap(([path, text]) => (isRecord(path, folders) ? [readRecord(path, text)] : []))
  const decisions = files.flatMap((file) => ('decision' in file ? file.decision : []))
  const problems = [
    ...files.flatMap((file) => ('problem' in file ? file.problem : [])),
    ...decisions.flatMap(({ id, checks }) => checks.flatMap((check) => problemOf(code, id, check))),
  ]
  const results = checkDecisions(decisions, { repository: here, sha: '', read: code })
  const before = base && checkDecisions(decisions, { repository: here, sha: '', read: base })
  const found = results.map((result) => toFolderDecision(result, before))
  const isBroken = found.some(({ checks }) => checks.some(isBrokenHere))
  const lines = [
    ...problems.map(({ path, says }) => `${path}: ${says}`),
    ...results.flatMap((result, index) => describeAll(code, result, found[index]?.checks ?? [])),
  ]
  if (lines.length === 0) lines.push(files.length === 0 ? noFiles : `No accepted decision of ${here} has a check.`)
  return { lines, decisions: found, problems, exitCode: isBroken ? 1 : problems.length > 0 ? 2 : 0 }
}

function toFolderDecision(result: DecisionResult, before: readonly DecisionResult[] | undefined): FolderDecision {
  const { decisionId: path, number, title, checks } = result
  const earlier = before?.find(({ decisionId }) => decisionId === path)
  return {
    name: number === undefined ? path : `ADR-${number}`,
    title,
    path,
    checks: checks.map((check, index) => describeOutcome(check, { before: earlier?.checks[index]?.outcome })),
  }
}

function isBrokenHere({ outcome, before }: ReviewedCheck): boolean {
  return outcome === 'broken' && before !== true
}

/** One line for the decision, and below it one for each place and for each check that could not run. What nobody can read is a problem, and told as that. */
function describeAll(code: ReadCode, whole: DecisionResult, reviewed: readonly ReviewedCheck[]): string[] {
  const isRead = ({ assertion }: { assertion: string }) => problemOf(code, '', assertion).length === 0
  const result = { ...whole, checks: whole.checks.filter(isRead) }
  const checks = reviewed.filter(isRead)
  if (result.checks.length < whole.checks.length && stateOf(result) === 'holds') return []
  const details = result.checks.flatMap(({ assertion, outcome }, index) => {
    if (outcome.outcome === 'holds') return []
    if (outcome.outcome === 'unknown')
      return result.checks.length === 1 ? [] : [`  ${assertion}: cannot be checked, ${outcome.reason}`]
    const places = outcome.places.map(
      ({ path, line, says }) => `  ${path}${line === undefined ? '' : `:${line}`}: ${says}`,
    )
    return [`  ${assertion}${checks[index]?.before ? ', as before this change' : ''}`, ...places]
  })
  return [`${describeResult(result)} (${result.decisionId})`, ...details]
}

/** In a folder of a usual name, wherever it is, or in one that the repository itself names. */
function isRecord(path: string, folders: readonly string[]): boolean {
  const [, folder] =
    /^((?:.*\/)?(?:decisions|adrs?|decision-records|architecture-decisions)(?:\/.*)?)\/[^/]+$/i.exec(path) ?? []
  return isDecisionFile(path, folder === undefined ? folders : [folder])
}

/** A file that speaks of no checks has nothing to say. */
function readRecord(
  path: string,
  text: string,
): { decision: GoverningDecision } | { problem: FolderReport['problems'][number] } | object {
  const record = fromMadr(text, path)
  const { fields, markdown } = readFrontMatter(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'))
  if (/^---[ \t]*\n/.test(markdown) && /^checks:/m.test(markdown))
    return { problem: { path, says: 'the front matter is not YAML, so its checks cannot be read.' } }
  const checks = fields['checks'] ?? []
  if (record === undefined) return {}
  if (!Array.isArray(checks)) return { problem: { path, says: 'write checks as a list, each on a line with a dash.' } }
  if (record.status === undefined && record.statusNote !== '' && checks.length > 0)
    return { problem: { path, says: statusUnknown } }
  // Where a file names no status at all, its being there says that it was accepted.
  const status = record.status ?? 'accepted'
  const { title, affects } = record.body
  return {
    decision: { id: path, number: record.number, title, status, repositories: [here], paths: affects.paths, checks },
  }
}

const statusUnknown = `nobody can tell from its status whether its checks count: write ${decisionStatuses.slice(0, -1).join(', ')} or ${decisionStatuses.at(-1)}.`

function problemOf({ facts }: ReadCode, path: string, check: unknown): FolderReport['problems'] {
  if (typeof check !== 'string') return [{ path, says: `${JSON.stringify(check)} is not a check; put it in quotes.` }]
  const parsed = parseAssertion(check)
  if (!parsed.ok) return [{ path, says: parsed.sentence }]
  const { assertion } = parsed
  const isKnown = assertion.kind !== 'rule' || facts.rules.some(({ id }) => id === assertion.rule)
  return isKnown ? [] : [{ path, says: `this version knows no rule ${assertion.rule}, so "${check}" checks nothing.` }]
}
