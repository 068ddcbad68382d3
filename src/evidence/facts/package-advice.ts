import { lowestVersion } from './versions.ts'

/** What a package registry says about one dependency, in words of ours. */
export type PackageAdvice = {
  name: string
  version: string
  kind: 'vulnerable' | 'deprecated' | 'outdated'
  text: string
  severity?: 'critical' | 'high' | 'medium' | 'low'
  url?: string
  /** How many major versions lie between this one and the latest; only of what is outdated. */
  majorsBehind?: number
}

/** The advice of one kind about a dependency in the version that is installed, or that its range begins with. */
export function adviceFor(
  { advice }: { advice: readonly PackageAdvice[] },
  { name, range, installed }: { name: string; range: string; installed?: string },
  kind: PackageAdvice['kind'],
): PackageAdvice | undefined {
  const version = installed ?? lowestVersion(range)
  return advice.find((item) => item.kind === kind && item.name === name && item.version === version)
}
