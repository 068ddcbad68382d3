import semver from 'semver'
import type { PackageAdvice } from '../evidence/facts/package-advice.ts'
import { readProject, type ProjectFacts } from '../evidence/facts/project.ts'
import { lowestVersion } from '../evidence/facts/versions.ts'
import { type PrivatePackages, readPrivatePackages, registryDependency } from '../npm/private-packages.ts'
import type { AdvisoryAnswer, PackageAnswer, Registry } from '../npm/registry.ts'
import { advisePackage } from './advise-package.ts'

/** What a registry says of a project's packages, and what it left open, as sentences for the coverage. */
export type PackageReading = { advice: readonly PackageAdvice[]; notAssessed: readonly string[] }

type Asked = { name: string; version: string; package: string }

/** What of a registry is asked. */
export type PackageSource = Pick<Registry, 'readPackage' | 'readAdvisories'> & { readonly host: string }

/** Asks a registry about the production dependencies that the files of a project declare. Never rejects for a registry. */
export function readPackageAdvice(
  registry: PackageSource,
  texts: ReadonlyMap<string, string>,
): Promise<PackageReading> {
  const settings = [...texts].flatMap(([path, text]) => (/(?:^|\/)\.(?:npmrc|yarnrc\.yml)$/.test(path) ? [text] : []))
  const project = readProject(texts)
  const names = project.manifests.flatMap(({ name }) => name ?? [])
  return collectPackageAdvice(registry, project, readPrivatePackages(names, settings))
}

async function collectPackageAdvice(
  registry: PackageSource,
  project: Pick<ProjectFacts, 'dependencies'>,
  privately: PrivatePackages,
): Promise<PackageReading> {
  const { registryHost } = privately
  if (registryHost !== undefined && registryHost !== registry.host && registryHost !== 'registry.npmjs.org')
    return { advice: [], notAssessed: [sentences.otherRegistry(registryHost)] }
  const { asked, skipped } = chooseQuestions(project.dependencies, privately)
  const versions = Map.groupBy(asked, (item) => item.package)
  const installed = new Map([...versions].map(([name, items]) => [name, items.map(({ version }) => version)]))
  const [advisories, packages] = await Promise.all([
    asked.length > 0 ? registry.readAdvisories(installed) : undefined,
    readPackages(registry, [...versions.keys()]),
  ])
  return {
    advice: asked.flatMap((item) => advisePackage(item, packages.get(item.package), listed(advisories, item.package))),
    notAssessed: [...describeGaps(advisories, packages), ...skipped],
  }
}

function chooseQuestions(dependencies: ProjectFacts['dependencies'], { isPrivate }: PrivatePackages) {
  const asked = new Map<string, Asked>()
  const kept = new Set<string>()
  for (const { name, range, dev, installed } of dependencies) {
    const target = dev ? undefined : registryDependency(name, range)
    if (dev) continue
    if (!target || isPrivate(target.name)) {
      kept.add(name)
      continue
    }
    const version = semver.valid(installed ?? lowestVersion(target.range), true)
    if (version !== null) asked.set(`${name}@${version}`, { name, version, package: target.name })
  }
  return { asked: [...asked.values()], skipped: kept.size > 0 ? [sentences.kept([...kept])] : [] }
}

async function readPackages(registry: PackageSource, names: readonly string[]): Promise<Map<string, PackageAnswer>> {
  const answers = await Promise.all(names.map(async (name) => [name, await registry.readPackage(name)] as const))
  return new Map(answers)
}

function listed(answer: AdvisoryAnswer | undefined, name: string) {
  return answer?.kind === 'found' ? (answer.advisories.get(name) ?? []) : []
}

function describeGaps(advisories: AdvisoryAnswer | undefined, packages: ReadonlyMap<string, PackageAnswer>): string[] {
  const open = [...packages].flatMap(([name, answer]) => (answer.kind === 'unanswered' ? [{ name, answer }] : []))
  const absent = [...packages].flatMap(([name, { kind }]) => (kind === 'absent' ? [name] : []))
  return [
    ...(advisories?.kind === 'unanswered' ? [sentences.noAdvisories(advisories.sentence)] : []),
    ...(open[0]
      ? [
          sentences.unanswered(
            open.map(({ name }) => name),
            packages.size,
            open[0].answer.sentence,
          ),
        ]
      : []),
    ...(absent.length > 0 ? [sentences.absent(absent)] : []),
  ]
}

const sentences = {
  noAdvisories: (why: string) => `Advisories: ${why} Only those known when this version was made are reported.`,
  unanswered: (names: readonly string[], all: number, why: string) =>
    `Deprecated and outdated versions of ${names.length} of ${all} packages: ${why}`,
  absent: (names: readonly string[]) => `Packages that the registry does not have: ${few(names)}.`,
  kept: (names: readonly string[]) => `Packages that do not come from the public registry: ${few(names)}.`,
  otherRegistry: (host: string) =>
    `Dependencies against the live registry: the repository installs from ${host}, which is not the registry this bot asks.`,
}

function few(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}
