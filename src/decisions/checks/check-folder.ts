import { parse as parseYaml } from 'yaml'
import { isObject } from '../../evidence/facts/manifest.ts'
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

/** A file without front matter has no checks and nothing to say. */
function readRecord(path: string, text: string): { decision: GoverningDecision } | { problem: string } | object {
  const front = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text)?.[1]
  if (front === undefined) return {}
  const fields = readYaml(front)
  if (!isObject(fields)) return { problem: `${path}: the front matter is not YAML.` }
  const { checks = [], number, title, status } = fields
  if (!Array.isArray(checks)) return { problem: `${path}: write checks as a list, one on a line with a dash.` }
  const heading = /^#\s+(.+)$/m.exec(text)?.[1]
  const fileNumber = /(?:^|\/)0*(\d+)-[^/]*$/.exec(path)?.[1]
  const known = typeof number === 'number' ? number : fileNumber === undefined ? undefined : Number(fileNumber)
  return {
    decision: {
      id: path,
      number: known,
      title: typeof title === 'string' ? title : (heading ?? path),
      status: typeof status === 'string' ? status.trim().toLowerCase() : 'accepted',
      repositories: [here],
      paths: [],
      checks,
    },
  }
}

function problemOf(path: string, check: unknown): string[] {
  if (typeof check !== 'string') return [`${path}: ${JSON.stringify(check)} is not a check; put it in quotes.`]
  const parsed = parseAssertion(check)
  return parsed.ok ? [] : [`${path}: ${parsed.sentence}`]
}

function readYaml(text: string): unknown {
  try {
    return parseYaml(text, { logLevel: 'silent' })
  } catch {
    return undefined
  }
}
