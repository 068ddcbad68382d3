import type { FactsSummary } from '../../evidence/report/facts-summary.ts'
import type { NarrativeInput } from '../narrate.ts'
import type { AnsweredFinding } from './merge-findings.ts'

/** What rules found and somebody answered for, in the code or in the team's memory. */
export function findAnswered({ evidence, excepted }: Pick<NarrativeInput, 'evidence' | 'excepted'>): AnsweredFinding[] {
  return evidence.findings
    .filter(({ fingerprint, suppressed }) => suppressed !== undefined || excepted.has(fingerprint))
    .map(({ area, category, title, path, line, endLine }) => {
      return { area, category, title, place: { path, line, endLine }, also: [] }
    })
}

/** The files that load one of these or are loaded by one, themselves left out. */
export function findNeighbours(modules: FactsSummary['modules'], paths: readonly string[]): string[] {
  const asked = new Set(paths)
  const near = modules.flatMap(({ path, imports }) => {
    if (asked.has(path)) return imports
    return imports.some((imported) => asked.has(imported)) ? [path] : []
  })
  return [...new Set(near)].filter((path) => !asked.has(path))
}
