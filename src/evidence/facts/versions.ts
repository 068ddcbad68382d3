import semver from 'semver'

/** The lowest version a range allows, as far as it names one: `^1.2` gives `1.2.0`; undefined for `latest` or a URL. */
export function lowestVersion(range: string): string | undefined {
  if (/^(https?:|git|file:|link:|workspace:|github:|[\w-]+\/[\w-]+$)/.test(range)) return undefined
  const match = /(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?/.exec(range)
  if (!match) return undefined
  return [match[1], match[2], match[3]].map((part) => (part === undefined || /[x*]/.test(part) ? '0' : part)).join('.')
}

/** Compares two plain versions by their numbers; a pre-release counts as its release. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(/[.+-]/).map(Number)
  const right = b.split(/[.+-]/).map(Number)
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] || 0) - (right[index] || 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Whether an install by this range may bring this version. */
export function takes(range: string, version: string): boolean {
  return semver.satisfies(version, range)
}
