import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parseSync, visitorKeys, type ParserOptions } from 'oxc-parser'
import { analyse } from '../src/evidence/analyse.ts'
import { classifyFile } from '../src/evidence/parse/classify.ts'
import { readFolder } from '../src/evidence/read-folder.ts'
import { createRememberingParser } from '../src/evidence/remembering-parser.ts'

/**
 * `node bench/evidence.ts [folder] [--tools folder]`: our whole analysis beside oxc alone, oxlint, and, where `--tools`
 * names a folder with them installed, ESLint with security, with sonarjs, and madge, on the same files in one run.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { tools: { type: 'string' } } })
const folder = resolve(positionals[0] ?? 'src')
const files = await readFolder(folder)
const sources = [...files].filter(
  ([path, text]) =>
    /\.[cm]?[jt]sx?$/.test(path) && !/vendored|minified|generated|browser/.test(classifyFile(path, text)),
)
const bytes = sources.reduce((sum, [, text]) => sum + text.length, 0)

type Row = { what: string; ms: number; note: string }
const rows: Row[] = []

function measure(what: string, run: () => string): number {
  const start = performance.now()
  const note = run()
  const ms = performance.now() - start
  rows.push({ what, ms, note })
  return ms
}

function walk(node: object): number {
  let count = 1
  // A node's type names its keys; what the keys hold are nodes, lists of nodes or null.
  const record = node as Record<string, unknown>
  for (const key of visitorKeys[String(record['type'])] ?? []) {
    const child = record[key]
    if (Array.isArray(child)) for (const item of child) count += item ? walk(item) : 0
    else if (typeof child === 'object' && child !== null) count += walk(child)
  }
  return count
}

function parseAll(): string {
  // The wrapper reads this option; its types do not name it.
  const options = { sourceType: 'unambiguous', experimentalRawTransfer: true } as ParserOptions
  const nodes = sources.reduce(
    (sum, [path, text]) =>
      sum + walk(parseSync(path, text, { ...options, ...(path.endsWith('.js') ? { lang: 'jsx' } : {}) }).program),
    0,
  )
  return `${nodes} nodes`
}

function memory(): string {
  return `${Math.round(process.memoryUsage().rss / 1e6)} MB resident`
}

const first = measure('oxc alone, cold', parseAll)
const walked = measure('oxc alone, warm', parseAll)
const parse = createRememberingParser(20_000)
const cold = measure('ours, first run', () => `${analyse(files, { parse }).findings.length} findings, ${memory()}`)
measure('ours, nothing changed', () => `${analyse(files, { parse }).findings.length} findings`)
const changed = new Map(files)
const one = sources[0]
if (one) changed.set(one[0], `${one[1]}\n`)
measure('ours, one file changed', () => `${analyse(changed, { parse }).findings.length} findings`)
const warm = measure('ours, warm, nothing remembered', () => `${analyse(files).findings.length} findings, ${memory()}`)

function tool(what: string, command: string, args: string[]): void {
  if (!existsSync(command)) {
    rows.push({ what, ms: Number.NaN, note: 'not installed' })
    return
  }
  measure(what, () => {
    const { stdout, status } = spawnSync(process.execPath, [command, ...args], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1e9,
    })
    return `exit ${status}, ${stdout.split('\n').length} lines`
  })
}

tool('oxlint', resolve('node_modules/oxlint/bin/oxlint'), ['--silent', folder])
const tools = values.tools
if (tools) {
  const config = (name: string): string => join(resolve(tools), `${name}.config.mjs`)
  const eslint = join(resolve(tools), 'node_modules/eslint/bin/eslint.js')
  for (const name of ['security', 'sonarjs'])
    tool(`ESLint, ${name}`, eslint, ['--no-config-lookup', '-c', config(name), '--quiet', folder])
  tool('madge', join(resolve(tools), 'node_modules/madge/bin/cli.js'), ['--circular', '--extensions', 'js,ts', folder])
}

console.log(`${folder}: ${sources.length} files, ${(bytes / 1e6).toFixed(1)} MB`)
for (const { what, ms, note } of rows)
  console.log(`${what.padEnd(32)} ${Number.isNaN(ms) ? '-'.padStart(9) : `${ms.toFixed(0)} ms`.padStart(9)}  ${note}`)
console.log(`first run ${(cold / first).toFixed(1)} times oxc cold, warm ${(warm / walked).toFixed(1)} times oxc warm`)
