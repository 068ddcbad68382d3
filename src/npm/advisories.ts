import semver from 'semver'
import * as z from 'zod'

export type AdvisorySeverity = 'critical' | 'high' | 'medium' | 'low'

export type Advisory = {
  /** The GHSA id where the registry names one, else its own number. */
  id: string
  title: string
  severity: AdvisorySeverity
  /** The versions that are affected, as a semver range. */
  range: string
  url?: string
}

const severities: Readonly<Record<string, AdvisorySeverity>> = {
  critical: 'critical',
  high: 'high',
  moderate: 'medium',
  medium: 'medium',
  low: 'low',
  info: 'low',
}

const advisoryDocument = z.object({
  id: z.union([z.number(), z.string()]),
  url: z.string().optional().catch(undefined),
  title: z.string(),
  severity: z.string(),
  vulnerable_versions: z.string(),
})
const answerDocument = z.record(z.string(), z.array(z.unknown()))

/** Reads the answer of the bulk advisory endpoint by package; undefined when it is something else. */
export function readAdvisoryAnswer(value: unknown): Map<string, Advisory[]> | undefined {
  const parsed = answerDocument.safeParse(value)
  if (!parsed.success) return undefined
  return new Map(Object.entries(parsed.data).map(([name, list]) => [name, list.flatMap((item) => readAdvisory(item))]))
}

function readAdvisory(value: unknown): Advisory[] {
  const parsed = advisoryDocument.safeParse(value)
  if (!parsed.success || semver.validRange(parsed.data.vulnerable_versions, true) === null) return []
  const { id, url, title, severity, vulnerable_versions: range } = parsed.data
  const ghsa = /^https:\/\/github\.com\/advisories\/(GHSA(?:-[0-9a-z]{4}){3})$/.exec(url ?? '')
  return [
    {
      id: ghsa?.[1] ?? String(id).slice(0, 40),
      title: title.replace(/\s+/g, ' ').trim().slice(0, 200),
      severity: severities[severity] ?? 'medium',
      range,
      ...(ghsa && { url: ghsa[0] }),
    },
  ]
}

/** Whether an advisory is about a version. */
export function affects({ range }: Advisory, version: string): boolean {
  return semver.satisfies(version, range, { loose: true, includePrerelease: true })
}

/** The lowest of `versions` above `installed` that none of the advisories is about; pre-releases do not count. */
export function patchedVersion(
  installed: string,
  advisories: readonly Advisory[],
  versions: Iterable<string>,
): string | undefined {
  const safe = [...versions].filter(
    (version) =>
      semver.prerelease(version, true) === null &&
      semver.gt(version, installed, true) &&
      !advisories.some((advisory) => affects(advisory, version)),
  )
  return semver.sort(safe, true)[0]
}
