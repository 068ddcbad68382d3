import {
  ancestor,
  isClass,
  isFunction,
  keyOf,
  literalText,
  propertyOf,
  unwrap,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { valuesReturned } from '../parse/returns.ts'
import { lookUp, type Binding } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import { returnsApp } from './frameworks.ts'
import type { Meanings } from './meaning.ts'
import { isRequire } from './imports.ts'
import { resolveImport } from './module-paths.ts'
import type { Modules } from './modules.ts'

type Place = { node: Node; file: SourceFile }

/** Follows names, imports, parameters and `this` properties to where an object was made; bounded, falls back to the node. */
export class Identities {
  readonly #modules: Modules
  readonly #meanings: Meanings
  readonly #calls: CallGraph

  constructor(modules: Modules, meanings: Meanings, calls: CallGraph) {
    this.#modules = modules
    this.#meanings = meanings
    this.#calls = calls
  }

  /** The node that creates the object an expression holds (an app, a router), the same for every name it goes by. */
  of(node: Node, file: SourceFile): Node {
    return this.#follow(node, file, 0).node
  }

  #follow(node: Node, file: SourceFile, depth: number): Place {
    const inner = unwrap(node)
    if (depth > 12) return { node: inner, file }
    if (inner.type === 'Identifier') return this.#ofIdentifier(inner, file, depth)
    if (inner.type === 'AssignmentExpression') return this.#follow(inner.right, file, depth + 1)
    if (inner.type === 'CallExpression') return this.#ofCall(inner, file, depth)
    if (inner.type === 'MemberExpression') return this.#ofMember(inner, file, depth) ?? { node: inner, file }
    return { node: inner, file }
  }

  #ofMember(node: Of<'MemberExpression'>, file: SourceFile, depth: number): Place | undefined {
    const key = keyOf(node) ?? ''
    const meaning = this.#meanings.of(node.object, file)
    if (meaning.kind === 'module' && key) return this.#ofExport(meaning.file.path, key, depth)
    // `import routers from './routers'`, which exports `{ users, orders }`.
    const listed = meaning.kind === 'value' ? propertyOf(meaning.node, key) : undefined
    if (meaning.kind === 'value' && listed) return this.#follow(listed, meaning.file, depth + 1)
    const assigned = file.assignments.find(
      ({ left, right }) =>
        left.type === 'MemberExpression' &&
        keyOf(left) === key &&
        left.object.type === node.object.type &&
        right !== node &&
        (right.type !== 'Identifier' || isOfSameThis(left, node)),
    )
    return assigned && this.#follow(assigned.right, file, depth + 1)
  }

  #ofExport(path: string, name: string, depth: number): Place | undefined {
    const table = this.#modules.exportsOf.get(path)
    const exported = name === 'default' ? table?.whole : (table?.named.get(name) ?? table?.whole)
    if (!exported) return undefined
    const listed = name === 'default' ? undefined : propertyOf(exported.node, name)
    const target = listed ?? exported.node
    if (target.type === 'ExportSpecifier') {
      const local = target.local.type === 'Identifier' ? target.local.name : ''
      const declaration = target.parent?.type === 'ExportNamedDeclaration' ? target.parent : undefined
      const source = declaration?.source
        ? resolveImport(this.#modules.paths, path, declaration.source.value)
        : undefined
      if (source) return this.#ofExport(source, local, depth + 1)
      const binding = lookUp(exported.file.scopes, exported.file.program, local)
      return binding?.init ? this.#follow(binding.init, exported.file, depth + 1) : undefined
    }
    return this.#follow(target, exported.file, depth + 1)
  }

  #ofIdentifier(node: Of<'Identifier'>, file: SourceFile, depth: number): Place {
    const binding = lookUp(file.scopes, node, node.name)
    return binding ? (this.#ofBinding(binding, file, depth) ?? { node: binding.node, file }) : { node, file }
  }

  #ofBinding(binding: Binding, file: SourceFile, depth: number): Place | undefined {
    if (binding.imported) {
      const path = resolveImport(this.#modules.paths, file.path, binding.imported.source)
      return path ? this.#ofExport(path, binding.imported.name, depth + 1) : undefined
    }
    if (binding.kind === 'parameter' && binding.parameter) return this.#ofParameter(binding, binding.parameter, depth)
    const all = binding.init?.type === 'Identifier' ? lookUp(file.scopes, binding.init, binding.init.name) : undefined
    if (all?.parameter && all.path[0] === '*') return this.#ofRest(all, Number(binding.path[0]), depth)
    const init = binding.init ?? binding.writes[0]
    if (!init) return undefined
    const [key, deeper] = binding.path
    if (key === undefined) return this.#ofInit(init, file, depth)
    return deeper === undefined ? this.#ofRequired(init, key, file, depth) : undefined
  }

  #ofParameter(binding: Binding, { of, index }: NonNullable<Binding['parameter']>, depth: number): Place | undefined {
    if (binding.path[0] === '*') return this.#ofRest(binding, Number(binding.path[1]), depth)
    const site = this.#calls.sitesOf(of)[0]
    const argument = site?.call.arguments[index]
    const given = site && argument && this.#takenFrom({ node: argument, file: site.file }, binding.path)
    return given && this.#follow(given.node, given.file, depth + 1)
  }

  #ofInit(init: Node, file: SourceFile, depth: number): Place | undefined {
    if (isFunction(init)) return undefined
    const found = this.#follow(init, file, depth + 1)
    // `const server = fastify.withTypeProvider()`.
    const made = unwrap(init)
    if (made.type === 'CallExpression' && sameObject(made)) return found
    return found.node.type === 'CallExpression' || found.node.type === 'NewExpression' ? found : undefined
  }

  /** What a parameter such as `{ router }` takes out of the object it is given. */
  #takenFrom(given: Place, path: readonly string[]): Place | undefined {
    let at = given
    for (const key of path) {
      const meaning = this.#meanings.of(at.node, at.file)
      const listed = meaning.kind === 'value' ? propertyOf(meaning.node, key) : undefined
      if (meaning.kind !== 'value' || !listed) return undefined
      at = { node: listed, file: meaning.file }
    }
    return at
  }

  /** `const { pool } = require('./db')`. */
  #ofRequired(node: Node, key: string, file: SourceFile, depth: number): Place | undefined {
    if (node.type !== 'CallExpression' || !isRequire(node, file)) return undefined
    const path = resolveImport(this.#modules.paths, file.path, literalText(node.arguments[0]) ?? '')
    return path ? this.#ofExport(path, key, depth + 1) : undefined
  }

  /** The argument that lands at an index of a rest parameter, also when callers pass their own rest on. */
  #ofRest(binding: Binding, index: number, depth: number): Place | undefined {
    const site = binding.parameter && this.#calls.sitesOf(binding.parameter.of)[0]
    if (!site || !binding.parameter || Number.isNaN(index) || depth > 12) return undefined
    const argument = site.call.arguments[binding.parameter.index + index]
    const spread = site.call.arguments[binding.parameter.index]
    if (spread?.type === 'SpreadElement' && spread.argument.type === 'Identifier') {
      const passed = lookUp(site.file.scopes, spread, spread.argument.name)
      return passed?.path[0] === '*' ? this.#ofRest(passed, index, depth + 1) : undefined
    }
    return argument && this.#follow(argument, site.file, depth + 1)
  }

  #ofCall(node: Of<'CallExpression'>, file: SourceFile, depth: number): Place {
    if (isRequire(node, file)) {
      const path = resolveImport(this.#modules.paths, file.path, literalText(node.arguments[0]) ?? '')
      return (path ? this.#ofExport(path, 'default', depth + 1) : undefined) ?? { node, file }
    }
    const target = this.#calls.targetOf(node) ?? this.#ofInjected(node, file, depth)
    const returned = target && valuesReturned(target.node, target.file).at(-1)
    if (target) return returned ? this.#follow(returned, target.file, depth + 1) : { node, file }
    const same = sameObject(node)
    return same ? this.#follow(same, file, depth + 1) : { node, file }
  }

  /** The method of `this.users.getRouter()`, where `users` was given to the constructor by whoever made it. */
  #ofInjected({ callee }: Of<'CallExpression'>, file: SourceFile, depth: number) {
    if (callee.type !== 'MemberExpression') return undefined
    const made = this.#follow(callee.object, file, depth + 1)
    if (made.node.type !== 'NewExpression') return undefined
    const method = this.#meanings.member(this.#meanings.of(made.node, made.file), keyOf(callee) ?? '')
    return method.kind === 'function' ? method : undefined
  }
}

/** Whether both are properties of the `this` of one class. */
function isOfSameThis(one: Of<'MemberExpression'>, other: Of<'MemberExpression'>): boolean {
  const holder = one.object.type === 'ThisExpression' ? ancestor(one, isClass) : undefined
  return holder !== undefined && holder === ancestor(other, isClass)
}

/** The object a chained call gives back: `router.get(…)` is the router, and `router.routes()` stands for it. */
function sameObject(node: Of<'CallExpression'>): Node | undefined {
  if (node.callee.type !== 'MemberExpression') return undefined
  const name = keyOf(node.callee) ?? ''
  return returnsApp.test(name) || /^(routes|middleware|allowedMethods)$/.test(name) ? node.callee.object : undefined
}
