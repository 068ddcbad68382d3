import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const skipped = /(^|\/)(node_modules|\.git|coverage|\.next|\.nuxt|\.turbo|\.cache|\.yarn)\//
const unreadable =
  /\.(png|jpe?g|gif|ico|webp|avif|woff2?|ttf|otf|eot|pdf|zip|gz|tgz|mp[34]|mov|webm|map|wasm|node|so|dll|exe|bin|db|sqlite3?|jar|class|psd|ai|snap)$/i
const largestBytes = 20_000_000

/** Whether a path is worth reading: not a dependency, not a cache, not a picture or another binary. */
export function isReadable(path: string): boolean {
  return !unreadable.test(path) && !skipped.test(path)
}

/** Reads the text files of a folder by path relative to it, all at once; throws when the folder cannot be read. */
export function readFolder(root: string): Map<string, string> {
  const files: [path: string, text: string][] = []
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder + entry.name
      if (entry.isDirectory() && !skipped.test(`${entry.name}/`)) folders.push(`${path}/`)
      if (!entry.isFile() || unreadable.test(entry.name)) continue
      const full = join(root, path)
      if (statSync(full).size <= largestBytes) files.push([path, readFileSync(full, 'utf8')])
    }
  }
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)))
}
