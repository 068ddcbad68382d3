/** Gives the version a lock file holds for a dependency of one package.json; undefined when it names none. */
export type InstalledVersions = (dependency: { name: string; range: string; manifest: string }) => string | undefined

/** Reads an npm, yarn or pnpm lock file, each workspace with its own versions; best effort, never throws. */
export function readInstalledVersions(path: string, text: string): InstalledVersions {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const folder = path.slice(0, -name.length)
  const folderOf = (manifest: string) => manifest.slice(folder.length, -'package.json'.length).replace(/\/$/, '')
  if (name === 'yarn.lock') return readYarnLock(text)
  const versions = name === 'pnpm-lock.yaml' ? readPnpmLock(text) : readNpmLock(text)
  return ({ name, manifest }) => versions.get(`${folderOf(manifest)}>${name}`) ?? versions.get(`>${name}`)
}

/** By `folder>name`; the root's folder is empty. Version 1 of the format has no folders. */
function readNpmLock(text: string): Map<string, string> {
  const pattern = /^ {2,4}"(?:([^"\n]*?)\/?node_modules\/)?((?:@[^"/]+\/)?[^"/]+)": \{\s*\n\s+"version": "([^"]+)"/gm
  return new Map(
    [...text.matchAll(pattern)].map(([, folder = '', name, version = '']) => [`${folder}>${name}`, version]),
  )
}

/** By `folder>name`, from the importers; a lock file without them is that of the root. */
function readPnpmLock(text: string): Map<string, string> {
  const [, importers] = /^importers:\n([\s\S]*?)(?=^\S|$(?![\s\S]))/m.exec(text) ?? []
  if (importers === undefined) return new Map(pnpmEntries('', text))
  const blocks = importers.split(/^ {2}(?=\S)/m).flatMap((block) => {
    const [first = ''] = block.split('\n', 1)
    const folder = first
      .trim()
      .replace(/:$/, '')
      .replace(/^['"]|['"]$/g, '')
    return pnpmEntries(folder === '.' ? '' : folder, block)
  })
  return new Map(blocks)
}

function pnpmEntries(folder: string, text: string): [string, string][] {
  const pattern = /^ {2,6}'?((?:@[^@'/\s]+\/)?[^@'\s:]+)'?:\n(?:\s+specifier: [^\n]*\n)\s+version: '?([\d][^('\s]*)/gm
  return [...text.matchAll(pattern)].map(([, name, version = '']) => [`${folder}>${name}`, version])
}

/** A yarn lock file holds a version for each name with its range: `"ws@^8.0.0", "ws@^8.18.0":`. */
function readYarnLock(text: string): InstalledVersions {
  const byRange = new Map<string, string>()
  const byName = new Map<string, string>()
  for (const [, keys = '', version = ''] of text.matchAll(
    /^("?(?:@[^@"/\n]+\/)?[^@"\s]+@[^\n]*):\n\s+version:? "?([^"\n]+)"?/gm,
  )) {
    for (const key of keys.replaceAll('"', '').split(/,\s*/)) {
      byRange.set(key.replace('@npm:', '@'), version)
      byName.set(key.slice(0, key.indexOf('@', 1)), version)
    }
  }
  return ({ name, range }) => byRange.get(`${name}@${range}`) ?? byName.get(name)
}
