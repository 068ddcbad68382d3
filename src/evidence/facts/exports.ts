import { keyOf, unwrap, type Node, type Of } from '../parse/ast.ts'
import { once } from '../parse/once.ts'
import type { Outline } from '../parse/oxc.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { resolveImport, type ModulePaths } from './module-paths.ts'

/** What an export stands for: the node it names, in its file. */
export type Exported = { node: Node; file: SourceFile; isType?: boolean }

/** `whole` is what `module.exports =` or `export default` names; `stars` are files re-exported as a whole. */
export type ModuleExports = { named: Map<string, Exported>; whole?: Exported; stars: string[] }

/** The exports of a file, with the paths of the files it passes on as a whole. */
export function exportsIn(file: SourceFile, paths: ModulePaths): ModuleExports {
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
