import { append } from '../../lib/append.ts'
import {
  functionAround,
  isFunction,
  keyOf,
  parameterName,
  pathOf,
  unwrap,
  type CallNode,
  type ClassNode,
  type FunctionNode,
  type Node,
} from '../parse/ast.ts'
import { atOnce } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { exportedName } from './exported-name.ts'
import { declaredTypeOf, implementationsOf, type Implementations } from './implementations.ts'
import { onceMeant, type Meanings } from './meaning.ts'
import { iterationOf } from './repetition.ts'

export type CallSite = { call: CallNode; file: SourceFile }
type Target = { node: FunctionNode; file: SourceFile }
/** A call with the function it is written in, if any, and the one it runs. */
type LinkedCall = CallSite & { around: FunctionNode | undefined; target: Target }

export type CallGraph = {
  /** The project's function a call runs, if it can be told. */
  targetOf: (call: CallNode) => Target | undefined
  /** The calls whose function can be told, in source order. */
  linked: readonly LinkedCall[]
  /** Those that run one of some functions, in source order too. */
  linkedTo: (targets: Iterable<FunctionNode>) => LinkedCall[]
  /** What the functions call, and what modules call while they load (at `undefined`). */
  calledFrom: ReadonlyMap<FunctionNode | undefined, readonly Target[]>
  /** Where a project function is called. */
  sitesOf: (target: FunctionNode) => readonly CallSite[]
  /** Functions passed by name as arguments (handlers, callbacks). */
  passed: ReadonlySet<FunctionNode>
}

/** Links calls to the functions they run; a method of an unknown object is linked when only one function has its name. */
export function readCallGraph(files: readonly SourceFile[], meanings: Meanings): CallGraph {
  const links = new Links(methodsByName(files), implementationsOf(files))
  // The engine compiles a short function that runs often far sooner and once, and nested loops again and again.
  for (const file of files) links.addFile(linksIn(file, meanings))
  return links
}

class Links implements CallGraph {
  readonly linked: LinkedCall[] = []
  readonly passed = new Set<FunctionNode>()
  readonly calledFrom = new Map<FunctionNode | undefined, Target[]>()
  readonly #methods: ReadonlyMap<string, readonly Target[]>
  readonly #implementations: Implementations
  readonly #targets = new Map<CallNode, Target>()
  readonly #sites = new Map<FunctionNode, CallSite[]>()
  /** Where in the list of linked calls those of a function stand. */
  #placesLinked: ReadonlyMap<FunctionNode | undefined, readonly number[]> | undefined

  constructor(methods: ReadonlyMap<string, readonly Target[]>, implementations: Implementations) {
    this.#methods = methods
    this.#implementations = implementations
  }

  readonly targetOf = (call: CallNode): Target | undefined => this.#targets.get(call)
  readonly sitesOf = (target: FunctionNode): readonly CallSite[] => this.#sites.get(target) ?? []
  readonly linkedTo = (targets: Iterable<FunctionNode>): LinkedCall[] => {
    this.#placesLinked ??= Map.groupBy(this.linked.keys(), (place) => this.linked[place]?.target.node)
    const places = [...new Set(targets)].flatMap((target) => this.#placesLinked?.get(target) ?? [])
    return places.sort((one, other) => one - other).flatMap((place) => this.linked[place] ?? [])
  }

  addFile({ calls, passed }: FileLinks): void {
    for (const link of calls) this.#addCall(link)
    for (const node of passed) this.passed.add(node)
  }

  #addCall(link: Link): void {
    const linked = link.kind === 'linked' ? link : this.#byMethod(link)
    if (linked) {
      this.#targets.set(linked.call, linked.target)
      this.linked.push(linked)
      append(this.#sites, linked.target.node, linked)
      append(this.calledFrom, linked.around, linked.target)
    } else if (link.kind === 'any') {
      for (const target of pickedFrom(link)) {
        append(this.#sites, target.node, link)
        append(this.calledFrom, link.around, target)
      }
    } else if (link.kind === 'open') {
      for (const listed of link.listed) append(this.#sites, listed, link)
    }
  }

  #byMethod(link: Link): LinkedCall | undefined {
    if (link.kind !== 'open' || link.method === undefined) return undefined
    const { method, declared } = link
    const own = declared === undefined ? undefined : this.#implementations(declared, method)
    if (own) return { ...link, target: own }
    const candidates = commonNames.has(method) ? undefined : this.#methods.get(method)
    const [target] = candidates ?? []
    return target && candidates?.length === 1 ? { ...link, target } : undefined
  }
}

/** A call whose function is known, or may be by the name of its method, or is each of a list. */
type Link =
  | (LinkedCall & { kind: 'linked' })
  | (CallSite & {
      kind: 'open'
      around: FunctionNode | undefined
      method?: string
      /** The abstract class or interface the object is declared as. */
      declared?: string
      listed: readonly FunctionNode[]
    })
  /** One of the functions of an object or a module, by a name that only running tells. */
  | (CallSite & { kind: 'any'; around: FunctionNode | undefined; among: readonly Target[] | SourceFile })
type FileLinks = { calls: readonly Link[]; passed: readonly FunctionNode[] }

const linksIn = onceMeant((file, meanings): FileLinks => {
  const links: FileLinks & { calls: Link[]; passed: FunctionNode[] } = { calls: [], passed: [] }
  for (const call of file.calls) {
    const link = linkOf(call, file, meanings)
    if (link) links.calls.push(link)
    for (const argument of call.arguments) {
      if (argument.type !== 'Identifier' && argument.type !== 'MemberExpression') continue
      const reference = meanings.functionOf(argument, file)
      if (reference) links.passed.push(reference.node)
    }
  }
  return links
})

function linkOf(call: CallNode, file: SourceFile, meanings: Meanings): Link | undefined {
  const meaning = meanings.of(call.callee, file)
  if (meaning.kind === 'function') {
    return {
      kind: 'linked',
      call,
      file,
      around: functionAround(call),
      target: { node: meaning.node, file: meaning.file },
    }
  }
  if (meaning.kind === 'class') {
    const made = constructorOf(meaning.node)
    return made && { kind: 'open', call, file, around: undefined, listed: [made] }
  }
  const among = functionsAt(call.callee, file, meanings)
  if (among) return { kind: 'any', call, file, around: functionAround(call), among }
  if (meaning.kind === 'unknown' && call.callee.type === 'MemberExpression') {
    const method = keyOf(call.callee)
    const declared = declaredTypeOf(call.callee.object, file)
    return method === undefined || (commonNames.has(method) && declared === undefined)
      ? undefined
      : {
          kind: 'open',
          call,
          file,
          around: functionAround(call),
          method,
          ...(declared === undefined ? {} : { declared }),
          listed: [],
        }
  }
  const listed = listedTargets(call, file, meanings).map(({ node }) => node)
  return listed.length > 0 ? { kind: 'open', call, file, around: undefined, listed } : undefined
}

/** `handlers[name](order)`, or `const handle = handlers[name]` and then `handle(order)`. */
function functionsAt(callee: Node, file: SourceFile, meanings: Meanings): Target[] | SourceFile | undefined {
  const init = callee.type === 'Identifier' ? meanings.binding(callee, file) : undefined
  const member = unwrap(init?.init && init.path.length === 0 ? init.init : callee)
  if (member.type !== 'MemberExpression' || !member.computed || keyOf(member) !== undefined) return undefined
  const holder = meanings.of(member.object, file)
  if (holder.kind === 'module') return holder.file
  if (holder.kind !== 'value' || holder.node.type !== 'ObjectExpression') return undefined
  return holder.node.properties.flatMap((property) =>
    property.type === 'Property' ? (meanings.functionOf(property.value, holder.file) ?? []) : [],
  )
}

/** The functions, or those that a module exports. */
function pickedFrom({ among }: Extract<Link, { kind: 'any' }>): readonly Target[] {
  if (!('functions' in among)) return among
  return among.functions.filter((node) => exportedName(node) !== undefined).map((node) => ({ node, file: among }))
}

/** The constructor a class writes down itself. */
export function constructorOf(of: ClassNode): FunctionNode | undefined {
  const member = of.body.body.find((item) => item.type === 'MethodDefinition' && item.kind === 'constructor')
  return member?.type === 'MethodDefinition' && isFunction(member.value) ? member.value : undefined
}

/** How many parameters were bound before a call: one where the first is the application and the caller does not give it. */
export function boundBefore(target: FunctionNode, call: CallNode): number {
  const first = parameterName(target.params[0])?.name ?? ''
  if (!/^(app|fastify|server)$/.test(first) || call.callee.type !== 'MemberExpression') return 0
  const given = call.arguments[0]
  return given !== undefined && pathOf(given).endsWith(first) ? 0 : 1
}

/** `routes.forEach((route) => route(app))` over a written list calls each function of the list. */
function listedTargets(call: CallNode, file: SourceFile, meanings: Meanings): Target[] {
  if (call.callee.type !== 'Identifier') return []
  const binding = meanings.binding(call.callee, file)
  const iteration = binding?.parameter?.index === 0 ? iterationOf(binding.parameter.of) : undefined
  const list = binding?.itemOf ?? (iteration?.callee.type === 'MemberExpression' ? iteration.callee.object : undefined)
  if (!list) return []
  const meaning = meanings.of(list, file)
  if (meaning.kind !== 'value' || meaning.node.type !== 'ArrayExpression') return []
  return meaning.node.elements.flatMap((item) => (item && meanings.functionOf(item, meaning.file)) ?? [])
}

/** Names that so many libraries use that one definition in the project proves nothing. */
const commonNames = new Set(
  (
    'get set find findOne findAll findById save create update delete remove add push pop then catch finally send json ' +
    'render redirect end on once emit use post put patch map filter forEach reduce some every test exec query run all ' +
    'execute close connect listen log info warn error debug parse stringify toString valueOf call apply bind next done ' +
    'handle init start stop write read open status set header type split join replace match slice trim includes has clear'
  ).split(' '),
)

const namedMethods = atOnce((file: SourceFile) =>
  file.functions.flatMap((node) => {
    const name = methodName(node)
    return name === undefined || commonNames.has(name) ? [] : [{ name, target: { node, file } }]
  }),
)

function methodsByName(files: readonly SourceFile[]): Map<string, Target[]> {
  const methods = new Map<string, Target[]>()
  for (const file of files) {
    for (const { name, target } of namedMethods(file)) {
      append(methods, name, target)
    }
  }
  return methods
}

/** The property or method name under which a function is stored. */
function methodName(node: FunctionNode): string | undefined {
  const parent: Node | null | undefined = node.parent
  if (!parent) return undefined
  if (parent.type === 'MethodDefinition' || parent.type === 'PropertyDefinition') return keyOf(parent)
  if (parent.type === 'Property' && parent.value === node) return keyOf(parent)
  if (parent.type === 'AssignmentExpression' && parent.left.type === 'MemberExpression') return keyOf(parent.left)
  if (parent.type === 'AssignmentExpression' && isFunction(parent.right)) return undefined
  return undefined
}
