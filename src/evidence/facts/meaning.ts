import {
  ancestor,
  isClass,
  isFunction,
  keyOf,
  literalText,
  unwrap,
  type ClassNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { resultsOf } from '../parse/returns.ts'
import { lookUp, type Binding } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Exported } from './exports.ts'
import { generatedPackage } from './generated-modules.ts'
import { isRequire } from './imports.ts'
import { memberOf } from './members.ts'
import { ModuleLinks } from './module-links.ts'
import { changedExports, passedOn, type Modules } from './modules.ts'
import { Settled, type Ground } from './settled.ts'

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
const pending: Meaning = { kind: 'unknown' }
/** Resolves expressions to meanings across modules; owns the memory of what was resolved. */
export class Meanings {
  readonly #modules: Modules
  readonly #sources: ReadonlyMap<string, SourceFile>
  readonly #settled = new Settled<Meaning>(unknown, pending)
  readonly #links: ModuleLinks

  /** Takes over what still holds of the meanings of an earlier state of the files. */
  constructor(modules: Modules, sources: ReadonlyMap<string, SourceFile>, before?: Meanings) {
    this.#modules = modules
    this.#sources = sources
    this.#links = new ModuleLinks(modules)
    if (before) this.#settled.takeOver(before.#settled, sources.values(), this.#changedSince(before))
  }

  /** The meaning of an expression; `unknown` when it cannot be told. */
  of(node: Node, file: SourceFile): Meaning {
    const inner = unwrap(node)
    return this.#settled.open(file, inner) ?? this.#settled.close(this.#resolve(inner, file))
  }

  /** What a reader made of a file and its meanings, read anew when one of those changed; `reader` is its own number. */
  keep<Fact>(file: SourceFile, reader: number, read: () => Fact): Fact {
    return this.#settled.keep(file, reader, read)
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

  /** The dotted package name that a function of the project gives back, or an empty string. */
  nameGivenBy(node: FunctionNode, file: SourceFile): string {
    const meaning = this.#returned(node, file)
    return meaning.kind === 'package' ? meaning.name : ''
  }

  binding(node: Of<'Identifier'>, file: SourceFile): Binding | undefined {
    return lookUp(file.scopes, node, node.name)
  }

  #changedSince(before: Meanings): Set<Ground> {
    const changed = new Set<Ground>(changedExports(before.#modules, this.#modules))
    for (const [path, file] of before.#sources) if (this.#sources.get(path) !== file) changed.add(file)
    for (const file of this.#links.takeOver(before.#links, (file) => changed.has(file))) changed.add(file)
    return changed
  }

  #resolve(node: Node, file: SourceFile): Meaning {
    switch (node.type) {
      case 'Identifier':
        return this.#ofIdentifier(node, file)
      case 'MemberExpression':
        return this.member(this.of(node.object, file), keyOf(node) ?? constantKey(node, file) ?? '[]')
      case 'CallExpression':
        return this.#ofCall(node, file)
      case 'NewExpression':
        return this.#construct(this.of(node.callee, file))
      case 'ThisExpression':
        return this.#ofThis(node, file)
      case 'Super':
        return this.#ofSuper(this.#ofThis(node, file))
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
        return this.of(node.right, file)
      case 'LogicalExpression':
        return this.#ofEither(node, file)
      case 'ConditionalExpression':
        return this.#ofChoice(node, file)
      case 'ExportSpecifier':
        return this.#ofReExport(node, file)
      case 'ExportAllDeclaration':
        return this.#ofModule(node.source.value, file, '*')
      default:
        return { kind: 'value', node, file }
    }
  }

  /** `globalThis.prisma ?? new PrismaClient()`: what is kept from an earlier load is what would be made now. */
  #ofEither({ operator, left, right }: Of<'LogicalExpression'>, file: SourceFile): Meaning {
    const first = operator === '&&' ? unknown : this.of(left, file)
    const isKept = first.kind === 'package' && /^global(This)?\./.test(first.name)
    return first.kind === 'unknown' || isKept ? this.of(right, file) : first
  }

  /** `url.startsWith('https') ? https : http`: packages that are chosen between are used alike. */
  #ofChoice(node: Of<'ConditionalExpression'>, file: SourceFile): Meaning {
    const [first, second] = [node.consequent, node.alternate].map((item) => this.of(item, file))
    return first?.kind === 'package' && second?.kind === 'package' ? first : { kind: 'value', node, file }
  }

  #ofIdentifier(node: Of<'Identifier'>, file: SourceFile): Meaning {
    const binding = this.binding(node, file)
    if (!binding) return globals.has(node.name) ? { kind: 'package', name: node.name } : unknown
    return this.ofBinding(binding, file)
  }

  ofBinding(binding: Binding, file: SourceFile): Meaning {
    if (binding.imported) {
      const { source, name } = binding.imported
      return this.#settled.open(file, binding) ?? this.#settled.close(this.#ofModule(source, file, name))
    }
    if (binding.kind === 'parameter' && binding.parameter) return this.#ofParameter(binding, file)
    const only = binding.init ?? (binding.writes.length === 1 ? binding.writes[0] : undefined)
    if (!only || binding.itemOf) return this.ofAnnotation(binding.annotation, file)
    let meaning = this.of(only, file)
    for (const key of binding.path) meaning = this.member(meaning, key)
    if (meaning.kind === 'unknown' || meaning.kind === 'value') {
      const typed = this.ofAnnotation(binding.annotation, file)
      if (typed.kind !== 'unknown') return typed
    }
    return meaning
  }

  #ofParameter(binding: Binding, file: SourceFile): Meaning {
    const typed = this.ofAnnotation(binding.annotation, file)
    if (typed.kind !== 'unknown' || !binding.parameter || binding.path.length > 0) return typed
    return unknown
  }

  /** An instance of the type a name is annotated with; a name may be annotated with itself. */
  ofAnnotation(annotation: Node | undefined, file: SourceFile): Meaning {
    const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : annotation
    if (type?.type !== 'TSTypeReference') return unknown
    return this.#settled.open(file, type) ?? this.#settled.close(this.#ofType(type, file))
  }

  #ofType(type: Of<'TSTypeReference'>, file: SourceFile): Meaning {
    const parts = typeNames(type.typeName)
    const head = parts[0]
    if (head === undefined) return unknown
    const binding = lookUp(file.scopes, file.program, head)
    if (!binding) return unknown
    let meaning = this.ofBinding(binding, file)
    for (const part of parts.slice(1)) meaning = this.member(meaning, part)
    return this.#construct(meaning)
  }

  #ofModule(source: string, file: SourceFile, name: string): Meaning {
    const path = this.#links.pathOf(source, file)
    if (path === undefined) {
      if (/^(\.|@\/|~|#)/.test(source)) {
        const generated = generatedPackage(source, name)
        return generated === undefined ? unknown : { kind: 'package', name: generated }
      }
      const base = source.replace(/^node:/, '').replaceAll('/', source.startsWith('@') ? '/' : '.')
      return { kind: 'package', name: name === 'default' || name === '*' ? base : `${base}.${name}` }
    }
    const target = this.#sources.get(path)
    if (!target) return unknown
    this.#settled.restOn(target)
    return name === '*' ? { kind: 'module', file: target } : this.#exported(target, name)
  }

  #exported(file: SourceFile, name: string): Meaning {
    return this.#settled.open(file, name) ?? this.#settled.close(this.#findExported(file, name))
  }

  #findExported(file: SourceFile, name: string): Meaning {
    const table = this.#modules.exportsOf.get(file.path)
    if (!table) return unknown
    if (name === 'default') return table.whole ? this.#ofExported(table.whole) : { kind: 'module', file }
    const direct = table.named.get(name)
    if (direct) return this.#ofExported(direct)
    this.#settled.restOn(passedOn)
    this.#settled.restOn(name)
    for (const star of table.stars) {
      if (!this.#links.mayExport(star, name)) continue
      const target = this.#sources.get(star)
      const found = target && this.#exported(target, name)
      if (found && found.kind !== 'unknown') return found
    }
    return table.whole ? this.member(this.#ofExported(table.whole), name) : unknown
  }

  #ofExported(exported: Exported): Meaning {
    this.#settled.restOn(exported.file)
    return exported.isType ? type : this.of(exported.node, exported.file)
  }

  #ofReExport(node: Of<'ExportSpecifier'>, file: SourceFile): Meaning {
    const declaration = node.parent?.type === 'ExportNamedDeclaration' ? node.parent : undefined
    const local = node.local.type === 'Literal' ? node.local.value : node.local.name
    if (declaration?.source) return this.#ofModule(declaration.source.value, file, local)
    const binding = lookUp(file.scopes, file.program, local)
    return binding ? this.ofBinding(binding, file) : unknown
  }

  /** The meaning of a property of what a meaning stands for. */
  member(of: Meaning, key: string): Meaning {
    switch (of.kind) {
      case 'package':
        return key === 'default' ? of : { kind: 'package', name: `${of.name}.${key}` }
      case 'module':
        return this.#exported(of.file, key)
      case 'type':
      case 'unknown':
        return unknown
      default:
        return memberOf(of, key, this)
    }
  }

  #ofCall(node: Of<'CallExpression'>, file: SourceFile): Meaning {
    if (isRequire(node, file)) return this.#ofModule(literalText(node.arguments[0]) ?? '', file, 'default')
    const callee = this.of(node.callee, file)
    const first = node.arguments[0]
    if (callee.kind === 'package') {
      if (first && passThrough.test(callee.name)) return this.of(first, file)
      // A container hands out an instance of the class it is asked for.
      const asked = first && /\.(get|resolve)$/.test(callee.name) ? this.of(first, file) : undefined
      if (asked?.kind === 'class') return this.#construct(asked)
      return { kind: 'package', name: `${callee.name}()`, made: { node, file } }
    }
    if (node.callee.type === 'MemberExpression' && keyOf(node.callee) === 'bind')
      return this.of(node.callee.object, file)
    if (callee.kind === 'function') {
      const returned = this.#returned(callee.node, callee.file)
      // A wrapper such as `catchAsync(handler)` stands for the handler it wraps.
      if (returned.kind === 'function' && first && node.arguments.length === 1) {
        const wrapped = this.of(first, file)
        if (wrapped.kind === 'function') return wrapped
      }
      return returned
    }
    return unknown
  }

  /** What a project function gives back when it has one return that means something. */
  #returned(of: FunctionNode, file: SourceFile): Meaning {
    const [only, ...more] = resultsOf(of, file)
    return only && more.length === 0 ? this.of(only, file) : unknown
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
    const owner = around?.type === 'MethodDefinition' ? around.parent?.parent : undefined
    if (around?.type === 'MethodDefinition' && isClass(owner)) {
      return around.static ? { kind: 'class', node: owner, file } : { kind: 'instance', of: owner, file }
    }
    if (around?.type === 'Property' && around.parent?.type === 'ObjectExpression') {
      return { kind: 'value', node: around.parent, file }
    }
    return isFunction(holder) ? { kind: 'instance', of: holder, file } : unknown
  }

  #ofSuper(own: Meaning): Meaning {
    if (own.kind === 'class' && own.node.superClass) return this.of(own.node.superClass, own.file)
    if (own.kind !== 'instance' || !isClass(own.of) || !own.of.superClass) return unknown
    return this.#construct(this.of(own.of.superClass, own.file))
  }
}

let readers = 0

/** As `once`, of a file and what its expressions mean: kept until one of the files that those rest on changes. */
export function onceMeant<Fact>(
  read: (file: SourceFile, meanings: Meanings) => Fact,
): (file: SourceFile, meanings: Meanings) => Fact {
  const reader = readers
  readers += 1
  return (file, meanings) => meanings.keep(file, reader, () => read(file, meanings))
}

/** `library[method]` where the name is a constant of the file. */
function constantKey(node: Of<'MemberExpression'>, file: SourceFile): string | undefined {
  const name = node.property
  const binding = name.type === 'Identifier' ? lookUp(file.scopes, name, name.name) : undefined
  return binding?.kind === 'const' && binding.path.length === 0 ? literalText(binding.init) : undefined
}

const passThrough = /(^|\.)(promisify|promisifyAll|promisifyAll|asyncHandler|wrap|freeze)$|^express-async-handler$/

const globals = new Set(
  (
    'process console Math JSON Object Array Promise Buffer eval Function fetch setTimeout setInterval setImmediate ' +
    'clearTimeout clearInterval ' +
    'queueMicrotask globalThis global escape unescape encodeURIComponent decodeURIComponent encodeURI decodeURI parseInt ' +
    'parseFloat Number String Boolean Date RegExp Error URL URLSearchParams crypto structuredClone Reflect Symbol Map Set'
  ).split(' '),
)

function typeNames(node: Node): string[] {
  if (node.type === 'Identifier') return [node.name]
  if (node.type === 'TSQualifiedName') return [...typeNames(node.left), node.right.name]
  return []
}
