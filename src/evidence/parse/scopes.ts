import { isFunction, keyOf, type FunctionNode, type Node, type Of } from './ast.ts'

/** A declared name, with everything the file puts into it; all have all fields, as the engine is quick with one shape. */
export type Binding = {
  name: string
  kind: 'import' | 'parameter' | 'const' | 'let' | 'var' | 'function' | 'class' | 'catch'
  node: Node
  /** What the declaration is initialised with, before `path` is taken from it. */
  init: Node | undefined
  /** Keys taken from `init` (or from the parameter) by destructuring; `*` is a rest or an unknown key. */
  path: readonly string[]
  parameter: { of: FunctionNode; index: number } | undefined
  imported: { source: string; name: string } | undefined
  /** Type annotation, when one is written. */
  annotation: Node | undefined
  /** Values assigned after the declaration. */
  writes: readonly Node[]
  /** The loop's or iteration's collection this name takes its values from. */
  itemOf: Node | undefined
}

const none: readonly never[] = []

/** Most blocks declare nothing, and have no names. */
export type Scope = {
  node: Node
  parent: Scope | undefined
  names: Map<string, Binding> | undefined
  ofFunction: boolean
}

export function createScope(node: Node, parent: Scope | undefined): Scope {
  return { node, parent, names: undefined, ofFunction: isFunction(node) || node.type === 'Program' }
}

/** Whether nodes of a type open a scope of their own. */
export function opensScope(type: string): boolean {
  return /^(Program|BlockStatement|For(In|Of)?Statement|CatchClause|SwitchStatement|StaticBlock|ArrowFunctionExpression)$|^(Function|Class)(Declaration|Expression)$/.test(
    type,
  )
}

/** Finds the binding of a name as seen from a node. */
export function lookUp(scopes: ReadonlyMap<Node, Scope>, node: Node, name: string): Binding | undefined {
  for (let at: Node | null | undefined = node; at; at = at.parent) {
    const scope = scopes.get(at)
    if (scope) {
      for (let level: Scope | undefined = scope; level; level = level.parent) {
        const binding = level.names?.get(name)
        if (binding) return binding
      }
      return undefined
    }
  }
  return undefined
}

type Declared = Pick<Binding, 'kind'> & Partial<Omit<Binding, 'kind' | 'name' | 'node' | 'path' | 'writes'>>

/** Declares every name of a pattern in a scope, remembering the path each is taken from. */
export function declarePattern(scope: Scope, pattern: Node, declared: Declared, path: readonly string[] = none): void {
  switch (pattern.type) {
    case 'Identifier': {
      const { kind, init, parameter, imported, itemOf } = declared
      const { name } = pattern
      const names = (scope.names ??= new Map())
      const existing = kind === 'var' ? names.get(name) : undefined
      if (existing) {
        if (init) addWrite(existing, init)
        return
      }
      const annotation = pattern.typeAnnotation ?? declared.annotation
      names.set(name, { name, kind, node: pattern, init, path, parameter, imported, annotation, writes: none, itemOf })
      return
    }
    case 'AssignmentPattern':
      return declarePattern(scope, pattern.left, declared, path)
    case 'TSParameterProperty':
      return declarePattern(scope, pattern.parameter, declared, path)
    case 'RestElement':
      return declarePattern(scope, pattern.argument, declared, [...path, '*'])
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') declarePattern(scope, property.argument, declared, path)
        else declarePattern(scope, property.value, declared, [...path, keyOf(property) ?? '*'])
      }
      return
    case 'ArrayPattern':
      pattern.elements.forEach((element, index) => {
        if (element) declarePattern(scope, element, declared, [...path, String(index)])
      })
      return
    default:
  }
}

/** Remembers a value that is assigned to a name after its declaration. */
export function addWrite(binding: Binding, value: Node): void {
  binding.writes = [...binding.writes, value]
}

/** Declares what a variable declaration declares; `var` goes to the function's scope. */
export function declareVariables(scope: Scope, node: Of<'VariableDeclaration'>): void {
  let target: Scope = scope
  if (node.kind === 'var') while (!target.ofFunction && target.parent) target = target.parent
  const kind = node.kind === 'var' || node.kind === 'let' ? node.kind : 'const'
  const loop = node.parent
  const iterates = (loop?.type === 'ForOfStatement' || loop?.type === 'ForInStatement') && loop.left === node
  for (const declarator of node.declarations) {
    const declared: Declared = { kind }
    if (declarator.init) declared.init = declarator.init
    if (iterates && loop.type === 'ForOfStatement') declared.itemOf = loop.right
    declarePattern(target, declarator.id, declared)
  }
}

/** Declares the names an import brings in. */
export function declareImport(scope: Scope, node: Of<'ImportDeclaration'>): void {
  for (const specifier of node.specifiers) {
    const name = importedName(specifier)
    const imported = { source: node.source.value, name }
    declarePattern(scope, specifier.local, { kind: 'import', imported })
  }
}

function importedName(specifier: Of<'ImportDeclaration'>['specifiers'][number]): string {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default'
  if (specifier.type === 'ImportNamespaceSpecifier') return '*'
  return specifier.imported.type === 'Literal' ? specifier.imported.value : specifier.imported.name
}

export function declareParameters(scope: Scope, node: FunctionNode): void {
  node.params.forEach((parameter, index) => {
    declarePattern(scope, parameter, { kind: 'parameter', parameter: { of: node, index } })
  })
}
