import { visitorKeys } from 'oxc-parser'
import type { Node, Of } from './ast.ts'
import {
  addWrite,
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
  visit(program, undefined, undefined, found)
  for (const assignment of found.assignments) recordWrite(assignment, found.scopes)
  // Lists that grew have room for half as much again.
  for (const list of listNames) found[list] = found[list].slice() as never
  return found
}

type Found = Collected & { scopes: Map<Node, Scope> }
type List = Exclude<keyof Collected, 'names'>

/** The list that nodes of a type go into. */
const lists: Partial<Record<Node['type'], List>> = {
  CallExpression: 'calls',
  NewExpression: 'calls',
  FunctionDeclaration: 'functions',
  FunctionExpression: 'functions',
  ArrowFunctionExpression: 'functions',
  ClassDeclaration: 'classes',
  ClassExpression: 'classes',
  AssignmentExpression: 'assignments',
  VariableDeclarator: 'declarators',
  BinaryExpression: 'binaries',
  ConditionalExpression: 'choices',
  LogicalExpression: 'choices',
  TemplateLiteral: 'templates',
  TaggedTemplateExpression: 'taggedTemplates',
  MemberExpression: 'members',
  Literal: 'literals',
  Property: 'properties',
  CatchClause: 'catches',
  AwaitExpression: 'awaits',
  ThrowStatement: 'throws',
  ReturnStatement: 'returns',
  ForStatement: 'loops',
  ForInStatement: 'loops',
  ForOfStatement: 'loops',
  WhileStatement: 'loops',
  DoWhileStatement: 'loops',
  ImportDeclaration: 'imports',
  ExportNamedDeclaration: 'exports',
  ExportDefaultDeclaration: 'exports',
  ExportAllDeclaration: 'exports',
  TSExportAssignment: 'exports',
  ImportExpression: 'dynamicImports',
  Decorator: 'decorators',
}

const listNames = [...new Set(Object.values(lists))]

type Plan = {
  keys: readonly string[]
  opensScope: boolean
  list: List | undefined
  declares: boolean
  typeOnly: boolean
}

const typeOnly =
  /^TS(TypeAnnotation|TypeParameter(Instantiation|Declaration)|InterfaceDeclaration|TypeAliasDeclaration)$/
const declaring =
  /^(JSX)?Identifier$|^(Function|Class)(Declaration|Expression)$|^ArrowF|^(Variable|Import|TSImportEquals|TSEnum)Declaration$|^CatchClause$/

/** What is done at nodes of each type: asking one table is far cheaper than comparing type names. */
const plans: Record<string, Plan> = {}
for (const [type, keys] of Object.entries(visitorKeys)) {
  // The parser's visitor keys are those of its node types.
  const list = lists[type as Node['type']]
  plans[type] = {
    keys,
    opensScope: opensScope(type),
    list,
    declares: declaring.test(type),
    typeOnly: typeOnly.test(type),
  }
}

function emptyCollection(): Collected {
  return {
    calls: [],
    functions: [],
    classes: [],
    assignments: [],
    declarators: [],
    binaries: [],
    choices: [],
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

function visit(node: Node, parent: Node | undefined, scope: Scope | undefined, found: Found): void {
  // Every node's `parent` is typed for where that node may stand; the walk guarantees it.
  if (parent) node.parent = parent as never
  if (node.type === 'Identifier') return visitName(node, scope, found)
  const plan = plans[node.type]
  if (!plan) return
  if (plan.typeOnly) {
    countTypeNames(node, found)
    return forgetType(node)
  }
  let inner = scope
  if (plan.opensScope) {
    inner = createScope(node, scope)
    found.scopes.set(node, inner)
  }
  // The plan names the list for nodes of this type.
  if (plan.list) (found[plan.list] as Node[]).push(node)
  if (plan.declares && inner) declare(node, scope, inner, found.names)
  // The visitor keys of a node type name properties that hold a node, a list of nodes, or null.
  const children = node as unknown as Record<string, Node | (Node | null)[] | null | undefined>
  const { keys } = plan
  // Counting is a tenth faster here than iterators, which the compiler in use does not do away with.
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] ?? ''
    const child = children[key]
    if (!child) continue
    if (Array.isArray(child)) {
      children[key] = child.length === 0 ? none : child.slice()
      for (let index = 0; index < child.length; index += 1) {
        const item = child[index]
        if (item) visit(item, node, inner, found)
      }
    } else visit(child, node, inner, found)
  }
}

/** As `visit`, of what is half of all nodes. */
function visitName(node: Of<'Identifier'>, scope: Scope | undefined, found: Found): void {
  count(node.name, found.names)
  // JavaScript has neither.
  const { decorators, typeAnnotation } = node
  if (decorators) {
    // The copy is of the same type, which tells names with decorators from those without.
    node.decorators = (decorators.length === 0 ? none : decorators.slice()) as typeof decorators
    if (decorators.length > 0) for (const decorator of decorators) visit(decorator, node, scope, found)
  }
  if (typeAnnotation) visit(typeAnnotation, node, scope, found)
}

/** The parser makes every list with room to grow, also the empty ones, which are most: a fifth of all memory. */
const none: never[] = []

/** Types are not walked for findings, only for the names they use. */
function countTypeNames(node: Node, found: Found): void {
  if (node.type === 'Identifier') count(node.name, found.names)
  const keys = visitorKeys[node.type] ?? none
  for (let at = 0; at < keys.length; at += 1) {
    // As in `visit`: the keys name child properties.
    const child = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[keys[at] ?? '']
    if (!child) continue
    if (Array.isArray(child)) {
      for (let index = 0; index < child.length; index += 1) {
        const item = child[index]
        if (item) countTypeNames(item, found)
      }
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

function count(name: string, names: Collected['names']): void {
  names.set(name, (names.get(name) ?? 0) + 1)
}

/** Declares the names a node brings into its scope or the one around it, and counts the names of identifiers. */
function declare(node: Node, outer: Scope | undefined, scope: Scope, names: Collected['names']): void {
  switch (node.type) {
    case 'Identifier':
    case 'JSXIdentifier':
      return count(node.name, names)
    case 'FunctionDeclaration':
      if (node.id && outer) declarePattern(outer, node.id, { kind: 'function', init: node })
      return declareParameters(scope, node)
    case 'FunctionExpression':
      if (node.id) declarePattern(scope, node.id, { kind: 'function', init: node })
      return declareParameters(scope, node)
    case 'ArrowFunctionExpression':
      return declareParameters(scope, node)
    case 'ClassDeclaration':
    case 'ClassExpression':
      if (node.id && outer) declarePattern(outer, node.id, { kind: 'class', init: node })
      return
    case 'VariableDeclaration':
      return declareVariables(scope, node)
    case 'ImportDeclaration':
      return declareImport(scope, node)
    case 'TSImportEqualsDeclaration':
      return declareImportEquals(node, scope)
    case 'TSEnumDeclaration':
      return declarePattern(scope, node.id, { kind: 'const' })
    case 'CatchClause':
      if (node.param) declarePattern(scope, node.param, { kind: 'catch' })
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
  const binding = lookUp(scopes, node, node.left.name)
  if (binding) addWrite(binding, node.right)
}
