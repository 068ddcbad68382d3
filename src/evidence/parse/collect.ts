import { visitorKeys } from 'oxc-parser'
import type { Node, Of } from './ast.ts'
import {
  createScope,
  declareImport,
  declareParameters,
  declarePattern,
  declareVariables,
  lookUp,
  opensScope,
  type Scope,
} from './scopes.ts'
import type { Collected } from './source-file.ts'

/** Walks a program once: sets parents, builds scopes and sorts nodes into the lists that rules read. */
export function collect(program: Of<'Program'>): Collected & { scopes: Map<Node, Scope> } {
  const found = { ...emptyCollection(), scopes: new Map<Node, Scope>() }
  visit(program, undefined, found)
  for (const assignment of found.assignments) recordWrite(assignment, found.scopes)
  // Lists that grew have room for half as much again.
  for (const [key, value] of Object.entries(found)) {
    if (Array.isArray(value)) Object.assign(found, { [key]: value.slice() })
  }
  return found
}

type Found = Collected & { scopes: Map<Node, Scope> }

function emptyCollection(): Collected {
  return {
    calls: [],
    functions: [],
    classes: [],
    assignments: [],
    declarators: [],
    binaries: [],
    templates: [],
    taggedTemplates: [],
    members: [],
    literals: [],
    properties: [],
    catches: [],
    awaits: [],
    throws: [],
    returns: [],
    loops: [],
    imports: [],
    exports: [],
    dynamicImports: [],
    decorators: [],
    names: new Map(),
  }
}

function visit(node: Node, scope: Scope | undefined, found: Found): void {
  let inner = scope
  if (opensScope(node)) {
    inner = createScope(node, scope)
    found.scopes.set(node, inner)
  }
  if (inner) sort(node, scope, inner, found)
  const keys = visitorKeys[node.type]
  if (!keys) return
  // The visitor keys of a node type name properties that hold a node, a list of nodes, or null.
  const children = node as unknown as Record<string, Node | (Node | null)[] | null | undefined>
  for (const key of keys) {
    const child = children[key]
    if (!child) continue
    if (Array.isArray(child)) {
      children[key] = child.length === 0 ? none : child.slice()
      for (const item of child) if (item) visitChild(item, node, inner, found)
    } else visitChild(child, node, inner, found)
  }
}

/** The parser makes every list with room to grow, also the empty ones, which are most: a fifth of all memory. */
const none: never[] = []

function visitChild(child: Node, parent: Node, scope: Scope | undefined, found: Found): void {
  if (child.type.startsWith('TS') && typeOnly.has(child.type)) {
    child.parent = parent as never
    countTypeNames(child, found)
    forgetType(child)
    return
  }
  // Every node's `parent` is typed for where that node may stand; the walk guarantees it.
  child.parent = parent as never
  visit(child, scope, found)
}

const typeOnly = new Set([
  'TSTypeAnnotation',
  'TSTypeParameterInstantiation',
  'TSTypeParameterDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
])

/** Types are not walked for findings, only for the names they use. */
function countTypeNames(node: Node, found: Found): void {
  if (node.type === 'Identifier') count(node.name, found)
  for (const key of visitorKeys[node.type] ?? []) {
    // As in `visit`: the keys name child properties.
    const child = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key]
    if (!child) continue
    if (Array.isArray(child)) {
      for (const item of child) if (item) countTypeNames(item, found)
    } else countTypeNames(child, found)
  }
}

/** Interfaces and type aliases are a third of some trees, and no rule looks into them. */
function forgetType(node: Node): void {
  if (node.type === 'TSInterfaceDeclaration') {
    node.extends = []
    node.body.body = []
  }
  if (node.type === 'TSTypeAliasDeclaration') {
    const { start, end } = node.typeAnnotation
    node.typeAnnotation = { type: 'TSUnknownKeyword', start, end }
  }
}

function count(name: string, found: Found): void {
  found.names.set(name, (found.names.get(name) ?? 0) + 1)
}

function sort(node: Node, outer: Scope | undefined, scope: Scope, found: Found): void {
  switch (node.type) {
    case 'Identifier':
      return count(node.name, found)
    case 'JSXIdentifier':
      return count(node.name, found)
    case 'CallExpression':
    case 'NewExpression':
      found.calls.push(node)
      return
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      found.functions.push(node)
      if (node.type === 'FunctionDeclaration' && node.id && outer)
        declarePattern(outer, node.id, { kind: 'function', init: node })
      if (node.type === 'FunctionExpression' && node.id)
        declarePattern(scope, node.id, { kind: 'function', init: node })
      declareParameters(scope, node)
      return
    case 'ClassDeclaration':
    case 'ClassExpression':
      found.classes.push(node)
      if (node.id && outer) declarePattern(outer, node.id, { kind: 'class', init: node })
      return
    case 'VariableDeclaration':
      return declareVariables(scope, node)
    case 'ImportDeclaration':
      found.imports.push(node)
      return declareImport(scope, node)
    case 'TSImportEqualsDeclaration':
      declareImportEquals(node, scope)
      return
    case 'TSEnumDeclaration':
      return declarePattern(scope, node.id, { kind: 'const' })
    case 'CatchClause':
      found.catches.push(node)
      if (node.param) declarePattern(scope, node.param, { kind: 'catch' })
      return
    default:
      sortPlain(node, found)
  }
}

function sortPlain(node: Node, found: Found): void {
  switch (node.type) {
    case 'AssignmentExpression':
      found.assignments.push(node)
      return
    case 'VariableDeclarator':
      found.declarators.push(node)
      return
    case 'BinaryExpression':
      found.binaries.push(node)
      return
    case 'TemplateLiteral':
      found.templates.push(node)
      return
    case 'TaggedTemplateExpression':
      found.taggedTemplates.push(node)
      return
    case 'MemberExpression':
      found.members.push(node)
      return
    case 'Literal':
      found.literals.push(node)
      return
    case 'Property':
      found.properties.push(node)
      return
    case 'AwaitExpression':
      found.awaits.push(node)
      return
    case 'ThrowStatement':
      found.throws.push(node)
      return
    case 'ReturnStatement':
      found.returns.push(node)
      return
    case 'ImportExpression':
      found.dynamicImports.push(node)
      return
    case 'Decorator':
      found.decorators.push(node)
      return
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
    case 'ExportAllDeclaration':
    case 'TSExportAssignment':
      found.exports.push(node)
      return
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      found.loops.push(node)
      return
    default:
  }
}

function declareImportEquals(node: Of<'TSImportEqualsDeclaration'>, scope: Scope): void {
  if (node.moduleReference.type !== 'TSExternalModuleReference') return
  const imported = { source: node.moduleReference.expression.value, name: 'default' }
  declarePattern(scope, node.id, { kind: 'import', imported })
}

function recordWrite(node: Of<'AssignmentExpression'>, scopes: ReadonlyMap<Node, Scope>): void {
  if (node.left.type !== 'Identifier') return
  lookUp(scopes, node, node.left.name)?.writes.push(node.right)
}
