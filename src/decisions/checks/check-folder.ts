import { readFrontMatter } from '../madr/front-matter.ts'
import { fromMadr } from '../madr/read-madr.ts'
import { checkDecisions, type DecisionResult, type GoverningDecision, stateOf } from './check-decisions.ts'
import { describeResult } from './describe-result.ts'
import { parseAssertion } from './parse-assertion.ts'
import type { ReadCode } from './read-code.ts'

/** What a check of a folder's decisions gives to print; 1 when one is broken, else 2 when one cannot be read. */
export interface FolderReport {
  lines: string[]
  exitCode: 0 | 1 | 2
}

const here = 'this repository'

/** Checks a repository against the decisions in its own Markdown files, without Slack and database. */
export function checkFolder(code: ReadCode): FolderReport {
  const files = [...code.texts].filter(([path]) => isDecisionFile(path)).map(([path, text]) => readRecord(path, text))
  const decisions = files.flatMap((file) => ('decision' in file ? file.decision : []))
  const problems = [
    ...files.flatMap((file) => ('problem' in file ? file.problem : [])),
    ...decisions.flatMap(({ id, checks }) => checks.flatMap((check) => problemOf(id, check))),
  ]
  const results = checkDecisions(decisions, { repository: here, sha: '', read: code })
  const lines = [...problems, ...results.flatMap(describeAll)]
  const isBroken = results.some((result) => stateOf(result) === 'broken')
  if (lines.length === 0) lines.push(`No accepted decision of ${here} has a check.`)
  return { lines, exitCode: isBroken ? 1 : problems.length > 0 ? 2 : 0 }
}

/** One line for the decision, and below it one for each place and for each check that could not run. */
function describeAll(result: DecisionResult): string[] {
  const details = result.checks.flatMap(({ assertion, outcome }) => {
    if (outcome.outcome === 'holds') return []
    if (outcome.outcome === 'unknown') return [`  ${assertion}: cannot be checked, ${outcome.reason}`]
    const places = outcome.places.map(
      ({ path, line, says }) => `  ${path}${line === undefined ? '' : `:${line}`}: ${says}`,
    )
    return [`  ${assertion}`, ...places]
  })
  return [`${describeResult(result)} (${result.decisionId})`, ...details]
}

function isDecisionFile(path: string): boolean {
  return /(^|\/)(decisions|adrs?|decision-records|architecture-decisions)\/(?:.*\/)?[^/]+\.md$/i.test(path)
}

/** A file that speaks of no checks has nothing to say. */
function readRecord(path: string, text: string): { decision: GoverningDecision } | { problem: string } | object {
  const record = fromMadr(text, path)
  const { fields, markdown } = readFrontMatter(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'))
  if (/^---[ \t]*\n/.test(markdown) && /^checks:/m.test(markdown))
    return { problem: `${path}: the front matter is not YAML, so its checks cannot be read.` }
  const checks = fields['checks'] ?? []
  if (record === undefined) return {}
  if (!Array.isArray(checks)) return { problem: `${path}: write checks as a list, each on a line with a dash.` }
  // Where a file names no status at all, its being there says that it was accepted.
  const status = record.status ?? (record.statusNote === '' ? 'accepted' : 'unknown')
  const { title, affects } = record.body
  return {
    decision: { id: path, number: record.number, title, status, repositories: [here], paths: affects.paths, checks },
  }
}

function problemOf(path: string, check: unknown): string[] {
  if (typeof check !== 'string') return [`${path}: ${JSON.stringify(check)} is not a check; put it in quotes.`]
  const parsed = parseAssertion(check)
  return parsed.ok ? [] : [`${path}: ${parsed.sentence}`]
}
