import semver from 'semver'
import type { PackageFacts } from './package-facts.ts'

/** The version that `npm install name@range` takes; undefined when there is none. `range` may be a tag. */
export function chooseVersion({ tags, versions }: PackageFacts, range: string): string | undefined {
  const tagged = Object.hasOwn(tags, range) ? tags[range] : undefined
  if (tagged !== undefined) return tagged
  if (semver.validRange(range, true) === null) return undefined
  const { latest } = tags
  if (latest !== undefined && semver.satisfies(latest, range, true)) return latest
  const known = [...versions.keys()]
  const current = known.filter((version) => versions.get(version)?.deprecated === undefined)
  return semver.maxSatisfying(current, range, true) ?? semver.maxSatisfying(known, range, true) ?? undefined
}
