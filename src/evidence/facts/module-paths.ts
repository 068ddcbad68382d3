import { onceFor } from '../parse/once.ts'
import { isObject, parseObject } from './manifest.ts'

type PathAlias = { folder: string; pattern: string; targets: readonly string[] }

/** What holds for imports written in a folder, with the answers: the same few are asked for again and again. */
type Folder = { path: string; aliases: readonly PathAlias[]; resolved: Map<string, string | undefined> }

export type ModulePaths = {
  folders: Map<string, Folder>
  /** What bare specifiers stand for as workspace packages, wherever they are written. */
  workspaces: Map<string, string | undefined>
  /** Paths by how an import may name them: in full or without the extension. */
  files: ReadonlyMap<string, string>
  aliases: readonly PathAlias[]
  packages: ReadonlyMap<string, string>
  /** Packages that a manifest asks for: what Node.js finds under their names, whatever `baseUrl` says. */
  declared: ReadonlySet<string>
  /** All paths, and the texts of the files that say what imports stand for. */
  readFrom: { paths: readonly string[]; settings: readonly (string | undefined)[] }
}

const extensions = ['', '.ts', '.tsx', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs', '.json'] as const

/** Prepares the lookup of import specifiers: known paths, TypeScript aliases and workspace packages. */
export function readModulePaths(
  files: ReadonlyMap<string, string>,
  paths: readonly string[],
  before?: ModulePaths,
): ModulePaths {
  const settings = settingsAmong(paths).map((path) => files.get(path))
  const isSame = before?.readFrom.paths === paths && settings.every((text, at) => text === before.readFrom.settings[at])
  return isSame ? before : readAnew(files, { paths, settings })
}

const settingsAmong = onceFor((paths: readonly string[]) =>
  paths.filter((path) => /(^|\/)(tsconfig(\.[\w-]+)?|jsconfig|package)\.json$/.test(path)),
)

function readAnew(files: ReadonlyMap<string, string>, readFrom: ModulePaths['readFrom']): ModulePaths {
  const aliases: PathAlias[] = []
  const packages = new Map<string, string>()
  const declared = new Set<string>()
  for (const [path, text] of files) {
    if (/(^|\/)tsconfig(\.[\w-]+)?\.json$|(^|\/)jsconfig\.json$/.test(path)) aliases.push(...aliasesOf(path, text))
    if (/(^|\/)package\.json$/.test(path) && !path.includes('node_modules/')) {
      const manifest = parseObject(text)
      const name = manifest?.['name']
      if (typeof name === 'string' && path.includes('/')) packages.set(name, path.slice(0, -'/package.json'.length))
      aliases.push(...importsOf(path, manifest), ...moduleAliases(path, manifest))
      for (const asked of namesOfDependencies(manifest)) declared.add(asked)
    }
  }
  return {
    folders: new Map(),
    workspaces: new Map(),
    files: filesByStem(files.keys()),
    aliases,
    packages,
    declared,
    readFrom,
  }
}

/** Resolves an import specifier to a file of the project; undefined for packages and unknown files. */
export function resolveImport(paths: ModulePaths, from: string, specifier: string): string | undefined {
  const path = folderOf(from)
  let folder = paths.folders.get(path)
  if (!folder) paths.folders.set(path, (folder = readFolder(paths, path)))
  const known = folder.resolved.get(specifier)
  if (known !== undefined || folder.resolved.has(specifier)) return known
  const found = resolveAnew(paths, folder, specifier)
  folder.resolved.set(specifier, found)
  return found
}

function readFolder({ aliases }: ModulePaths, path: string): Folder {
  return { path, aliases: aliases.filter(({ folder }) => path.startsWith(folder)), resolved: new Map() }
}

function resolveAnew(paths: ModulePaths, { path, aliases }: Folder, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return locate(paths, joinPath(path, specifier))
  if (specifier.startsWith('/')) return undefined
  for (const { folder, pattern, targets } of aliases) {
    const rest = matchAlias(pattern, specifier)
    if (rest === undefined || (pattern === '*' && paths.declared.has(packageNameOf(specifier)))) continue
    for (const target of targets) {
      const found = locate(paths, joinPath(folder, target.replace('*', rest)))
      if (found) return found
    }
  }
  if (!paths.workspaces.has(specifier))
    paths.workspaces.set(specifier, resolveWorkspace(paths, specifier) ?? registeredLater(paths, specifier))
  return paths.workspaces.get(specifier)
}

function resolveWorkspace(paths: ModulePaths, specifier: string): string | undefined {
  const name = packageNameOf(specifier)
  const folder = paths.packages.get(name)
  if (folder === undefined) return undefined
  const inside = specifier.slice(name.length + 1)
  const candidates = inside
    ? [`${folder}/${inside}`, `${folder}/src/${inside}`]
    : [`${folder}/src/index`, `${folder}/index`]
  return candidates.map((candidate) => locate(paths, candidate)).find((path) => path !== undefined)
}

/** `@services/order/order.service` of aliases that are registered at run time: the only file of that name whose path has all parts. */
function registeredLater(paths: ModulePaths, specifier: string): string | undefined {
  if (!specifier.startsWith('@') || !paths.declared.has('module-alias')) return undefined
  if (paths.declared.has(packageNameOf(specifier))) return undefined
  const [first = '', ...rest] = specifier.slice(1).split('/')
  const name = rest.at(-1)
  if (name === undefined) return undefined
  const found = (stemsByName(paths.files).get(name) ?? []).filter((stem) => {
    const folders = new Set(stem.split('/').slice(0, -1))
    return rest.slice(0, -1).every((part) => folders.has(part)) && (folders.has(first) || rest.length > 1)
  })
  return found.length === 1 ? paths.files.get(found[0] ?? '') : undefined
}

/** Stems of paths by their last part. */
const stemsByName = onceFor((files: ModulePaths['files']): ReadonlyMap<string, readonly string[]> => {
  const stems = [...files].filter(([stem, path]) => stem !== path && /\.[cm]?[jt]sx?$/.test(path)).map(([stem]) => stem)
  return Map.groupBy(stems, (stem) => stem.slice(stem.lastIndexOf('/') + 1))
})

/** The package a bare specifier names: `@a/b/c` gives `@a/b`. */
export function packageNameOf(specifier: string): string {
  const end = specifier.indexOf('/', specifier.startsWith('@') ? specifier.indexOf('/') + 1 : 0)
  return end < 0 ? specifier : specifier.slice(0, end)
}

function locate(paths: ModulePaths, stem: string): string | undefined {
  const found = paths.files.get(stem)
  if (found !== undefined) return found
  if (/\.[cm]?jsx?$/.test(stem)) {
    const typed =
      paths.files.get(stem.replace(/\.([cm]?)jsx?$/, '.$1ts')) ?? paths.files.get(stem.replace(/\.[cm]?jsx?$/, ''))
    if (typed !== undefined) return typed
  }
  const index = paths.files.get(stem === '' ? 'index' : `${stem}/index`)
  return index === `${stem}/index` ? undefined : index
}

/** Every path by itself and by each of its stems that an import may be written with; the first extension wins. */
function filesByStem(known: Iterable<string>): Map<string, string> {
  const files = new Map<string, string>()
  const ranks = new Map<string, number>()
  for (const path of known) {
    extensions.forEach((extension, rank) => {
      if (!path.endsWith(extension)) return
      const stem = path.slice(0, path.length - extension.length)
      if (rank >= (ranks.get(stem) ?? Infinity)) return
      ranks.set(stem, rank)
      files.set(stem, path)
    })
  }
  return files
}

function matchAlias(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === specifier ? '' : undefined
  const head = pattern.slice(0, star)
  const tail = pattern.slice(star + 1)
  if (!specifier.startsWith(head) || !specifier.endsWith(tail)) return undefined
  return specifier.slice(head.length, specifier.length - tail.length)
}

function aliasesOf(path: string, text: string): PathAlias[] {
  const options = parseObject(stripJsonComments(text))?.['compilerOptions']
  if (!isObject(options)) return []
  const base = typeof options['baseUrl'] === 'string' ? options['baseUrl'] : '.'
  const folder = folderOf(path)
  const paths = isObject(options['paths']) ? options['paths'] : {}
  const aliases = Object.entries(paths).map(([pattern, targets]) => ({
    folder,
    pattern,
    targets: (Array.isArray(targets) ? targets : [])
      .filter((item) => typeof item === 'string')
      .map((item) => joinPath(base, item)),
  }))
  if (typeof options['baseUrl'] !== 'string') return aliases
  return [...aliases, { folder, pattern: '*', targets: [joinPath(base, '*')] }]
}

function importsOf(path: string, manifest: Record<string, unknown> | undefined): PathAlias[] {
  const imports = manifest?.['imports']
  if (!isObject(imports)) return []
  return Object.entries(imports).flatMap(([pattern, target]) =>
    typeof target === 'string' ? [{ folder: folderOf(path), pattern, targets: [target.replace(/^\.\//, '')] }] : [],
  )
}

function namesOfDependencies(manifest: Record<string, unknown> | undefined): string[] {
  return ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((kind) => {
    const asked = manifest?.[kind]
    return isObject(asked) ? Object.keys(asked) : []
  })
}

/** What the package `module-alias` reads: `{ "@": "src" }` makes `@/db` the file `src/db`. */
function moduleAliases(path: string, manifest: Record<string, unknown> | undefined): PathAlias[] {
  const named = manifest?.['_moduleAliases']
  if (!isObject(named)) return []
  const folder = folderOf(path)
  return Object.entries(named).flatMap(([name, target]) => {
    if (typeof target !== 'string') return []
    const inside = target.replace(/^\.?\//, '').replace(/\/$/, '')
    return [
      { folder, pattern: name, targets: [inside] },
      { folder, pattern: `${name}/*`, targets: [`${inside}/*`] },
    ]
  })
}

/** JSON as TypeScript writes it, without comments and trailing commas. */
function stripJsonComments(text: string): string {
  const bare = text.replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted?: string) => quoted ?? '')
  return bare.replace(/("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])/g, (_, quoted?: string) => quoted ?? '')
}

/** The folder of a path with its closing slash; empty for the root. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

/** Joins and normalises two relative paths with forward slashes. */
export function joinPath(base: string, relative: string): string {
  const parts: string[] = []
  for (const part of `${base}/${relative}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}
