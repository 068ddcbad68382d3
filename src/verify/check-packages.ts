import semver from 'semver'
import type { VersionAnswer } from '../npm/registry.ts'

/** What a text says of a package: that it exists, in this range, for this range of Node.js. */
export type PackageClaim = { name: string; range?: string; node?: string }

/** What the repository itself says of packages. */
export type RepositoryPackages = {
  /** Its own packages and those of private registries: never asked about. */
  isOwn: (name: string) => boolean
  /** Versions by name, from the lock file; a package that the manifest alone names has none. */
  installed: ReadonlyMap<string, string | undefined>
}

/** The one question to a registry that the check asks; `findVersion` of src/npm answers it. */
export type VersionFinder = { findVersion(name: string, range: string): Promise<VersionAnswer> }

export type PackageVerdict =
  | { kind: 'exists'; version?: string; node?: string }
  | { kind: 'deprecated'; version: string; reason: string }
  /** No registry and no file of the repository knows the name. */
  | { kind: 'unknown' }
  | { kind: 'no-such-version'; latest?: string }
  /** It exists, but what it says of Node.js is not what the text says. */
  | { kind: 'other-node'; version: string; node: string }
  | { kind: 'not-checked'; sentence: string }

export type PackageCheck = { claim: PackageClaim; verdict: PackageVerdict }

/** Checks each claim against the repository's own files and then the registry; rejects only if the finder does. */
export function checkPackages(
  claims: readonly PackageClaim[],
  repository: RepositoryPackages,
  registry: VersionFinder,
): Promise<PackageCheck[]> {
  return Promise.all(claims.map(async (claim) => ({ claim, verdict: await checkPackage(claim, repository, registry) })))
}

async function checkPackage(
  claim: PackageClaim,
  { isOwn, installed }: RepositoryPackages,
  registry: VersionFinder,
): Promise<PackageVerdict> {
  const version = installed.get(claim.name)
  const isInstalled = installed.has(claim.name)
  const isAsInstalled = isInstalled && (claim.range === undefined || satisfies(version, claim.range))
  if (isOwn(claim.name) || (isAsInstalled && claim.node === undefined))
    return { kind: 'exists', ...(version !== undefined && { version }) }
  const verdict = judgeAnswer(claim, await registry.findVersion(claim.name, claim.range ?? 'latest'))
  return verdict.kind === 'unknown' && isInstalled ? { kind: 'exists' } : verdict
}

function judgeAnswer({ node }: PackageClaim, answer: VersionAnswer): PackageVerdict {
  switch (answer.kind) {
    case 'absent':
      return { kind: 'unknown' }
    case 'unanswered':
      return { kind: 'not-checked', sentence: answer.sentence }
    case 'no-such-version':
      return answer
    case 'found': {
      const { version, facts } = answer
      if (facts.deprecated !== undefined) return { kind: 'deprecated', version, reason: facts.deprecated }
      if (node !== undefined && facts.node !== undefined && !agrees(node, facts.node))
        return { kind: 'other-node', version, node: facts.node }
      return { kind: 'exists', version, ...(facts.node !== undefined && { node: facts.node }) }
    }
  }
}

/** Whether every Node.js version that the text allows is one that the package allows. */
function agrees(said: string, asked: string): boolean {
  if (semver.validRange(said, true) === null || semver.validRange(asked, true) === null) return true
  return semver.subset(said, asked, { loose: true })
}

function satisfies(version: string | undefined, range: string): boolean {
  return version !== undefined && semver.satisfies(version, range, true)
}
