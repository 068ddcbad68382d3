import {
  ancestor,
  isClass,
  isFunction,
  keyOf,
  literalText,
  propertyOf,
  unwrap,
  type ClassNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { lookUp, type Binding } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { resolveImport } from './module-paths.ts'
import { isRequire, type Exported, type Modules } from './modules.ts'

/** What an expression stands for, as far as reading can tell. */
export type Meaning =
  /** Something of a package or a global, by dotted name with `()` for calls (`express.Router()`), and the call itself. */
  | { kind: 'package'; name: string; made?: { node: Of<'CallExpression'>; file: SourceFile } }
  | { kind: 'function'; node: FunctionNode; file: SourceFile }
  | { kind: 'class'; node: ClassNode; file: SourceFile }
  | { kind: 'instance'; of: ClassNode | FunctionNode; file: SourceFile }
  | { kind: 'value'; node: Node; file: SourceFile }
  | { kind: 'module'; file: SourceFile }
  /** An interface or a type alias that a file exports. */
  | { kind: 'type' }
  | { kind: 'unknown' }

const unknown: Meaning = { kind: 'unknown' }
const type: Meaning = { kind: 'type' }
const maximumDepth = 24

/** Resolves expressions to meanings across modules; owns the memory of what was resolved. */
export class Meanings {
  readonly #modules: Modules
  readonly #sources: ReadonlyMap<string, SourceFile>
  readonly #known = new Map<Node, Meaning>()
  readonly #exports = new Map<SourceFile, Map<string, Meaning>>()

  constructor(modules: Modules, sources: ReadonlyMap<string, SourceFile>) {
    this.#modules = modules
    this.#sources = sources
  }

  /** The meaning of an expression; `unknown` when it cannot be told. */
  of(node: Node, file: SourceFile, depth = 0): Meaning {
    const inner = unwrap(node)
    const known = this.#known.get(inner)
    if (known) return known
    if (depth > maximumDepth) return unknown
    this.#known.set(inner, unknown)
    const meaning = this.#resolve(inner, file, depth + 1)
    if (meaning !== unknown) this.#known.set(inner, meaning)
    return meaning
  }

  /** The dotted package name an expression stands for, or an empty string. */
  nameOf(node: Node, file: SourceFile): string {
    const meaning = this.of(node, file)
    return meaning.kind === 'package' ? meaning.name : ''
  }

  /** The project's function an expression stands for. */
  functionOf(node: Node, file: SourceFile): { node: FunctionNode; file: SourceFile } | undefined {
    const meaning = this.of(node, file)
    return meaning.kind === 'function' ? meaning : undefined
  }

  binding(node: Of<'Identifier'>, file: SourceFile): Binding | undefined {
    return lookUp(file.scopes, node, node.name)
  }

  #resolve(node: Node, file: SourceFile, depth: number): Meaning {
    switch (node.type) {
      case 'Identifier':
        return this.#ofIdentifier(node, file, depth)
      case 'MemberExpression':
        return this.member(this.of(node.object, file, depth), keyOf(node) ?? '[]', depth)
      case 'CallExpression':
        return this.#ofCall(node, file, depth)
      case 'NewExpression':
        return this.#construct(this.of(node.callee, file, depth))
      case 'ThisExpression':
        return this.#ofThis(node, file)
      case 'ImportExpression':
        return this.#ofModule(literalText(node.source) ?? '', file, '*')
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return { kind: 'function', node, file }
      case 'ClassDeclaration':
      case 'ClassExpression':
        return { kind: 'class', node, file }
      case 'AssignmentExpression':
        return this.of(node.right, file, depth)
      case 'LogicalExpression':
        return this.of(node.operator === '&&' ? node.right : node.left, file, depth)
      case 'ExportSpecifier':
        return this.#ofReExport(node, file, depth)
      case 'ExportAllDeclaration':
        return this.#ofModule(node.source.value, file, '*')
      default:
        return { kind: 'value', node, file }
    }
  }

  #ofIdentifier(node: Of<'Identifier'>, file: SourceFile, depth: number): Meaning {
    const binding = this.binding(node, file)
    if (!binding) return globals.has(node.name) ? { kind: 'package', name: node.name } : unknown
    return this.ofBinding(binding, file, depth)
  }

  ofBinding(binding: Binding, file: SourceFile, depth: number): Meaning {
    if (binding.imported) return this.#ofModule(binding.imported.source, file, binding.imported.name)
    if (binding.kind === 'parameter' && binding.parameter) return this.#ofParameter(binding, file, depth)
    const only = binding.init ?? (binding.writes.length === 1 ? binding.writes[0] : undefined)
    if (!only || binding.itemOf) return this.#ofAnnotation(binding.annotation, file, depth)
    let meaning = this.of(only, file, depth)
    for (const key of binding.path) meaning = this.member(meaning, key, depth)
    if (meaning.kind === 'unknown' || meaning.kind === 'value') {
      const typed = this.#ofAnnotation(binding.annotation, file, depth)
      if (typed.kind !== 'unknown') return typed
    }
    return meaning
  }

  #ofParameter(binding: Binding, file: SourceFile, depth: number): Meaning {
    const typed = this.#ofAnnotation(binding.annotation, file, depth)
    if (typed.kind !== 'unknown' || !binding.parameter || binding.path.length > 0) return typed
    return unknown
  }

  /** An instance of the type a name is annotated with; a name may be annotated with itself. */
  #ofAnnotation(annotation: Node | undefined, file: SourceFile, depth: number): Meaning {
    if (depth > maximumDepth) return unknown
    const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : annotation
    if (type?.type !== 'TSTypeReference') return unknown
    const parts = typeNames(type.typeName)
    const head = parts[0]
    if (head === undefined) return unknown
    const binding = lookUp(file.scopes, file.program, head)
    if (!binding) return unknown
    let meaning = this.ofBinding(binding, file, depth + 1)
    for (const part of parts.slice(1)) meaning = this.member(meaning, part, depth + 1)
    return this.#construct(meaning)
  }

  #ofModule(source: string, file: SourceFile, name: string): Meaning {
    const path = resolveImport(this.#modules.paths, file.path, source)
    if (path === undefined) {
      if (source.startsWith('.')) return unknown
      const base = source.replace(/^node:/, '').replaceAll('/', source.startsWith('@') ? '/' : '.')
      return { kind: 'package', name: name === 'default' || name === '*' ? base : `${base}.${name}` }
    }
    const target = this.#sources.get(path)
    if (!target) return unknown
    return name === '*' ? { kind: 'module', file: target } : this.#exported(target, name, 0)
  }

  #exported(file: SourceFile, name: string, depth: number): Meaning {
    let exported = this.#exports.get(file)
    if (!exported) this.#exports.set(file, (exported = new Map()))
    const known = exported.get(name)
    if (known) return known
    exported.set(name, unknown)
    const meaning = this.#findExported(file, name, depth)
    exported.set(name, meaning)
    return meaning
  }

  #findExported(file: SourceFile, name: string, depth: number): Meaning {
    const table = this.#modules.exportsOf.get(file.path)
    if (!table || depth > maximumDepth) return unknown
    if (name === 'default') return table.whole ? this.#ofExported(table.whole) : { kind: 'module', file }
    const direct = table.named.get(name)
    if (direct) return this.#ofExported(direct)
    for (const star of table.stars) {
      if (!this.#mayExport(star, name)) continue
      const target = this.#sources.get(star)
      const found = target && this.#exported(target, name, depth + 1)
      if (found && found.kind !== 'unknown') return found
    }
    return table.whole ? this.member(this.#ofExported(table.whole), name, depth + 1) : unknown
  }

  /** Barrels re-export hundreds of files: those that cannot have the name are passed over. */
  #mayExport(path: string, name: string): boolean {
    const table = this.#modules.exportsOf.get(path)
    return table !== undefined && (table.named.has(name) || table.stars.length > 0 || table.whole !== undefined)
  }

  #ofExported(exported: Exported): Meaning {
    return exported.isType ? type : this.of(exported.node, exported.file, 1)
  }

  #ofReExport(node: Of<'ExportSpecifier'>, file: SourceFile, depth: number): Meaning {
    const declaration = node.parent?.type === 'ExportNamedDeclaration' ? node.parent : undefined
    const local = node.local.type === 'Literal' ? node.local.value : node.local.name
    if (declaration?.source) return this.#ofModule(declaration.source.value, file, local)
    const binding = lookUp(file.scopes, file.program, local)
    return binding ? this.ofBinding(binding, file, depth) : unknown
  }

  /** The meaning of a property of what a meaning stands for. */
  member(of: Meaning, key: string, depth: number): Meaning {
    switch (of.kind) {
      case 'package':
        return key === 'default' ? of : { kind: 'package', name: `${of.name}.${key}` }
      case 'module':
        return this.#exported(of.file, key, depth)
      case 'instance':
        return this.#memberOfInstance(of.of, of.file, key, depth)
      case 'class':
        return this.#memberOfClass(of.node, of.file, key, depth, true)
      case 'value':
        return this.#memberOfValue(of.node, of.file, key, depth)
      case 'function':
        return this.#propertyAssigned(of.node, of.file, key, depth)
      default:
        return unknown
    }
  }

  #memberOfValue(node: Node, file: SourceFile, key: string, depth: number): Meaning {
    const value = propertyOf(node, key)
    if (value) return this.of(value, file, depth)
    if (node.type !== 'ObjectExpression') return unknown
    return this.#propertyAssigned(node, file, key, depth)
  }

  /** `name.key = value` written elsewhere in the file for the variable that holds the object or function. */
  #propertyAssigned(holder: Node, file: SourceFile, key: string, depth: number): Meaning {
    const name = holderName(holder)
    if (name === undefined) return unknown
    for (const assignment of file.assignments) {
      const left = assignment.left
      if (left.type !== 'MemberExpression' || keyOf(left) !== key) continue
      if (left.object.type === 'Identifier' && left.object.name === name) return this.of(assignment.right, file, depth)
      if (isPrototypeOf(left.object, name)) return this.of(assignment.right, file, depth)
    }
    return unknown
  }

  #memberOfInstance(of: ClassNode | FunctionNode, file: SourceFile, key: string, depth: number): Meaning {
    if (isClass(of)) return this.#memberOfClass(of, file, key, depth, false)
    const name = holderName(of)
    for (const assignment of file.assignments) {
      const left = assignment.left
      if (left.type !== 'MemberExpression' || keyOf(left) !== key) continue
      const inside = left.object.type === 'ThisExpression' && of.start <= left.start && left.end <= of.end
      if (inside || (name !== undefined && isPrototypeOf(left.object, name)))
        return this.of(assignment.right, file, depth)
    }
    return unknown
  }

  #memberOfClass(of: ClassNode, file: SourceFile, key: string, depth: number, isStatic: boolean): Meaning {
    for (const item of of.body.body) {
      if (
        item.type === 'MethodDefinition' &&
        keyOf(item) === key &&
        item.static === isStatic &&
        isFunction(item.value)
      ) {
        return item.kind === 'get' ? unknown : { kind: 'function', node: item.value, file }
      }
      if (item.type === 'PropertyDefinition' && keyOf(item) === key && item.static === isStatic) {
        if (item.value) return this.of(item.value, file, depth)
        return this.#ofAnnotation(item.typeAnnotation ?? undefined, file, depth)
      }
      if (item.type === 'MethodDefinition' && item.kind === 'constructor') {
        const found = this.#fromConstructor(item.value, file, key, depth)
        if (found) return found
      }
    }
    // `#sessions` is private to the class that declares it.
    if (!of.superClass || key.startsWith('#')) return unknown
    const parent = this.of(of.superClass, file, depth)
    if (parent.kind === 'class') return this.#memberOfClass(parent.node, parent.file, key, depth + 1, isStatic)
    return parent.kind === 'package' ? { kind: 'package', name: `${parent.name}().${key}` } : unknown
  }

  #fromConstructor(constructor: FunctionNode, file: SourceFile, key: string, depth: number): Meaning | undefined {
    for (const parameter of constructor.params) {
      if (parameter.type !== 'TSParameterProperty') continue
      const name = parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter
      if (name.type === 'Identifier' && name.name === key) {
        return this.#ofAnnotation(name.typeAnnotation ?? undefined, file, depth)
      }
    }
    for (const assignment of file.assignments) {
      const left = assignment.left
      if (left.type !== 'MemberExpression' || left.object.type !== 'ThisExpression' || keyOf(left) !== key) continue
      if (constructor.start <= left.start && left.end <= constructor.end) return this.of(assignment.right, file, depth)
    }
    return undefined
  }

  #ofCall(node: Of<'CallExpression'>, file: SourceFile, depth: number): Meaning {
    if (isRequire(node, file)) return this.#ofModule(literalText(node.arguments[0]) ?? '', file, 'default')
    const callee = this.of(node.callee, file, depth)
    const first = node.arguments[0]
    if (callee.kind === 'package') {
      if (first && passThrough.test(callee.name)) return this.of(first, file, depth)
      return { kind: 'package', name: `${callee.name}()`, made: { node, file } }
    }
    if (node.callee.type === 'MemberExpression' && keyOf(node.callee) === 'bind')
      return this.of(node.callee.object, file, depth)
    if (callee.kind === 'function') {
      const returned = this.#returned(callee.node, callee.file, depth)
      // A wrapper such as `catchAsync(handler)` stands for the handler it wraps.
      if (returned.kind === 'function' && first && node.arguments.length === 1) {
        const wrapped = this.of(first, file, depth)
        if (wrapped.kind === 'function') return wrapped
      }
      return returned
    }
    return unknown
  }

  /** What a project function gives back when it has one return that means something. */
  #returned(of: FunctionNode, file: SourceFile, depth: number): Meaning {
    if (of.body && of.body.type !== 'BlockStatement') return this.of(of.body, file, depth)
    if (depth > 8) return unknown
    const returns = file.returns.filter((item) => item.argument && ancestor(item, isFunction) === of)
    const only = returns.length === 1 ? returns[0]?.argument : undefined
    return only ? this.of(only, file, depth) : unknown
  }

  #construct(of: Meaning): Meaning {
    if (of.kind === 'package') return { kind: 'package', name: `${of.name}()` }
    if (of.kind === 'class' || of.kind === 'function') return { kind: 'instance', of: of.node, file: of.file }
    return unknown
  }

  #ofThis(node: Node, file: SourceFile): Meaning {
    const holder = ancestor(node, (at) => isClass(at) || (isFunction(at) && at.type !== 'ArrowFunctionExpression'))
    if (!holder) return unknown
    if (isClass(holder)) return { kind: 'instance', of: holder, file }
    const around = holder.parent
    if (around?.type === 'MethodDefinition' && isClass(around.parent?.parent)) {
      return { kind: 'instance', of: around.parent.parent, file }
    }
    if (around?.type === 'Property' && around.parent?.type === 'ObjectExpression') {
      return { kind: 'value', node: around.parent, file }
    }
    return isFunction(holder) ? { kind: 'instance', of: holder, file } : unknown
  }
}

const passThrough = /(^|\.)(promisify|promisifyAll|promisifyAll|asyncHandler|wrap|freeze)$|^express-async-handler$/

const globals = new Set(
  (
    'process console Math JSON Object Array Promise Buffer eval Function fetch setTimeout setInterval setImmediate ' +
    'clearTimeout clearInterval ' +
    'queueMicrotask globalThis global escape unescape encodeURIComponent decodeURIComponent encodeURI parseInt ' +
    'parseFloat Number String Boolean Date RegExp Error URL URLSearchParams crypto structuredClone Reflect Symbol Map Set'
  ).split(' '),
)

function holderName(holder: Node): string | undefined {
  if ((isFunction(holder) || isClass(holder)) && holder.id) return holder.id.name
  const parent = holder.parent
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name
  if (parent?.type === 'AssignmentExpression' && parent.left.type === 'Identifier') return parent.left.name
  if (parent?.type === 'AssignmentExpression' && parent.left.type === 'MemberExpression') {
    return parent.parent?.type === 'VariableDeclarator' && parent.parent.id.type === 'Identifier'
      ? parent.parent.id.name
      : undefined
  }
  return undefined
}

function isPrototypeOf(node: Node, name: string): boolean {
  return (
    node.type === 'MemberExpression' &&
    keyOf(node) === 'prototype' &&
    node.object.type === 'Identifier' &&
    node.object.name === name
  )
}

function typeNames(node: Node): string[] {
  if (node.type === 'Identifier') return [node.name]
  if (node.type === 'TSQualifiedName') return [...typeNames(node.left), node.right.name]
  return []
}
