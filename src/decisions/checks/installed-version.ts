import semver from 'semver'
import { parse as parseYaml } from 'yaml'
import { isObject, parseObject } from '../../evidence/facts/manifest.ts'
import type { Declared } from './manifests.ts'

/** The version a lock file installs for a manifest; undefined with the reason when none says so for certain. */
export type Installed = { version: string; path: string } | { unknown: string }

/** Reads the lock file nearest to a manifest, as npm, pnpm, yarn and bun write them. */
export function findInstalled(texts: ReadonlyMap<string, string>, declared: Declared): Installed {
  const { folder } = declared.manifest
  for (const at of foldersUp(folder)) {
    const lockfile = lockfiles.find(({ name }) => texts.has(below(at, name)))
    if (!lockfile) continue
    const path = below(at, lockfile.name)
    const version = lockfile.read(texts.get(path) ?? '', declared, folder.slice(at === '' ? 0 : at.length + 1))
    if (version !== undefined && semver.valid(version)) return { version, path }
    return { unknown: `${path} does not say which version is installed` }
  }
  return { unknown: 'there is no lock file' }
}

type ReadLock = (text: string, declared: Declared, folder: string) => string | undefined

const lockfiles: readonly { name: string; read: ReadLock }[] = [
  { name: 'package-lock.json', read: readNpm },
  { name: 'npm-shrinkwrap.json', read: readNpm },
  { name: 'pnpm-lock.yaml', read: readPnpm },
  { name: 'yarn.lock', read: readYarn },
  { name: 'bun.lock', read: readBun },
]

function readNpm(text: string, { alias }: Declared, folder: string): string | undefined {
  const lock = parseObject(text)
  const packages = lock?.['packages']
  if (isObject(packages)) {
    for (const at of foldersUp(folder)) {
      const found = packages[below(at, `node_modules/${alias}`)]
      if (isObject(found)) return asVersion(found['version'])
    }
    return undefined
  }
  const dependencies = lock?.['dependencies']
  const found = isObject(dependencies) && folder === '' ? dependencies[alias] : undefined
  return isObject(found) ? asVersion(found['version']) : undefined
}

/** Importers stand at the top of the file; what follows can be large and is not parsed. */
function readPnpm(text: string, { alias }: Declared, folder: string): string | undefined {
  const importers = /^importers:\n(?:[ \t].*\n|\n)*/m.exec(text)?.[0]
  const root = importers ? childOf(readYaml(importers), 'importers') : undefined
  const importer = root ? childOf(root, folder === '' ? '.' : folder) : folder === '' ? readYaml(text) : undefined
  for (const section of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    const found = isObject(importer) ? childOf(importer[section], alias) : undefined
    const version = isObject(found) ? found['version'] : found
    if (typeof version === 'string') return version.replace(/[(_].*$/, '').replace(/^.*@(?=\d)/, '')
  }
  return undefined
}

function readYarn(text: string, { alias, manifest }: Declared): string | undefined {
  const wanted = declaredValue(manifest.json, alias)
  for (const [, head = '', version] of text.matchAll(
    /^("?[^\s#][^\n]*):\n(?:\s+resolution: [^\n]*\n)?\s+version:? "?([^"\n]+)"?/gm,
  )) {
    const keys = head.replaceAll('"', '').split(/,\s*/)
    if (keys.some((key) => key === `${alias}@${wanted}` || key === `${alias}@npm:${wanted}`)) return version
  }
  return undefined
}

function readBun(text: string, { alias }: Declared, folder: string): string | undefined {
  if (folder !== '') return undefined
  // bun writes JSON with trailing commas, which YAML allows.
  const found = childOf(childOf(readYaml(text), 'packages'), alias)
  const id: unknown = Array.isArray(found) ? found[0] : undefined
  return typeof id === 'string' ? id.slice(id.lastIndexOf('@') + 1) : undefined
}

function declaredValue(json: Record<string, unknown>, name: string): string {
  for (const section of ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']) {
    const value = childOf(json[section], name)
    if (typeof value === 'string') return value
  }
  return ''
}

function readYaml(text: string): unknown {
  try {
    return parseYaml(text, { logLevel: 'silent' })
  } catch {
    return undefined
  }
}

function childOf(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function asVersion(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A folder, the one above it, and so on to the root. */
function foldersUp(folder: string): string[] {
  const parts = folder === '' ? [] : folder.split('/')
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')), '']
}

function below(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`
}
