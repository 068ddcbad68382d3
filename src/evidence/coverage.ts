import type { Codebase } from './codebase.ts'
import type { PackageAdvice } from './facts/package-advice.ts'
import type { Area } from './rules/taxonomy.ts'

/** A rule that threw and therefore found nothing, with the area it would have counted for. */
export type FailedRule = { id: string; area: Area; message: string }

/** What was read and what was not; counts and bytes are of files. */
export type Coverage = {
  analysed: number
  bytes: number
  byKind: Readonly<Record<string, number>>
  /** Files left out on purpose: vendored, generated, minified, browser code. */
  skipped: readonly { path: string; why: string }[]
  notAnalysed: readonly { path: string; reason: string }[]
  /** Files read only in part, with the lines that do not parse. */
  partly: readonly { path: string; lines: readonly number[] }[]
  notAssessed: readonly string[]
  /** Searches for the way of input that a bound cut short. */
  cutSearches: number
  failedRules: readonly FailedRule[]
}

/** Says what was read, what was left out and why, and what cannot be told from the files alone. */
export function readCoverage(
  codebase: Codebase,
  options: { packages?: readonly PackageAdvice[]; packagesNotAssessed?: readonly string[] },
  failedRules: readonly FailedRule[],
): Coverage {
  const files = [...codebase.sources.values()]
  const byKind: Record<string, number> = {}
  for (const file of files) byKind[file.kind] = (byKind[file.kind] ?? 0) + 1
  return {
    analysed: files.length,
    bytes: files.reduce((sum, file) => sum + file.text.length, 0),
    byKind,
    skipped: codebase.skipped.map(({ path, kind }) => ({ path, why: kind })),
    notAnalysed: codebase.unparsed,
    partly: files.filter((file) => file.cutLines.length > 0).map((file) => ({ path: file.path, lines: file.cutLines })),
    notAssessed: [...packageGaps(options), ...notAssessed(codebase)],
    cutSearches: codebase.flow.cuts,
    failedRules,
  }
}

function packageGaps(options: {
  packages?: readonly PackageAdvice[]
  packagesNotAssessed?: readonly string[]
}): readonly string[] {
  if (options.packages !== undefined) return options.packagesNotAssessed ?? []
  return [
    'Dependencies against the live registry: only advisories and deprecations known when this version was made are reported, and nothing about outdated versions.',
  ]
}

function notAssessed(codebase: Codebase): string[] {
  const items: string[] = []
  if (codebase.project.lockfile === undefined && codebase.project.manifests.length > 0) {
    items.push('Installed versions: there is no lock file, so ranges are read by the lowest version they allow.')
  }
  if (codebase.withTypes.length > 0 && codebase.web.routes.length === 0) {
    items.push('Routes: none were recognised, so rules about routes and middleware had nothing to look at.')
  }
  return items
}
