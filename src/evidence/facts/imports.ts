import { isFunction, literalText, type CallNode, type Node, type Of } from '../parse/ast.ts'
import { once } from '../parse/once.ts'
import { lookUp } from '../parse/scopes.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'

/** An import between files; without `to` it is of a package or of no known file. */
export type ImportEdge = {
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

type WrittenImport = Omit<ImportEdge, 'from' | 'to'>

/** The imports that a file writes, by any syntax. */
export const writtenImports = once((file: SourceFile) => {
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
  for (const call of requiresIn(file)) add(literalText(call.arguments[0]), call)
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

/** The calls of CommonJS `require`: most files have none, and those with an outline never. */
export const requiresIn = once((file: SourceFile) =>
  !file.outline && file.names.has('require') ? file.calls.filter((call) => isRequire(call, file)) : [],
)

/** Whether a call is CommonJS `require` (also `require.resolve`, `proxyquire` are not). */
export function isRequire(call: CallNode, file: SourceFile): boolean {
  if (call.type !== 'CallExpression' || call.callee.type !== 'Identifier' || call.callee.name !== 'require')
    return false
  return lookUp(file.scopes, call, 'require')?.kind !== 'parameter'
}

/** The node of an import, as the place of a match; nothing when the tree of its file could not be read again. */
export function nodeOfImport(edge: ImportEdge, file: SourceFile): { node?: Node } {
  for (const nodes of [file.imports, file.exports, file.calls, file.dynamicImports]) {
    const node = nodes.find((item) => item.start === edge.start && item.end === edge.end)
    if (node) return { node }
  }
  return {}
}
