import { classifyFile } from '../../src/evidence/parse/classify.ts'
import { readFolder } from '../../src/evidence/read-folder.ts'

export type SourceTree = { files: Map<string, string>; sources: [path: string, text: string][]; megabytes: number }

/** The files of a folder in order up to a share of its source text, so that whole folders stay together. */
export function readTree(folder: string, share: number): SourceTree {
  const all = readFolder(folder)
  const isWanted = new Map([...all].map(([path, text]) => [path, isSource(path, text)]))
  const total = [...all].reduce((sum, [path, text]) => sum + (isWanted.get(path) ? text.length : 0), 0)
  const files = new Map<string, string>()
  const sources: [string, string][] = []
  let characters = 0
  for (const [path, text] of all) {
    if (characters >= total * share) break
    files.set(path, text)
    if (!isWanted.get(path)) continue
    sources.push([path, text])
    characters += text.length
  }
  return { files, sources, megabytes: characters / 1e6 }
}

function isSource(path: string, text: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path) && !/vendored|minified|generated|browser/.test(classifyFile(path, text))
}
