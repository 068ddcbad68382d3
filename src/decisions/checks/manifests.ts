import { isObject, parseObject } from '../../evidence/facts/manifest.ts'
import type { PathGlobs } from './assertion.ts'
import type { Place } from './outcome.ts'
import { matchGlobs } from './path-globs.ts'
import { quoteLine } from './quote-line.ts'
import { type ReadCode, whyOutside } from './read-code.ts'

/** A package.json as far as checks need it. */
export interface ReadManifest {
  path: string
  /** Its folder without a closing slash; empty for the root. */
  folder: string
  text: string
  json: Record<string, unknown>
}

/** The manifests a check is about, or why they cannot all be known. */
export type Manifests = { manifests: readonly ReadManifest[] } | { unknown: string }

/** Finds the manifests in `within`, or without it every one of the repository's own: none of tests, examples and builds. */
export function findManifests(code: ReadCode, within: PathGlobs): Manifests {
  const matches = matchGlobs(within)
  const isMeant = (path: string) =>
    /(^|\/)package\.json$/.test(path) &&
    (within.length === 0 ? isOwn(path) : (matches(path) || matches(folderOf(path))) && !path.includes('node_modules/'))
  const outside = whyOutside(code, within.length === 0 ? ['**/package.json'] : within)
  if (outside) return { unknown: outside }
  const unread = [...(code.paths ?? [])].find((path) => isMeant(path) && !code.texts.has(path))
  if (unread) return { unknown: `${unread} was not read` }
  const manifests: ReadManifest[] = []
  for (const [path, text] of code.texts) {
    if (!isMeant(path)) continue
    const json = parseObject(text)
    if (!json) return { unknown: `${path} does not parse` }
    manifests.push({ path, folder: folderOf(path), text, json })
  }
  const place = within.length === 0 ? 'this repository' : within.join(' ')
  return manifests.length === 0 ? { unknown: `there is no package.json in ${place}` } : { manifests }
}

/** Whether a path belongs to what the repository is for, by its folders. */
export function isOwn(path: string): boolean {
  return !/(^|\/)(node_modules|tests?|__tests__|fixtures?|__fixtures__|examples?|samples?|templates?|vendor|dist|build)\//i.test(
    path,
  )
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** A package as a manifest declares it. */
export interface Declared {
  manifest: ReadManifest
  /** The name it is installed under, which differs for an alias. */
  alias: string
  /** What stands beside that name; `range` is without an alias's package. */
  written: string
  range: string
  place: Place
}

const sections = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const

/** Where a manifest asks for a package, under its own name or through an `npm:` alias. */
export function findDeclared(manifest: ReadManifest, name: string): Declared[] {
  return sections.flatMap((section) => {
    const entries = manifest.json[section]
    if (!isObject(entries)) return []
    return Object.entries(entries).flatMap(([alias, value]): Declared[] => {
      if (typeof value !== 'string') return []
      const { target, range } = readAlias(alias, value)
      if (target !== name) return []
      const line = lineOfKey(manifest.text, section, alias)
      const place = {
        path: manifest.path,
        line,
        quote: quoteLine(manifest.path, manifest.text, line),
        says: `it asks for ${name}`,
      }
      return [{ manifest, alias, written: value, range, place }]
    })
  })
}

/** `npm:moment@2` installs moment, whatever it is called. */
function readAlias(name: string, value: string): { target: string; range: string } {
  const alias = /^npm:((?:@[^/@]+\/)?[^@]+)(?:@(.+))?$/.exec(value)
  return alias?.[1] ? { target: alias[1], range: alias[2] ?? '*' } : { target: name, range: value }
}

/** The line on which a key of a section of a package.json stands; the section's own when it is not found. */
export function lineOfKey(text: string, section: string, key: string): number {
  const start = new RegExp(`^\\s*"${section}"\\s*:|[{,]\\s*"${section}"\\s*:`, 'm').exec(text)?.index ?? 0
  const at = text.indexOf(JSON.stringify(key), start)
  return text.slice(0, at < 0 ? start : at).split('\n').length
}
