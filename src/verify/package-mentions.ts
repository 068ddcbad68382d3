import { isBuiltin } from 'node:module'
import { readSegments } from '../lib/fenced-code.ts'
import { isPackageName } from '../npm/package-name.ts'

/** A package that a text names, with the range it names. */
export type PackageMention = { name: string; range?: string }

const specifier =
  /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:\.resolve)?\s*\(\s*)(?:'([^'\n]{1,214})'|"([^"\n]{1,214})")/g
const installCommand = /(?:^|[\s`;&|$])(?:npm|pnpm|yarn|bun)[ \t]+(?:install|i|add)\b([^\n`;&|]{0,500})/g
const runCommand = /(?:^|[\s`;&|$])(?:npx|pnpm dlx|yarn dlx|bunx)[ \t]+((?:-[\w-]+[ \t]+)*)(@?[\w./@^~-]+)/g
const codeLanguages = /^(?:[cm]?[jt]sx?|javascript|typescript|node|)$/i

/** The packages that a Markdown text imports in its code or tells people to install; each once, in order. Never throws. */
export function findPackageMentions(markdown: string): PackageMention[] {
  const found = new Map<string, PackageMention>()
  for (const mention of [...installed(markdown), ...imported(markdown)]) {
    const known = found.get(mention.name)
    if (!known || (known.range === undefined && mention.range !== undefined)) found.set(mention.name, mention)
  }
  return [...found.values()]
}

/** The package an import specifier belongs to; undefined for paths, aliases, addresses and what Node.js brings. */
export function packageOfSpecifier(text: string): string | undefined {
  if (/^[./#~]|^@\/|^[a-z][a-z+]*:/i.test(text) || isBuiltin(text)) return undefined
  const parts = text.split('/')
  const name = text.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '')
  return isPackageName(name) && !isBuiltin(name) ? name : undefined
}

function imported(markdown: string): PackageMention[] {
  return readSegments(markdown).flatMap((part) => {
    const language = part.kind === 'fence' ? (part.info.split(/[\s{]/)[0] ?? '') : undefined
    if (part.kind !== 'fence' || language === undefined || !codeLanguages.test(language)) return []
    return [...part.body.join('\n').matchAll(specifier)].flatMap(([, single, double]) => {
      const name = packageOfSpecifier(single ?? double ?? '')
      return name === undefined ? [] : [{ name }]
    })
  })
}

function installed(markdown: string): PackageMention[] {
  const added = [...markdown.matchAll(installCommand)].flatMap(([, rest = '']) => readPackages(rest))
  const run = [...markdown.matchAll(runCommand)].flatMap(([, , item = '']) => readPackage(item))
  return [...added, ...run]
}

/** What follows `npm install` up to the first word that is not a package, so that prose after it is not read. */
function readPackages(rest: string): PackageMention[] {
  const mentions: PackageMention[] = []
  for (const item of rest.trim().split(/\s+/)) {
    if (item.startsWith('-') || item === '') continue
    const [mention] = readPackage(item.replace(/[.,:)]+$/, ''))
    if (!mention) break
    mentions.push(mention)
    if (/[.,:)]$/.test(item)) break
  }
  return mentions
}

function readPackage(item: string): PackageMention[] {
  const [, name = '', range] = /^(@?[^@\s]+)(?:@([^\s'"]+))?$/.exec(item.replace(/^['"]|['"]$/g, '')) ?? []
  if (!isPackageName(name) || isBuiltin(name)) return []
  return [{ name, ...(range !== undefined && { range }) }]
}
