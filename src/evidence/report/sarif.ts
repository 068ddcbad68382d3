import type { Coverage } from '../coverage.ts'
import type { Finding } from '../rules/finding.ts'
import type { Severity } from '../rules/rule.ts'
import { tellHabitsOnce } from './habits.ts'

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}
/** Where code scanning of GitHub divides critical, high, medium and low. */
const scores: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.0',
}

type Told =
  | 'rule'
  | 'area'
  | 'cwe'
  | 'severity'
  | 'confidence'
  | 'path'
  | 'line'
  | 'endLine'
  | 'quote'
  | 'title'
  | 'message'
  | 'why'
  | 'fix'
  | 'sources'
  | 'steps'
  | 'also'
  | 'fingerprint'
  | 'suppressed'

/** What SARIF says of a finding, whoever made it. */
export type SarifFinding = Pick<Finding, Told> & {
  category?: string | undefined
  /** Why somebody answered for it, outside of the code. */
  excepted?: string
  /** Against the base of a change. */
  baseline?: 'new' | 'unchanged'
}

type SarifSource = { findings: readonly SarifFinding[]; coverage: Pick<Coverage, 'notAnalysed' | 'partly'> }

/** Renders findings as a SARIF 2.1.0 log, a habit as one result; suppressed and excepted ones are kept and marked. */
export function toSarif(analysis: SarifSource): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Architect', rules: worstOfEachRule(analysis.findings).map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(analysis) }],
        results: tellHabitsOnce(analysis.findings).map(resultOf),
      },
    ],
  }
}

/** A rule has one score on GitHub, whatever its findings have. */
function worstOfEachRule(findings: readonly SarifFinding[]): SarifFinding[] {
  const worst = new Map<string, SarifFinding>()
  for (const finding of findings) {
    const known = worst.get(finding.rule)
    if (!known || Number(scores[finding.severity]) > Number(scores[known.severity])) worst.set(finding.rule, finding)
  }
  return [...worst.values()]
}

function ruleOf(finding: SarifFinding): object {
  const security = finding.area === 'security' || finding.category === 'vulnerable-dependency'
  const tags = new Set([...(security ? ['security'] : []), finding.area])
  return {
    id: finding.rule,
    shortDescription: { text: finding.title },
    fullDescription: { text: finding.why },
    help: { text: [finding.fix.say, ...finding.sources].join('\n') },
    properties: {
      category: finding.category,
      area: finding.area,
      ...(finding.cwe === undefined ? {} : { cwe: finding.cwe }),
      tags: [...tags, ...(finding.cwe === undefined ? [] : [`external/cwe/${finding.cwe.toLowerCase()}`])],
      // GitHub reads it here, of rules tagged `security`, and nowhere on a result.
      ...(security ? { 'security-severity': scores[finding.severity] } : {}),
    },
  }
}

function resultOf(finding: SarifFinding): object {
  return {
    ruleId: finding.rule,
    level: levels[finding.severity],
    message: { text: finding.message },
    locations: [place(finding.path, finding.line, finding.endLine, finding.quote)],
    ...(finding.also.length > 0
      ? { relatedLocations: finding.also.map((item) => place(item.path, item.line, item.line)) }
      : {}),
    ...(finding.steps.length > 0 ? { codeFlows: [flowOf(finding)] } : {}),
    partialFingerprints: { 'architect/v1': finding.fingerprint },
    ...suppressionsOf(finding),
    ...(finding.baseline ? { baselineState: finding.baseline } : {}),
    properties: {
      category: finding.category,
      area: finding.area,
      confidence: finding.confidence,
      severity: finding.severity,
      ...(finding.cwe === undefined ? {} : { cwe: finding.cwe }),
    },
  }
}

function suppressionsOf({ suppressed, excepted }: SarifFinding): object {
  const suppressions = [
    ...(suppressed ? [{ kind: 'inSource', justification: suppressed.reason }] : []),
    ...(excepted === undefined ? [] : [{ kind: 'external', justification: excepted }]),
  ]
  return suppressions.length > 0 ? { suppressions } : {}
}

function flowOf(finding: SarifFinding): object {
  const locations = finding.steps.map((step) => ({
    location: { ...place(step.file, step.line, step.line), message: { text: step.text } },
  }))
  return { threadFlows: [{ locations }] }
}

function place(path: string, startLine: number, endLine: number, snippet?: string): object {
  const text = snippet === undefined ? {} : { snippet: { text: snippet } }
  return {
    physicalLocation: {
      artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/') },
      region: { startLine, endLine, ...text },
    },
  }
}

function notifications(analysis: SarifSource): object[] {
  const { notAnalysed, partly } = analysis.coverage
  return [
    ...notAnalysed.map((item) => notification(item.path, `Not analysed: ${item.reason}.`)),
    ...partly.map((item) =>
      notification(item.path, `Analysed without lines ${item.lines.join(', ')}, which do not parse.`),
    ),
  ]
}

function notification(path: string, text: string): object {
  return { level: 'warning', message: { text }, locations: [place(path, 1, 1)] }
}
