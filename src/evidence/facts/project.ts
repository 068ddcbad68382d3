import { folderOf } from './module-paths.ts'
import { parse as parseYaml } from 'yaml'
import { readEnvironmentNames } from './environment.ts'
import { dataClients, frameworks, lockfiles, testRunners } from './known-packages.ts'
import { readInstalledVersions } from './installed-versions.ts'
import { isObject, readManifest, type Manifest } from './manifest.ts'
import { onceFor } from '../parse/once.ts'
import type { TextFile } from '../parse/source-file.ts'
import { isCi, isDockerfile, readNodeVersions, versionInUse, type NodeVersionClaim } from './node-version.ts'

type UsedPackage = { name: string; package: string; range: string; installed?: string }

export type ProjectFacts = {
  name?: string
  packageManager?: 'npm' | 'yarn' | 'pnpm' | 'bun'
  lockfile?: string
  manifests: readonly Manifest[]
  workspaces: readonly string[]
  frameworks: readonly UsedPackage[]
  dataClients: readonly UsedPackage[]
  testRunners: readonly string[]
  testFiles: number
  node: { claims: readonly NodeVersionClaim[]; inUse?: NodeVersionClaim }
  moduleFormat: 'esm' | 'commonjs' | 'mixed'
  typescript?: { configs: readonly string[]; strict: boolean }
  entryPoints: readonly string[]
  scripts: Readonly<Record<string, string>>
  dependencies: readonly { name: string; range: string; dev: boolean; manifest: string; installed?: string }[]
  dockerfiles: readonly string[]
  composeFiles: readonly string[]
  ciFiles: readonly string[]
  processManager?: 'PM2'
  environment: readonly string[]
}

/** Reads what the files say about the project as a whole; malformed files are skipped, nothing is thrown. */
export function readProject(
  files: ReadonlyMap<string, string>,
  all: readonly string[] = [...files.keys()],
  texts = textFiles(files),
): ProjectFacts {
  const { paths, manifestPaths, lockfile, testFiles, dockerfiles, composeFiles, ciFiles, configs } = toldByPaths(all)
  const manifests = manifestPaths.flatMap((path) => readManifest(path, files.get(path) ?? '') ?? [])
  const root = manifests[0]
  const installed = readInstalledVersions(files)
  const dependencies = manifests.flatMap((manifest) => dependenciesOf(manifest, installed))
  const claims = readNodeVersions(files, all)
  const inUse = versionInUse(claims)
  const packageManager = packageManagerOf(root, lockfile)
  const typescript = readTypescript(configs, files)
  return {
    ...(root?.name === undefined ? {} : { name: root.name }),
    ...(packageManager === undefined ? {} : { packageManager }),
    ...(lockfile === undefined ? {} : { lockfile }),
    manifests,
    workspaces: [...(root?.workspaces ?? []), ...pnpmWorkspaces(files)],
    frameworks: usedPackages(frameworks, dependencies),
    dataClients: usedPackages(dataClients, dependencies),
    testRunners: runnersOf(manifests, dependencies),
    testFiles,
    node: { claims, ...(inUse === undefined ? {} : { inUse }) },
    moduleFormat: moduleFormatOf(root, paths, files),
    ...(typescript === undefined ? {} : { typescript }),
    entryPoints: entryPointsOf(manifests, paths),
    scripts: root?.scripts ?? {},
    dependencies,
    dockerfiles,
    composeFiles,
    ciFiles,
    ...(usesPm2(manifests, paths) ? { processManager: 'PM2' as const } : {}),
    environment: readEnvironmentNames(texts),
  }
}

/** What the paths alone say of a project, those nearest to its root first. */
const toldByPaths = onceFor((all: readonly string[]) => {
  const paths = byDepth(all.filter((path) => !/(^|\/)node_modules\//.test(path)))
  return {
    paths,
    manifestPaths: paths.filter((path) => baseName(path) === 'package.json' && !isTestPath(path)),
    lockfile: paths.find((path) => baseName(path) in lockfiles),
    testFiles: paths.filter(isTestPath).length,
    dockerfiles: paths.filter((path) => isDockerfile(baseName(path))),
    composeFiles: paths.filter((path) => /^(docker-)?compose([.-].*)?\.ya?ml$/.test(baseName(path))),
    ciFiles: paths.filter(isCi),
    configs: paths.filter((path) => /^tsconfig(\..+)?\.json$/.test(baseName(path))),
  }
})

function textFiles(files: ReadonlyMap<string, string>): Iterable<TextFile> {
  return [...files].map(([path, text]) => ({ path, text, remembered: [] }))
}

/** The folder of the package.json that a file belongs to, with a slash at its end; empty for the top. */
export function homeOf(path: string, { manifests }: ProjectFacts): string {
  const folders = manifests.map((manifest) => folderOf(manifest.path)).filter((folder) => path.startsWith(folder))
  return folders.toSorted((one, other) => other.length - one.length)[0] ?? ''
}

/** Whether a path is a test by its name or folder. */
export function isTestPath(path: string): boolean {
  return (
    /\.(test|spec|e2e-spec|e2e|mock)\.[cm]?[jt]sx?$|(^|\/)(mocks?|tests?|fixtures|test-?_?(setup|helpers?|utils?|server|db|database|support|data|fixtures)|mock[-_.][\w.-]+)(\.skip)?\.[cm]?[jt]s$/i.test(
      path,
    ) ||
    /(^|\/)(__tests__|__mocks__|mocks?(-[\w-]+)?|mockApis?|[._]?tests?|testing-?only|load-?test(s|ing)?|(integration|playwright|cypress|unit|e2e|functional|acceptance|smoke|system)[-_]?tests?([-_]\w+)*|specs?|e2e|cypress|playwright|features(-\w+)?\/(support|step[-_]?definitions))\/.*\.[cm]?[jt]sx?$/i.test(
      path,
    )
  )
}

function packageManagerOf(root: Manifest | undefined, lockfile: string | undefined): ProjectFacts['packageManager'] {
  const named = root?.packageManager?.split('@')[0] ?? (lockfile && lockfiles[baseName(lockfile)])
  return (['npm', 'yarn', 'pnpm', 'bun'] as const).find((manager) => manager === named)
}

function dependenciesOf(manifest: Manifest, installed: ReturnType<typeof readInstalledVersions>) {
  const list = (ranges: Readonly<Record<string, string>>, dev: boolean) =>
    Object.entries(ranges).map(([name, range]) => {
      const { version } = installed({ name, range, manifest: manifest.path })
      return { name, range, dev, manifest: manifest.path, ...(version === undefined ? {} : { installed: version }) }
    })
  return [...list(manifest.dependencies, false), ...list(manifest.devDependencies, true)]
}

function usedPackages(known: Readonly<Record<string, string>>, dependencies: ProjectFacts['dependencies']) {
  return Object.entries(known).flatMap(([packageName, name]): UsedPackage[] => {
    const found = dependencies.find((dependency) => dependency.name === packageName && !dependency.dev)
    if (!found) return []
    const version = found.installed === undefined ? {} : { installed: found.installed }
    return [{ name, package: packageName, range: found.range, ...version }]
  })
}

function runnersOf(manifests: readonly Manifest[], dependencies: ProjectFacts['dependencies']): string[] {
  const scripts = manifests.flatMap((manifest) => Object.values(manifest.scripts)).join('\n')
  const named = Object.entries(testRunners)
    .filter(([name]) => dependencies.some((dependency) => dependency.name === name))
    .map(([, runner]) => runner)
  return /node\s[^\n]*--test\b/.test(scripts) ? [...named, 'node:test'] : named
}

function moduleFormatOf(root: Manifest | undefined, paths: readonly string[], files: ReadonlyMap<string, string>) {
  const sources = paths.filter((path) => /\.[cm]?[jt]s$/.test(path) && !isTestPath(path)).slice(0, 400)
  const required = sources.some((path) => /^(?!\s*\/\/).*\brequire\(['"]/m.test(files.get(path) ?? ''))
  const imported = sources.some((path) => /^\s*(import\s.*from\s|export\s)/m.test(files.get(path) ?? ''))
  const scripted = paths.some((path) => /\.tsx?$/.test(path))
  if (root?.type === 'module') return required && paths.some((path) => path.endsWith('.cjs')) ? 'mixed' : 'esm'
  if (imported && scripted && !required) return root?.type === 'commonjs' && root.typeDeclared ? 'commonjs' : 'esm'
  if (imported && required) return 'mixed'
  return imported ? 'esm' : 'commonjs'
}

function readTypescript(configs: readonly string[], files: ReadonlyMap<string, string>): ProjectFacts['typescript'] {
  if (configs.length === 0) return undefined
  const strict = configs.some((path) => /^\s*"strict"\s*:\s*true/m.test(files.get(path) ?? ''))
  return { configs, strict }
}

function entryPointsOf(manifests: readonly Manifest[], paths: readonly string[]): string[] {
  const known = new Set(paths)
  const named = manifests.flatMap((manifest) => {
    const folder = manifest.path.slice(0, -'package.json'.length)
    const scripts = ['start', 'start:prod', 'serve', 'dev', 'start:dev', 'worker'].flatMap((script) =>
      [...(manifest.scripts[script] ?? '').matchAll(/(?:^|\s)(\.?[\w@./-]+)(?=\s|$)/g)].map((match) => match[1] ?? ''),
    )
    return [manifest.main ?? '', ...manifest.bin, ...scripts].map((path) => folder + path.replace(/^\.\//, ''))
  })
  const usual = paths.filter((path) => /^(src\/|apps\/[^/]+\/src\/)?(main|index|server|app)\.[cm]?[jt]s$/.test(path))
  const chosen = named.flatMap((path) => sourceOf(path, known))
  return [...new Set(chosen.length > 0 ? chosen : usual)]
}

/** A named entry may be the built file or have no extension: find the source it comes from. */
function sourceOf(path: string, known: ReadonlySet<string>): string[] {
  if (!path || path.endsWith('/') || !/[\w]/.test(path)) return []
  const stem = path.replace(/\.[cm]?js$/, '')
  const roots = [
    stem,
    stem.replace(/(^|\/)(dist|build|lib|out)\//, '$1src/'),
    stem.replace(/(^|\/)(dist|build)\//, '$1'),
  ]
  const candidates = roots.flatMap((root) => [root, ...['.ts', '.js', '.mts', '.mjs', '.cjs'].map((end) => root + end)])
  return [path, ...candidates].filter((candidate) => known.has(candidate) && isRunnable(candidate)).slice(0, 1)
}

function isRunnable(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path) || /(^|\/)bin\/[^/.]+$/.test(path)
}

function usesPm2(manifests: readonly Manifest[], paths: readonly string[]): boolean {
  const scripted = manifests.some((manifest) => /\bpm2(-runtime)?\b/.test(Object.values(manifest.scripts).join('\n')))
  return (
    scripted || paths.some((path) => /(^|\/)(ecosystem\.config\.(c?js|json)|pm2\.json|processes\.json)$/.test(path))
  )
}

function pnpmWorkspaces(files: ReadonlyMap<string, string>): string[] {
  const text = files.get('pnpm-workspace.yaml')
  const value = text === undefined ? undefined : readYaml(text)
  const packages = isObject(value) ? value['packages'] : undefined
  return Array.isArray(packages) ? packages.filter((item) => typeof item === 'string') : []
}

/** Parses YAML; returns undefined when it is malformed. */
function readYaml(text: string): unknown {
  try {
    return parseYaml(text, { logLevel: 'silent' })
  } catch {
    return undefined
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function byDepth(paths: readonly string[]): string[] {
  const depths = Map.groupBy(paths, (path) => path.split('/').length)
  return [...depths].sort(([a], [b]) => a - b).flatMap(([, same]) => same.sort())
}
