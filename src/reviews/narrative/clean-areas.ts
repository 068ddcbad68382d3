import type { ReportData } from '../../evidence/report/json.ts'
import { classifyFile } from '../../evidence/parse/classify.ts'
import { findAreaScopes } from '../area-scopes.ts'
import type { ModelReading } from '../record-files.ts'
import type { Depth, ReviewArea, ReviewFinding } from '../review.ts'

export interface CleanContext {
  readonly files: ReadonlyMap<string, string>
  readonly evidence: ReportData
  readonly depth: Depth
  readonly readings: readonly ModelReading[]
  readonly findings: readonly ReviewFinding[]
}

/** The areas that may be called clean: nothing was found in them, and every file that decides them was read whole. */
export function findCleanAreas(areas: readonly ReviewArea[], context: CleanContext): ReadonlySet<ReviewArea> {
  const { files, evidence, depth, readings, findings } = context
  const paths = [...files.keys()]
  const production = paths.filter((path) => isProduction(path, files.get(path) ?? ''))
  const scopes = findAreaScopes({ production, paths, texts: files }, evidence, depth)
  const whole = new Set(readings.filter(({ part }) => part === 'whole').map(({ path }) => path))
  const troubled = new Set(findings.map(({ area }) => area))
  return new Set(
    areas.filter((area) => {
      const { files: deciding, limit } = scopes[area]
      return !troubled.has(area) && limit === undefined && [...deciding].every((path) => whole.has(path))
    }),
  )
}

function isProduction(path: string, text: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path) && classifyFile(path, text) === 'production'
}

/** Whether a sentence gives the all-clear, which only a review that read everything may. */
export function callsClean(verdict: string): boolean {
  return (
    /\b(?:no|not any|without|free of|zero)\b[^.]{0,40}\b(?:problem|issue|finding|weakness|vulnerabilit|defect|concern)/i.test(
      verdict,
    ) || /\b(?:is|are|looks?)\s+(?:\w+\s+)?(?:clean|secure|safe|flawless|production[- ]ready)\b/i.test(verdict)
  )
}
