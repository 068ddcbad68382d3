import { parseSync, visitorKeys, type ParserOptions } from 'oxc-parser'
import { readTree } from './source-files.ts'

// The peer: oxc parses every source and every node is visited once. Run with a folder; prints one line of JSON.
const { sources } = readTree(process.argv[2] ?? '.', 1)
// The wrapper reads the second option; its types do not name it.
const options = { sourceType: 'unambiguous', experimentalRawTransfer: true } as ParserOptions

const started = process.cpuUsage()
let nodes = 0
for (const [path, text] of sources) {
  const { program } = parseSync(path, text, { ...options, ...(path.endsWith('.js') ? { lang: 'jsx' } : {}) })
  nodes += walk(program)
}
const { user, system } = process.cpuUsage(started)
console.log(JSON.stringify({ ms: (user + system) / 1000, nodes }))

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
