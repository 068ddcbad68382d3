import { parseSync, rawTransferSupported, type ParseResult, type ParserOptions } from 'oxc-parser'

// `experimentalRawTransfer` and `experimentalLazy` are read by the wrapper but missing from its types.
const plain: ParserOptions = { sourceType: 'unambiguous', preserveParens: false }
const raw = { ...plain, experimentalRawTransfer: true } as ParserOptions
const lazy = { ...plain, experimentalLazy: true } as ParserOptions
let useRaw = rawTransferSupported()

/** Parses with raw transfer, which reserves 6 GiB of address space; nothing where that is or was refused. */
function parseRaw(path: string, text: string, options: ParserOptions): ParseResult | undefined {
  if (!useRaw) return undefined
  try {
    return parseSync(path, text, { ...options, ...optionsFor(path) })
  } catch {
    useRaw = false
    return undefined
  }
}

/** Parses a text whole. */
export function parseOnce(path: string, text: string): ParseResult {
  return parseRaw(path, text, raw) ?? parseSync(path, text, { ...plain, ...optionsFor(path) })
}

/** Parses JavaScript with the type annotations of another checker. */
export function parseTyped(path: string, text: string): ParseResult {
  return parseSync(path, text, { ...plain, lang: 'tsx' })
}

type Named = { specifier: string; start: number; end: number; typeOnly: boolean }

/** What other files can see of a file: its imports and exports, in source order. */
export type Outline = {
  imports: readonly Named[]
  exports: readonly { name: string; isType: boolean }[]
  /** Exports from other files. */
  passedOn: readonly Named[]
  /** Files whose exports it exports as a whole. */
  stars: readonly string[]
  /** Whether it holds types, imports and exports and nothing that runs. */
  typesOnly: boolean
  /** Whether it gives something it imports a name of its own, as to defaults and namespaces. */
  namesImports: boolean
}

// What `experimentalLazy` gives has names and shapes of its own, and holds memory until it is disposed of.
type LazyName = string | { value?: string }
type LazyImport = { importName: LazyName; localName: LazyName; isType: boolean }
type LazyExport = { importName: LazyName; exportName: LazyName; moduleRequest: { value: string } | null }
type LazyList<Entry, More = unknown> = readonly ({ start: number; end: number; entries: readonly Entry[] } & More)[]
type LazyStatement = { type: string; declaration?: { type: string } }
type LazyResult = {
  program: { body: readonly LazyStatement[] }
  module: {
    staticImports: LazyList<LazyImport, { moduleRequest: { value: string } }>
    staticExports: LazyList<LazyExport>
    dynamicImports: readonly unknown[]
  }
  errors: readonly unknown[]
  dispose: () => void
}

/**
 * The outline of a text that parses and either exports nothing or holds only types; undefined for all others and for
 * what imports while it runs. Builds no tree, which is five sixths of the time of parsing.
 */
export function readOutline(path: string, text: string): Outline | undefined {
  const parsed = parseRaw(path, text, lazy) as unknown as LazyResult | undefined
  if (!parsed) return undefined
  try {
    const { staticImports, staticExports, dynamicImports } = parsed.module
    if (parsed.errors.length > 0 || dynamicImports.length > 0) return undefined
    const { body } = parsed.program
    const typesOnly = body.every(isType)
    const exported = staticExports.length === 0 || typesOnly ? readExports(staticExports, body, text) : undefined
    return exported && { ...readImports(staticImports, text), ...exported, typesOnly }
  } finally {
    parsed.dispose()
  }
}

function isType({ type, declaration }: LazyStatement): boolean {
  if (type === 'ExportDeclaration') return declaration !== undefined && isType(declaration)
  return /^(Import|ExportAll|ExportFrom|TSInterface|TSTypeAlias)Declaration$/.test(type)
}

function readImports(
  imports: LazyResult['module']['staticImports'],
  text: string,
): Pick<Outline, 'imports' | 'namesImports'> {
  return {
    imports: imports.map(({ start, end, moduleRequest, entries }) => {
      const typeOnly = entries.length > 0 ? entries.every((entry) => entry.isType) : isMarkedType(text, start)
      return { specifier: moduleRequest.value, start, end, typeOnly }
    }),
    namesImports: imports.some(({ entries }) =>
      entries.some(({ importName, localName }) => valueOf(importName) !== valueOf(localName)),
    ),
  }
}

function isMarkedType(text: string, start: number): boolean {
  return /^(import|export)\s+type\b/.test(text.slice(start, start + 40))
}

function valueOf(name: LazyName): string | undefined {
  return typeof name === 'string' ? undefined : name.value
}

/** Nothing when the parser's list leaves out an export, as it does with `export {}`. */
function readExports(listed: LazyList<LazyExport>, body: readonly LazyStatement[], text: string) {
  const exports: { name: string; isType: boolean }[] = []
  const passedOn: Named[] = []
  const stars: string[] = []
  const written = body.filter(({ type }) => type.startsWith('Export'))
  if (listed.length !== written.length) return undefined
  for (const [index, { start, end, entries }] of listed.entries()) {
    const specifier = entries[0]?.moduleRequest?.value
    if (specifier !== undefined) passedOn.push({ specifier, start, end, typeOnly: isMarkedType(text, start) })
    for (const { exportName, importName } of entries) {
      const name = valueOf(exportName)
      if (importName === 'allButDefault' && specifier !== undefined) stars.push(specifier)
      else if (name !== undefined) exports.push({ name, isType: written[index]?.type === 'ExportDeclaration' })
    }
    if (entries.length === 0) return undefined
  }
  return { exports, passedOn, stars }
}

/** JavaScript with Flow-like JSX is common; CommonJS files may return at the top level. */
function optionsFor(path: string): ParserOptions {
  if (/\.[cm]?js$/.test(path) || !/\.[cm]?[jt]sx?$/.test(path)) return { lang: 'jsx' }
  return {}
}
