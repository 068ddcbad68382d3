import { readProject } from '../../evidence/facts/project.ts'
import { maskSecrets } from '../../evidence/mask-secrets.ts'
import type { RepositoryPackages } from '../../verify/check-packages.ts'

/** The code that claims are checked against. */
export interface TargetCode {
  /** Of the target, as the model may see it: secrets masked, lines in place. */
  readonly shown: ReadonlyMap<string, string>
  /** Of the whole repository, as it is. */
  readonly repository: ReadonlyMap<string, string>
  readonly packages: RepositoryPackages
}

/** Prepares a repository for a model and for checking what the model says about it. */
export function readTargetCode(
  files: ReadonlyMap<string, string>,
  repository: ReadonlyMap<string, string>,
): TargetCode {
  const project = readProject(repository)
  const own = new Set(project.manifests.flatMap(({ name }) => name ?? []))
  return {
    shown: new Map([...files].map(([path, text]) => [path, maskSecrets(path, text)])),
    repository,
    packages: {
      isOwn: (name) => own.has(name),
      installed: new Map(project.dependencies.map(({ name, installed }) => [name, installed])),
    },
  }
}

/** How many lines a file of the repository has; undefined when there is no such file. */
export function countLines({ repository }: TargetCode, path: string): number | undefined {
  const rows = repository.get(path)?.split(/\r\n|\n|\r/)
  if (!rows) return undefined
  return rows.length > 1 && rows.at(-1) === '' ? rows.length - 1 : rows.length
}

const aroundLines = 3

/** The lines of a place and a few around it, as a file of their own. */
export function linesAround(
  { repository }: TargetCode,
  { path, line, endLine }: { path: string; line: number; endLine: number },
): ReadonlyMap<string, string> {
  const rows = repository.get(path)?.split(/\r\n|\n|\r/) ?? []
  return new Map([[path, rows.slice(Math.max(0, line - 1 - aroundLines), endLine + aroundLines).join('\n')]])
}
