/** Packages that are ES modules alone: `require` takes them since Node.js 22.12 only. */
const modulesAlone = /^(p-map|p-queue|p-limit|file-type|nanoid|got|execa)$/

const line = /^import (.+) from '([^']+)'$/gm

/** An example in the words of CommonJS. */
export function asCommonJs(example: string): string {
  return example
    .replace(line, (_all, what: string, from: string) => load(what, from))
    .replace(/^await (app\.register\()/gm, '$1')
    .replace(/^export const (\w+) =/gm, 'exports.$1 =')
    .replace(/^(\/\/ [\w/-]+)\.ts\b/gm, '$1.js')
}

function load(what: string, from: string): string {
  const names = what.replaceAll(' as ', ': ')
  if (!modulesAlone.test(from)) return `const ${names.replace('*: ', '')} = require('${from.replace(/\.ts$/, '.js')}')`
  const loaded = names.startsWith('{') ? names : `{ default: ${names} }`
  return `const ${loaded} = await import('${from}') // an ES module: load it in the async function that needs it`
}
