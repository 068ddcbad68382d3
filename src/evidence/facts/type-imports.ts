import { once } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { writtenImports, type ImportEdge } from './imports.ts'

/** Whether all that an import names stands only where types stand, so that the compiler leaves the import out. */
export function importsOnlyTypes(edge: ImportEdge, file: SourceFile): boolean {
  return typeImportsOf(file).has(edge.start)
}

/** Where the imports of a file start that name only types; read from the text, since most such files need no tree. */
const typeImportsOf = once((file: SourceFile): ReadonlySet<number> => {
  const found = new Set<number>()
  if (!/\.[cm]?tsx?$/.test(file.path)) return found
  const code = file.text.replace(/^import[\s\S]*?from .*$|\/\*[\s\S]*?\*\/|(?<=^|[\s;{}])\/\/.*$/gm, '')
  for (const { start, end } of writtenImports(file)) {
    const clause = /^import\s+([\s\S]*?)\s*from\b/.exec(file.text.slice(start, end))?.[1]
    const names = clause?.matchAll(/([\w$]+)\s*(?=[,}]|$)/g).map(([, name = '']) => name)
    if (names?.every((name) => standsWithTypes(name, code))) found.add(start)
  }
  return found
})

const beforeType =
  /(?:[:<|&]\s*|\b(as|implements|satisfies|keyof)\s+|[<,]\s*\w+\s+extends\s+|(<|\bkeyof\s+)typeof\s+|\binterface\s+\w+(<[^>]*>)?\s+extends\s+|\btype\s+\w+(<[^>]*>)?\s*=\s*|[\w$]<[^<>(){};=\n]*,\s*)$/

/** Searches for the name, and looks at what is before it then: a pattern made of each name takes longer to compile. */
function standsWithTypes(name: string, code: string): boolean {
  const isSmall = /^[a-z]/.test(name)
  for (let at = code.indexOf(name); at >= 0; at = code.indexOf(name, at + 1)) {
    const isWhole = endsWord(code, at) && endsWord(code, at + name.length)
    if (!isWhole) continue
    const before = code.slice(Math.max(0, at - 200), at)
    if (!beforeType.test(before)) return false
    // `resolver: fastUri` gives a value; `options: multer.Options` and `typeof schema` are types.
    if (isSmall && code.charAt(at + name.length) !== '.' && !/\btypeof\s+$/.test(before)) return false
  }
  return true
}

/** Whether a word ends or begins before a character. */
function endsWord(code: string, at: number): boolean {
  return /\w/.test(code.charAt(at - 1)) !== /\w/.test(code.charAt(at))
}
