import { quickenImports } from '../../src/lib/quick-imports.ts'
import { readTree, type SourceTree } from './source-files.ts'

// The whole analysis of a share of a folder, then again after changes. Prints one line of JSON.
// As on the command line: started with the flags of `npm run review`, and what is imported comes out of Node's compile
// cache.
quickenImports()
const { RememberingAnalyst } = await import('../../src/evidence/remembering-analyst.ts')

const [folder = '.', share = '1', changes = ''] = process.argv.slice(2)
const tree = readTree(folder, Number(share))
const analyst = new RememberingAnalyst()

const first = run(tree.files)
const later = changes
  .split(',')
  .filter(Boolean)
  .map((part) => run(change(tree, Number(part))))
console.log(JSON.stringify({ megabytes: tree.megabytes, first, later }))

function run(files: ReadonlyMap<string, string>): { ms: number; findings: number; peakBytes: number } {
  const started = process.cpuUsage()
  const { data } = analyst.report(files)
  const { user, system } = process.cpuUsage(started)
  return {
    ms: (user + system) / 1000,
    findings: data.findings.length,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }
}

/** Adds a line to a share of the sources, at least to one unless the share is 0. */
function change({ files, sources }: SourceTree, part: number): Map<string, string> {
  const changed = new Map(files)
  const count = Math.ceil(sources.length * part)
  for (let number = 0; number < count; number += 1) {
    const [path, text] = sources[Math.floor((number * sources.length) / count)] ?? []
    if (path !== undefined) changed.set(path, `${text}\n// changed: ${part}\n`)
  }
  return changed
}
