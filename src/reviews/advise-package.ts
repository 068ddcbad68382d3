import semver from 'semver'
import type { PackageAdvice } from '../evidence/facts/package-advice.ts'
import { affects, type Advisory, patchedVersion } from '../npm/advisories.ts'
import type { PackageAnswer } from '../npm/registry.ts'

/** A dependency as the project names it, and the package of the registry that this is. */
type Dependency = { name: string; version: string; package: string }

/** What there is to say about one installed version: at most one advice of each kind. */
export function advisePackage(
  dependency: Dependency,
  answer: PackageAnswer | undefined,
  advisories: readonly Advisory[],
): PackageAdvice[] {
  const facts = answer?.kind === 'found' ? answer.package : undefined
  const { name, version } = dependency
  const reason = facts?.versions.get(version)?.deprecated
  const latest = facts?.tags['latest']
  const majorsBehind = latest === undefined ? 0 : semver.major(latest, true) - semver.major(version, true)
  return [
    ...adviseUpdate(dependency, advisories, facts?.complete ? [...facts.versions.keys()] : []),
    ...(reason === undefined
      ? []
      : [{ name, version, kind: 'deprecated' as const, text: `its authors say: ${reason.replace(/\.+$/, '')}` }]),
    ...(latest !== undefined && majorsBehind > 0
      ? [{ name, version, kind: 'outdated' as const, text: `the latest is ${latest}`, majorsBehind }]
      : []),
  ]
}

const order = ['critical', 'high', 'medium', 'low'] as const

/** One dependency is one thing to do, so its advisories are told together, the worst first. */
function adviseUpdate(
  { name, version }: Dependency,
  advisories: readonly Advisory[],
  versions: readonly string[],
): PackageAdvice[] {
  const matching = advisories
    .filter((advisory) => affects(advisory, version))
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
  const [worst, ...others] = matching
  if (!worst) return []
  const patched = patchedVersion(version, matching, versions)
  const more =
    others.length === 0
      ? ''
      : `; ${others.length} more: ${others
          .slice(0, 4)
          .map(({ id }) => id)
          .join(', ')}`
  const fix = patched === undefined ? '' : `; fixed in ${patched}`
  const text = `${worst.title} (${worst.id})${more}${fix}`
  return [{ name, version, kind: 'vulnerable', text, severity: worst.severity, ...(worst.url && { url: worst.url }) }]
}
