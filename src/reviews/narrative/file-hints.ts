import type { ReportData } from '../../evidence/report/json.ts'
import type { Severity } from '../review.ts'

/** What the evidence knows about one file, for deciding whether the model should read it, and which part. */
export interface FileHint {
  readonly isEntry: boolean
  readonly routes: number
  readonly queries: number
  readonly findings: readonly Severity[]
  /** Lines worth showing when the file is too long to be shown whole. */
  readonly lines: readonly number[]
}

export type FileHints = ReadonlyMap<string, FileHint>

/** What the evidence knows of each file that it says something about, by path. */
export function readHints({ facts, findings }: Pick<ReportData, 'facts' | 'findings'>): FileHints {
  const open = Map.groupBy(
    findings.filter(({ suppressed }) => !suppressed),
    ({ path }) => path,
  )
  const routes = linesByPath(facts.routes)
  const queries = linesByPath(facts.queries)
  const entries = new Set(facts.project.entryPoints)
  const paths = new Set([...open.keys(), ...routes.keys(), ...queries.keys(), ...entries])
  return new Map(
    [...paths].map((path) => {
      const found = open.get(path) ?? []
      const hint: FileHint = {
        isEntry: entries.has(path),
        routes: routes.get(path)?.length ?? 0,
        queries: queries.get(path)?.length ?? 0,
        findings: found.map(({ severity }) => severity),
        lines: [...found.map(({ line }) => line), ...(routes.get(path) ?? []), ...(queries.get(path) ?? [])],
      }
      return [path, hint]
    }),
  )
}

function linesByPath(items: readonly { place: string }[]): Map<string, number[]> {
  const lines = new Map<string, number[]>()
  for (const { place } of items) {
    const colon = place.lastIndexOf(':')
    const path = place.slice(0, colon)
    lines.set(path, [...(lines.get(path) ?? []), Number(place.slice(colon + 1))])
  }
  return lines
}
