import { append } from '../../lib/append.ts'
import { isObject, parseObject } from './manifest.ts'

/** A dependency as a package.json writes it: the name it is installed under, and what stands beside it. */
type Dependency = { name: string; range: string; manifest: string }

/** The version a lock file installs, and the lock file's path; without a version the lock file does not say, without a path there is none. */
export type Installed = { version?: string; path?: string }

/** Gives what the lock file nearest above a package.json installs; lock files are read when first asked about, and never throw. */
export function readInstalledVersions(texts: ReadonlyMap<string, string>): (dependency: Dependency) => Installed {
  const locks = new Map<string, Lock>()
  const nearest = new Map<string, { at: string; path: string; lock: Lock } | undefined>()
  const findNearest = (folder: string) => {
    for (const at of foldersUp(folder)) {
      const there = readers.filter(([file]) => texts.has(below(at, file)))
      const [file, read] = there.find(([file]) => there.length > 1 && isCopied(file, at, texts)) ?? there[0] ?? []
      if (!file || !read) continue
      const path = below(at, file)
      const lock = locks.get(path) ?? read(texts.get(path) ?? '')
      locks.set(path, lock)
      return { at, path, lock }
    }
    return undefined
  }
  return ({ name, range, manifest }) => {
    const folder = manifest.slice(0, Math.max(0, manifest.lastIndexOf('/')))
    if (!nearest.has(folder)) nearest.set(folder, findNearest(folder))
    const found = nearest.get(folder)
    if (!found) return {}
    const { at, path, lock } = found
    const version = lock({ name, range, folder: folder.slice(at === '' ? 0 : at.length + 1) })
    return version === undefined ? { path } : { version, path }
  }
}

/** Of several lock files, the image says which one counts. */
function isCopied(file: string, folder: string, texts: ReadonlyMap<string, string>): boolean {
  const image = texts.get(below(folder, 'Dockerfile')) ?? ''
  if (image.includes(file)) return true
  return (
    file === 'yarn.lock' && /^\s*RUN\s+yarn\b/m.test(image) && !/\bnpm (ci|i|install)\b(?! (-g|--global))/.test(image)
  )
}

/** What a lock file holds for a dependency of a folder below it. */
type Lock = (asked: { name: string; range: string; folder: string }) => string | undefined

const readers: readonly (readonly [file: string, read: (text: string) => Lock])[] = [
  ['package-lock.json', readNpmLock],
  ['npm-shrinkwrap.json', readNpmLock],
  ['pnpm-lock.yaml', readPnpmLock],
  ['yarn.lock', readYarnLock],
  ['bun.lock', readBunLock],
]

/** Packages by their folder in `node_modules`; version 1 of the format knows only the root's, by name. */
function readNpmLock(text: string): Lock {
  const lock = parseObject(text)
  const packages = lock?.['packages']
  if (isObject(packages))
    return ({ name, folder }) => {
      const found = foldersUp(folder).find((at) => below(at, `node_modules/${name}`) in packages)
      return found === undefined ? undefined : versionOf(packages[below(found, `node_modules/${name}`)])
    }
  const dependencies = lock?.['dependencies']
  return ({ name, folder }) => (isObject(dependencies) && folder === '' ? versionOf(dependencies[name]) : undefined)
}

function versionOf(entry: unknown): string | undefined {
  return isObject(entry) && typeof entry['version'] === 'string' ? entry['version'] : undefined
}

/** Importers by folder; a lock file without them is that of the root. What follows them can be large and is not read. */
function readPnpmLock(text: string): Lock {
  const [head = ''] = text.split(/^(?:packages|snapshots):/m, 1)
  const [, importers] = head.split(/^importers:\n/m)
  const blocks = importers === undefined ? [`.:\n${head}`] : importers.split(/^ {2}(?=\S)/m)
  const versions = new Map(
    blocks.map((block) => {
      const folder = /^['"]?([^'"\n]*?)['"]?:/.exec(block)?.[1] ?? ''
      return [folder === '.' ? '' : folder, new Map(pnpmEntries(block))]
    }),
  )
  return ({ name, folder }) => versions.get(folder)?.get(name)
}

/** `ws: 8.18.3`, or `ws:` with its specifier and `version: 8.18.3(bufferutil@4.0.8)` below; an alias names its package first. */
function pnpmEntries(block: string): [string, string][] {
  const pattern =
    /^ +['"]?((?:@[^@'"/\s]+\/)?[^@'"\s:]+)['"]?:(?:\n +specifier: [^\n]*\n +version:)? ['"]?(?:[^\d\s]\S*@)?(\d[^('"_\s]*)/gm
  return [...block.matchAll(pattern)].map(([, name = '', version = '']) => [name, version])
}

/** A version for each name with its range (`"ws@^8.0.0", "ws@^8.18.0":`), or the only one of that name. */
function readYarnLock(text: string): Lock {
  const byRange = new Map<string, string>()
  const byName = new Map<string, string[]>()
  for (const [, keys = '', version = ''] of text.matchAll(
    /^("?(?:@[^@"/\n]+\/)?[^@"\s]+@[^\n]*):\n(?:\s+resolution: [^\n]*\n)?\s+version:? "?([^"\n]+)"?/gm,
  )) {
    for (const key of keys.replaceAll('"', '').split(/,\s*/)) {
      byRange.set(key.replace('@npm:', '@'), version)
      append(byName, key.slice(0, key.indexOf('@', 1)), version)
    }
  }
  return ({ name, range }) => byRange.get(`${name}@${range.replace(/^npm:/, '')}`) ?? onlyOf(byName.get(name))
}

/** `"ws": ["ws@8.18.3", …]`; workspaces with versions of their own are written under other keys, so only a single version is sure there. */
function readBunLock(text: string): Lock {
  const byKey = new Map<string, string>()
  const byName = new Map<string, string[]>()
  for (const [, key = '', version = ''] of text.matchAll(/^\s*"([^"]+)": \["[^"]+@([^"@]+)"/gm)) {
    byKey.set(key, version)
    append(byName, /(?:@[^/]+\/)?[^/]+$/.exec(key)?.[0] ?? key, version)
  }
  return ({ name, folder }) => (folder === '' ? byKey.get(name) : onlyOf(byName.get(name)))
}

function onlyOf(versions: readonly string[] | undefined): string | undefined {
  return new Set(versions).size === 1 ? versions?.[0] : undefined
}

/** A folder, the one above it, and so on to the root, which is empty. */
function foldersUp(folder: string): string[] {
  const parts = folder === '' ? [] : folder.split('/')
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')), '']
}

function below(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`
}
