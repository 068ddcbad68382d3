import { append } from '../../lib/append.ts'
import { isFunction, keyOf, literalText, unwrap, type CallNode, type Node, type Of } from '../parse/ast.ts'
import { once } from '../parse/once.ts'
import type { Outline } from '../parse/oxc.ts'
import { lookUp } from '../parse/scopes.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import { readModulePaths, resolveImport, type ModulePaths } from './module-paths.ts'

type ImportEdge = {
  from: string
  to?: string
  specifier: string
  line: number
  start: number
  end: number
  typeOnly: boolean
  /** Written inside a function, so not loaded with the module. */
  lazy: boolean
}

export type Exported = { node: Node; file: SourceFile; isType?: boolean }

export type Modules = {
  paths: ModulePaths
  imports: readonly ImportEdge[]
  importsOf: ReadonlyMap<string, readonly ImportEdge[]>
  importersOf: ReadonlyMap<string, readonly ImportEdge[]>
  exportsOf: ReadonlyMap<string, ModuleExports>
  cycles: readonly (readonly string[])[]
}

/** `whole` is what `module.exports =` or `export default` names; `stars` are files re-exported as a whole. */
type ModuleExports = { named: Map<string, Exported>; whole?: Exported; stars: string[] }

type Given = {
  sources: ReadonlyMap<string, SourceFile>
  files: ReadonlyMap<string, string>
  paths: readonly string[]
}
type Before = { modules: Modules; sources: ReadonlyMap<string, SourceFile> }

/** Builds the import graph, export tables and run-time import cycles of the parsed files; keeps what it can of `before`. */
export function readModules({ sources, files, paths: all }: Given, before?: Before): Modules {
  const paths = readModulePaths(files, all, before?.modules.paths)
  const known = before?.modules.paths === paths ? before : undefined
  const imports: ImportEdge[] = []
  const exportsOf = new Map<string, ModuleExports>()
  for (const file of sources.values()) {
    const same = known?.sources.get(file.path) === file ? known.modules : undefined
    for (const edge of same ? (same.importsOf.get(file.path) ?? []) : edgesOf(file, paths)) imports.push(edge)
    exportsOf.set(file.path, same?.exportsOf.get(file.path) ?? exportsIn(file, paths))
  }
  return {
    paths,
    imports,
    importsOf: Map.groupBy(imports, (edge) => edge.from),
    importersOf: Map.groupBy(
      imports.filter((edge) => edge.to !== undefined),
      (edge) => edge.to ?? '',
    ),
    exportsOf,
    cycles: findCycles(imports),
  }
}

/** Stands among names for what files pass on as a whole. */
export const passedOn = '*'

/** Names that files began or ceased to export, and `passedOn` where it is no longer the same that they pass on. */
export function* changedExports(before: Modules, after: Modules): Generator<string> {
  const starred = new Set([...before.exportsOf.values(), ...after.exportsOf.values()].flatMap(({ stars }) => stars))
  for (const path of new Set([...before.exportsOf.keys(), ...after.exportsOf.keys()])) {
    const [old, now] = [before.exportsOf.get(path), after.exportsOf.get(path)]
    if (old === now) continue
    if (old && now && String(old.stars) !== String(now.stars)) yield passedOn
    if (!starred.has(path)) continue
    if (!old?.whole !== !now?.whole) yield passedOn
    yield* new Set(old?.named.keys()).symmetricDifference(new Set(now?.named.keys()))
  }
}

type WrittenImport = Omit<ImportEdge, 'from' | 'to'>

function edgesOf(file: SourceFile, paths: ModulePaths): ImportEdge[] {
  return writtenImports(file).map((written) => {
    const to = resolveImport(paths, file.path, written.specifier)
    return { from: file.path, ...(to === undefined ? {} : { to }), ...written }
  })
}

const writtenImports = once((file: SourceFile) => {
  const { outline } = file
  if (outline)
    return [...outline.imports, ...outline.passedOn].map((named) => {
      return { ...named, line: lineAt(file.lineStarts, named.start), lazy: false }
    })
  const found: WrittenImport[] = []
  const exported = /^module\.exports\s*=/m.exec(file.text)
  const exportedAt = exported ? exported.index + exported[0].length : Infinity
  const add = (specifier: string | undefined, node: Node, typeOnly = false) => {
    if (specifier === undefined || specifier === '') return
    const { start, end } = node
    const lazy = start >= exportedAt || isInsideFunction(node)
    found.push({ specifier, line: lineAt(file.lineStarts, start), start, end, typeOnly, lazy })
  }
  for (const node of file.imports) add(node.source.value, node, node.importKind === 'type' || onlyTypes(node))
  for (const node of file.exports) {
    if (node.type === 'ExportNamedDeclaration') add(node.source?.value, node, node.exportKind === 'type')
    if (node.type === 'ExportAllDeclaration') add(node.source.value, node, node.exportKind === 'type')
  }
  for (const call of file.calls) if (isRequire(call, file)) add(literalText(call.arguments[0]), call)
  for (const node of file.dynamicImports) add(literalText(node.source), node)
  return found
})

function onlyTypes(node: Of<'ImportDeclaration'>): boolean {
  return (
    node.specifiers.length > 0 &&
    node.specifiers.every((specifier) => specifier.type === 'ImportSpecifier' && specifier.importKind === 'type')
  )
}

function isInsideFunction(node: Node): boolean {
  for (let at = node.parent; at; at = at.parent) if (isFunction(at)) return true
  return false
}

/** Whether a call is CommonJS `require` (also `require.resolve`, `proxyquire` are not). */
export function isRequire(call: CallNode, file: SourceFile): boolean {
  if (call.type !== 'CallExpression' || call.callee.type !== 'Identifier' || call.callee.name !== 'require')
    return false
  return lookUp(file.scopes, call, 'require')?.kind !== 'parameter'
}

function exportsIn(file: SourceFile, paths: ModulePaths): ModuleExports {
  const { named, whole, stars } = writtenExports(file)
  const targets = stars.flatMap((specifier) => resolveImport(paths, file.path, specifier) ?? [])
  return { named, ...(whole ? { whole } : {}), stars: targets }
}

/** The exports of a file, with the specifiers of what it re-exports as a whole. */
const writtenExports = once((file: SourceFile): ModuleExports => {
  return file.outline ? outlinedExports(file, file.outline) : exportsInTree(file)
})

/** As from the tree, which is read when somebody asks for a node. */
function outlinedExports(file: SourceFile, { exports, stars }: Outline): ModuleExports {
  const table: ModuleExports = { named: new Map(), stars: [...stars] }
  for (const { name, isType } of exports) {
    const exported: Exported = {
      file,
      isType,
      get node() {
        const { named, whole } = exportsInTree(file)
        return (name === 'default' ? whole : named.get(name))?.node ?? file.program
      },
    }
    if (name === 'default') table.whole = exported
    else table.named.set(name, exported)
  }
  return table
}

const exportsInTree = once((file: SourceFile): ModuleExports => {
  const table: ModuleExports = { named: new Map(), stars: [] }
  for (const node of file.exports) addEsmExport(node, file, table)
  for (const assignment of file.assignments) addCommonJsExport(assignment, file, table)
  return table
})

/** The node of an import, as the place of a match; nothing when the tree of its file could not be read again. */
export function nodeOfImport(edge: ImportEdge, file: SourceFile): { node?: Node } {
  for (const nodes of [file.imports, file.exports, file.calls, file.dynamicImports]) {
    const node = nodes.find((item) => item.start === edge.start && item.end === edge.end)
    if (node) return { node }
  }
  return {}
}

function addEsmExport(node: Node, file: SourceFile, table: ModuleExports): void {
  if (node.type === 'ExportDefaultDeclaration') table.whole = { node: node.declaration, file }
  if (node.type === 'TSExportAssignment') table.whole = { node: node.expression, file }
  if (node.type === 'ExportAllDeclaration') {
    const name = node.exported?.type === 'Literal' ? node.exported.value : node.exported?.name
    if (name === undefined) table.stars.push(node.source.value)
    else table.named.set(name, { node, file })
  }
  if (node.type !== 'ExportNamedDeclaration') return
  const declaration = node.declaration
  if (declaration?.type === 'VariableDeclaration') {
    for (const declarator of declaration.declarations) {
      if (declarator.id.type === 'Identifier') {
        table.named.set(declarator.id.name, { node: declarator.init ?? declarator.id, file })
      }
    }
  } else if (declaration && 'id' in declaration && declaration.id?.type === 'Identifier') {
    const isType = declaration.type === 'TSInterfaceDeclaration' || declaration.type === 'TSTypeAliasDeclaration'
    table.named.set(declaration.id.name, { node: declaration, file, isType })
  }
  for (const specifier of node.specifiers) {
    const name = specifier.exported.type === 'Literal' ? specifier.exported.value : specifier.exported.name
    if (name === 'default') table.whole = { node: specifier, file }
    else table.named.set(name, { node: specifier, file })
  }
}

function addCommonJsExport(assignment: Of<'AssignmentExpression'>, file: SourceFile, table: ModuleExports): void {
  const left = assignment.left
  if (left.type !== 'MemberExpression') return
  const value = { node: lastAssigned(assignment.right), file }
  const name = keyOf(left)
  if (left.object.type === 'Identifier') {
    if (left.object.name === 'module' && name === 'exports') table.whole = value
    else if (left.object.name === 'exports' && name !== undefined) table.named.set(name, value)
    return
  }
  if (left.object.type === 'MemberExpression' && name !== undefined && isModuleExports(left.object)) {
    table.named.set(name, value)
  }
}

/** `a = b = value` exports the value. */
function lastAssigned(node: Node): Node {
  const inner = unwrap(node)
  return inner.type === 'AssignmentExpression' ? lastAssigned(inner.right) : inner
}

function isModuleExports(node: Of<'MemberExpression'>): boolean {
  return node.object.type === 'Identifier' && node.object.name === 'module' && keyOf(node) === 'exports'
}

/** Rings of files that import each other at run time (Tarjan); type-only and lazy imports do not count. */
export function findCycles(imports: readonly ImportEdge[]): string[][] {
  const next = new Map<string, string[]>()
  for (const edge of imports) {
    if (edge.to === undefined || edge.typeOnly || edge.lazy) continue
    append(next, edge.from, edge.to)
  }
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const rings: string[][] = []
  const close = (at: string): void => {
    const ring: string[] = []
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      onStack.delete(top)
      ring.unshift(top)
      if (top === at) break
    }
    if (ring.length > 1) rings.push(ring)
  }
  for (const start of next.keys()) {
    if (order.has(start)) continue
    const work: { at: string; index: number }[] = [{ at: start, index: 0 }]
    while (work.length > 0) {
      const frame = work.at(-1)
      if (!frame) break
      if (frame.index === 0) {
        order.set(frame.at, order.size)
        low.set(frame.at, order.get(frame.at) ?? 0)
        stack.push(frame.at)
        onStack.add(frame.at)
      }
      const child = next.get(frame.at)?.[frame.index]
      frame.index += 1
      if (child === undefined) {
        work.pop()
        if (low.get(frame.at) === order.get(frame.at)) close(frame.at)
        const parent = work.at(-1)
        if (parent) low.set(parent.at, Math.min(low.get(parent.at) ?? 0, low.get(frame.at) ?? 0))
      } else if (!order.has(child)) work.push({ at: child, index: 0 })
      else if (onStack.has(child)) low.set(frame.at, Math.min(low.get(frame.at) ?? 0, order.get(child) ?? 0))
    }
  }
  return rings
}

/** Whether all that an import names stands only where types stand, so that the compiler leaves the import out. */
export function importsOnlyTypes(edge: ImportEdge, file: SourceFile): boolean {
  return typeImportsOf(file).has(edge.start)
}

/** Where the imports of a file start that name only types; read from the text, since most such files need no tree. */
const typeImportsOf = once((file: SourceFile): ReadonlySet<number> => {
  const found = new Set<number>()
  if (!/\.[cm]?tsx?$/.test(file.path)) return found
  const code = file.text.replace(/^import[\s\S]*?from .*$/gm, '')
  for (const { start, end } of writtenImports(file)) {
    const clause = /^import\s+([\s\S]*?)\s*from\b/.exec(file.text.slice(start, end))?.[1]
    const names = clause?.matchAll(/([\w$]+)\s*(?=[,}]|$)/g).map(([, name = '']) => name)
    if (names?.every((name) => standsWithTypes(name, code))) found.add(start)
  }
  return found
})

const beforeType =
  /(?:[:<|&]\s*|\b(as|implements|satisfies|keyof)\s+|[<,]\s*\w+\s+extends\s+|(<|\bkeyof\s+)typeof\s+|\binterface\s+\w+(<[^>]*>)?\s+extends\s+|\btype\s+\w+(<[^>]*>)?\s*=\s*)$/

/** Searches for the name, and looks at what is before it then: a pattern made of each name takes longer to compile. */
function standsWithTypes(name: string, code: string): boolean {
  for (let at = code.indexOf(name); at >= 0; at = code.indexOf(name, at + 1)) {
    const isWhole = endsWord(code, at) && endsWord(code, at + name.length)
    if (isWhole && !beforeType.test(code.slice(Math.max(0, at - 200), at))) return false
  }
  return true
}

/** Whether a word ends or begins before a character. */
function endsWord(code: string, at: number): boolean {
  return /\w/.test(code.charAt(at - 1)) !== /\w/.test(code.charAt(at))
}
