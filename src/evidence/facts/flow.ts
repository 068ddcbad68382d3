import { isFunction, keyOf, literalText, unwrap, type FunctionNode, type Node, type Of } from '../parse/ast.ts'
import { once } from '../parse/once.ts'
import { lookUp, type Binding } from '../parse/scopes.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import { boundBefore, type CallGraph, type CallSite } from './call-graph.ts'
import type { Handler } from './handlers.ts'
import type { Meanings } from './meaning.ts'
import { iterationOf } from './repetition.ts'
import { inputAt, inputOfDecorator, type InputKind } from './request-input.ts'
import { effectOf, markByName, methodDrops, type Mark } from './sanitizers.ts'

export type FlowStep = { file: string; line: number; text: string }

/** A way request input takes to an expression. */
export type Trace = {
  kind: InputKind
  source: { file: SourceFile; node: Node; line: number; text: string }
  steps: readonly FlowStep[]
  marks: ReadonlySet<Mark>
  handler?: Handler
  /** Names the value goes by on the way, for finding checks on them. */
  bindings: readonly Binding[]
  /** The value has been put into a text, so it can no longer be an object. */
  inText: boolean
  /** Keys read below the input kind: `req.body.user.name` gives `['user', 'name']`. */
  keys: readonly string[]
}

export type Flow = {
  /** How request input reaches an expression; undefined when it does not, as far as the bounds allow to see. */
  trace: (node: Node, file: SourceFile) => Trace | undefined
  /** How often a bound cut the search short. */
  cuts: () => number
}

type Inputs = { meanings: Meanings; calls: CallGraph; handlers: ReadonlyMap<FunctionNode, Handler> }
type Place = { file: SourceFile; depth: number; sites: ReadonlyMap<FunctionNode, CallSite>; seen: ReadonlySet<Node> }

const maximumDepth = 30
const maximumSites = 5
const maximumWork = 4000

/** Traces request input backwards from an expression through names, calls and modules; bounded in depth and work. */
export function readFlow({ meanings, calls, handlers }: Inputs): Flow {
  let work = 0
  let cuts = 0

  const trace = (node: Node, file: SourceFile): Trace | undefined => {
    work = 0
    return follow(node, [], { file, depth: 0, sites: new Map(), seen: new Set() })
  }

  const follow = (node: Node, path: readonly string[], place: Place): Trace | undefined => {
    work += 1
    if (place.depth > maximumDepth || work > maximumWork) {
      cuts += 1
      return undefined
    }
    const inner = unwrap(node)
    const next = { ...place, depth: place.depth + 1 }
    switch (inner.type) {
      case 'Identifier':
        return followName(inner, path, next)
      case 'MemberExpression': {
        const key = keyOf(inner)
        if (key === 'length' || key === 'size') return undefined
        return followMember(inner, [key ?? '[]', ...path], next)
      }
      case 'CallExpression':
        return followCall(inner, path, next)
      case 'NewExpression':
        return followNew(inner, next)
      case 'TemplateLiteral':
        return asText(first(inner.expressions, (item) => follow(item, [], next)))
      case 'TaggedTemplateExpression':
        return undefined
      case 'BinaryExpression':
        if (inner.operator !== '+') return undefined
        return asText(follow(inner.left, [], next) ?? follow(inner.right, [], next))
      case 'LogicalExpression':
        return follow(inner.left, path, next) ?? follow(inner.right, path, next)
      case 'ConditionalExpression':
        return follow(inner.consequent, path, next) ?? follow(inner.alternate, path, next)
      case 'AssignmentExpression':
        return follow(inner.right, path, next)
      case 'SequenceExpression': {
        const last = inner.expressions.at(-1)
        return last ? follow(last, path, next) : undefined
      }
      case 'ArrayExpression':
        return first(inner.elements, (item) => (item ? follow(item, path.slice(1), next) : undefined))
      case 'SpreadElement':
        return follow(inner.argument, path, next)
      case 'ObjectExpression':
        return followObject(inner, path, next)
      default:
        return undefined
    }
  }

  const followObject = (node: Of<'ObjectExpression'>, path: readonly string[], place: Place): Trace | undefined =>
    first(node.properties, (property) => {
      if (property.type === 'SpreadElement') return follow(property.argument, path, place)
      const [head, ...rest] = path
      if (head !== undefined && head !== '*' && head !== '[]' && keyOf(property) !== head) return undefined
      return isFunction(property.value) ? undefined : follow(property.value, rest, place)
    })

  const followMember = (node: Of<'MemberExpression'>, path: readonly string[], place: Place): Trace | undefined =>
    follow(node.object, path, place)

  const followName = (node: Of<'Identifier'>, path: readonly string[], place: Place): Trace | undefined => {
    const binding = lookUp(place.file.scopes, node, node.name)
    if (!binding) return followUndeclared(node, path, place)
    if (place.seen.has(binding.node)) return undefined
    const inside = { ...place, seen: new Set([...place.seen, binding.node]) }
    const found =
      binding.kind === 'parameter'
        ? followParameter(binding, node, path, inside)
        : followVariable(binding, path, inside)
    return found && withStep(found, binding, node, place.file)
  }

  /** A name that is declared nowhere holds what the same function assigned to it before. */
  const followUndeclared = (node: Of<'Identifier'>, path: readonly string[], place: Place): Trace | undefined => {
    if (place.seen.has(node)) return undefined
    const around = enclosing(node)
    const write = undeclaredWrites(place.file)
      .get(node.name)
      ?.findLast((item) => item.start < node.start && around !== undefined && item.start > around.start)
    return write && follow(write.right, path, { ...place, seen: new Set([...place.seen, node]) })
  }

  const followVariable = (binding: Binding, path: readonly string[], place: Place): Trace | undefined => {
    if (binding.itemOf) {
      const found = follow(binding.itemOf, [...binding.path, ...path], place)
      if (found) return found
    }
    if (binding.kind === 'function' || binding.kind === 'class' || binding.kind === 'import') return undefined
    const initial = binding.init && follow(binding.init, [...binding.path, ...path], place)
    return (
      initial ??
      first(binding.writes.slice(0, 8), (write) => follow(write, path, place)) ??
      followPropertyWrites(binding, path, place)
    )
  }

  /** `data.name = req.body.name` taints `data` and `data.name`. */
  const followPropertyWrites = (binding: Binding, path: readonly string[], place: Place): Trace | undefined => {
    const writes = propertyWrites(place.file).get(binding.node)
    if (!writes) return undefined
    const [head] = path
    return first(writes.slice(0, 12), (write) =>
      head === undefined || head === '[]' || keyOf(write.left) === head
        ? follow(write.right, path.slice(1), place)
        : undefined,
    )
  }

  const followParameter = (binding: Binding, node: Node, path: readonly string[], place: Place): Trace | undefined => {
    const declared = binding.parameter
    if (!declared) return undefined
    const whole = [...binding.path, ...path]
    const handler = handlers.get(declared.of)
    const source = handler && inputFrom(handler, binding, whole)
    if (handler && source) return start(source.kind, source.keys, node, place.file, binding, handler)
    if (handler && handler.request !== undefined && isRoleOf(handler, binding)) return undefined
    const message = messageInput(declared.of, declared.index) ?? credentials(declared.of, binding.name)
    if (message) return start(message, whole, node, place.file, binding, handler)
    const item = iterationOf(declared.of)
    if (item && declared.index === 0 && item.callee.type === 'MemberExpression') {
      return follow(item.callee.object, whole, place)
    }
    const then = promiseBefore(declared.of)
    if (then && declared.index === 0) return follow(then, whole, place)
    return followToCallers(declared.of, declared.index, whole, place)
  }

  const followToCallers = (
    target: FunctionNode,
    index: number,
    path: readonly string[],
    place: Place,
  ): Trace | undefined => {
    const fixed = place.sites.get(target)
    const sites = fixed ? [fixed] : calls.sitesOf(target)
    if (sites.length > maximumSites) cuts += 1
    return first(sites.slice(0, maximumSites), (site) => {
      const argument = site.call.arguments[index - boundBefore(target, site.call)]
      return argument && follow(argument, path, { ...place, file: site.file })
    })
  }

  const followCall = (node: Of<'CallExpression'>, path: readonly string[], place: Place): Trace | undefined => {
    const callee = unwrap(node.callee)
    if (callee.type === 'MemberExpression') {
      const name = keyOf(callee) ?? '[]'
      const accessor = follow(callee.object, [name, '()'], place)
      if (accessor && accessorKinds.has(name) && isRequestAccess(accessor)) return accessor
    }
    const target = calls.targetOf(node)
    const name = meanings.nameOf(callee, place.file)
    if (name !== '') return followLibrary(node, name, path, place)
    if (target) return followTarget(node, target, path, place)
    return callee.type === 'MemberExpression' ? followMethod(node, callee, path, place) : undefined
  }

  const followMethod = (
    node: Of<'CallExpression'>,
    callee: Of<'MemberExpression'>,
    path: readonly string[],
    place: Place,
  ): Trace | undefined => {
    const name = keyOf(callee) ?? ''
    if (methodDrops(name)) return undefined
    // `ids.map(() => '?')` keeps nothing of the ids.
    const [mapped] = node.arguments
    if (name === 'map' && mapped?.type === 'ArrowFunctionExpression' && literalText(mapped.body) !== undefined)
      return undefined
    const mark = textMethods.has(name) ? 'string' : markByName(name)
    if (valueMethods.has(name)) {
      const receiver = follow(callee.object, arrayMethods.has(name) ? path : [], place)
      if (receiver) return withMark(receiver, mark)
      if (name === 'concat' || name === 'replace' || name === 'push')
        return first(node.arguments, (item) => follow(item, [], place))
      return undefined
    }
    if (!mark) return undefined
    const cleaned = first(node.arguments.slice(0, 2), (item) => follow(item, path, place))
    return cleaned && withMark(cleaned, mark)
  }

  const followLibrary = (
    node: Of<'CallExpression'>,
    name: string,
    path: readonly string[],
    place: Place,
  ): Trace | undefined => {
    const callee = unwrap(node.callee)
    const effect = effectOf(name)
    if (effect?.kind === 'drop') return undefined
    if (effect) {
      const keep = /^(JSON\.parse|Object\.assign|structuredClone|Promise\.)/.test(name) ? path : []
      const found = first(node.arguments, (item) => follow(item, keep, place))
      return found && withMark(found, effect.mark)
    }
    const mark = markByName(name.split('.').at(-1) ?? '')
    if (mark) {
      const found = first(node.arguments.slice(0, 2), (item) => follow(item, path, place))
      if (found) return withMark(found, mark)
    }
    return callee.type === 'MemberExpression' ? followMethod(node, callee, path, place) : undefined
  }

  const followTarget = (
    node: Of<'CallExpression'>,
    target: { node: FunctionNode; file: SourceFile },
    path: readonly string[],
    place: Place,
  ): Trace | undefined => {
    if (place.sites.size > 3 || place.sites.has(target.node)) return undefined
    const sites = new Map([...place.sites, [target.node, { call: node, file: place.file }]])
    const inside = { ...place, file: target.file, sites }
    const mark = markByName(target.node.id?.name ?? keyOfCallee(node))
    if (target.node.body && target.node.body.type !== 'BlockStatement') {
      const found = follow(target.node.body, path, inside)
      return found && withMark(found, mark)
    }
    const returns = target.file.returns.filter((item) => item.argument && enclosing(item) === target.node)
    const found = first(returns.slice(0, 6), (item) =>
      item.argument ? follow(item.argument, path, inside) : undefined,
    )
    return found && withMark(found, mark)
  }

  const followNew = (node: Of<'NewExpression'>, place: Place): Trace | undefined => {
    const name = meanings.nameOf(node.callee, place.file)
    const effect = effectOf(name)
    if (effect?.kind === 'drop' || !/^(URL|url\.URL|String|Buffer|URLSearchParams|Array|Set|Map)$/.test(name))
      return undefined
    return first(node.arguments, (item) => follow(item, [], place))
  }

  return { trace, cuts: () => cuts }
}

const accessorKinds = new Set([
  'get',
  'header',
  'param',
  'query',
  'queries',
  'json',
  'text',
  'formData',
  'parseBody',
  'parts',
  'file',
  'files',
])

const valueMethods = new Set(
  (
    'trim trimStart trimEnd toLowerCase toUpperCase toString replace replaceAll slice substring substr split join concat ' +
    'padStart padEnd normalize at charAt match matchAll repeat reverse sort filter map flatMap find pop shift values ' +
    'entries keys toJSON valueOf reduce push flat toArray'
  ).split(' '),
)
/** Of texts alone: an object in their place throws. */
const textMethods = new Set(['toString', 'toLowerCase', 'toUpperCase', 'trim', 'trimStart', 'trimEnd', 'normalize'])
const arrayMethods = new Set(['filter', 'find', 'slice', 'reverse', 'sort', 'concat', 'pop', 'shift', 'at', 'flat'])

/** An accessor such as `req.get('x')` was recognised as input, not merely a value's method. */
function isRequestAccess(trace: Trace): boolean {
  return trace.keys.length === 0 && trace.marks.size === 0
}

function first<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

function asText(trace: Trace | undefined): Trace | undefined {
  return trace && { ...trace, inText: true }
}

function withMark(trace: Trace, mark: Mark | undefined): Trace {
  return mark ? { ...trace, marks: new Set([...trace.marks, mark]) } : trace
}

function withStep(trace: Trace, binding: Binding, node: Node, file: SourceFile): Trace {
  if (trace.bindings.includes(binding)) return trace
  const step = { file: file.path, line: lineAt(file.lineStarts, node.start), text: binding.name }
  return { ...trace, bindings: [...trace.bindings, binding], steps: [...trace.steps, step] }
}

function start(
  kind: InputKind,
  keys: readonly string[],
  node: Node,
  file: SourceFile,
  binding: Binding,
  handler: Handler | undefined,
): Trace {
  let top: Node = node
  while (top.parent?.type === 'MemberExpression' && top.parent.object === top) top = top.parent
  const text = file.text.slice(top.start, Math.min(top.end, top.start + 80))
  const source = { file, node: top, line: lineAt(file.lineStarts, top.start), text }
  const base = { kind, source, steps: [], marks: new Set<Mark>(), bindings: [binding], inText: false, keys }
  return handler ? { ...base, handler } : base
}

function inputFrom(
  handler: Handler,
  binding: Binding,
  path: readonly string[],
): { kind: InputKind; keys: readonly string[] } | undefined {
  const decorator = handler.inputs.get(binding.name)
  if (decorator !== undefined) {
    const kind = inputOfDecorator(decorator)
    return kind && { kind, keys: path }
  }
  if (
    handler.request !== binding.name &&
    !(handler.request === undefined && binding.path.length > 0 && binding.parameter?.index === 0)
  ) {
    return undefined
  }
  const kind = inputAt(handler, path)
  if (!kind) return undefined
  const base =
    (handler.framework === 'koa' || handler.framework === 'hono') && /^req(uest)?$/.test(path[0] ?? '') ? 2 : 1
  return { kind, keys: path.slice(base).filter((key) => key !== '()') }
}

function isRoleOf(handler: Handler, binding: Binding): boolean {
  return [handler.request, handler.response, handler.next, handler.error].includes(binding.name)
}

/** Input of WebSocket listeners and GraphQL resolvers. */
function messageInput(node: FunctionNode, index: number): InputKind | undefined {
  const parent = node.parent
  if (parent?.type === 'CallExpression' && parent.callee.type === 'MemberExpression' && keyOf(parent.callee) === 'on') {
    const receiver = parent.callee.object
    const name = receiver.type === 'Identifier' ? receiver.name : ''
    const event = literalText(parent.arguments[0])
    if (index === 0 && event === 'data' && /^(req|request)$/.test(name) && parent.arguments[1] === node) return 'body'
    if (index === 0 && /^(socket|ws|websocket|sock|conn)$/i.test(name) && parent.arguments[1] === node) return 'message'
  }
  if (index === 1 && parent?.type === 'Property' && parent.parent?.type === 'ObjectExpression') {
    const group = parent.parent.parent
    if (group?.type === 'Property' && /^(Query|Mutation|Subscription)$/.test(keyOf(group) ?? '')) return 'arguments'
  }
  return undefined
}

/** `new LocalStrategy((username, password, done) => …)`: Passport hands on what the login form sent. */
function credentials(node: FunctionNode, name: string): InputKind | undefined {
  const call = node.parent
  if (call?.type !== 'NewExpression' || call.callee.type !== 'Identifier' || call.arguments.at(-1) !== node)
    return undefined
  return /^Local\w*Strategy$|^LocalStrategy/.test(call.callee.name) &&
    !/^(req|request|done|cb|callback|next)$/.test(name)
    ? 'body'
    : undefined
}

/** The promise whose value a `then` callback receives. */
function promiseBefore(node: FunctionNode): Node | undefined {
  const call = node.parent
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  return keyOf(call.callee) === 'then' && call.arguments[0] === node ? call.callee.object : undefined
}

const writesByFile = new WeakMap<SourceFile, Map<Node, Of<'AssignmentExpression'>[]>>()

function propertyWrites(file: SourceFile): Map<Node, (Of<'AssignmentExpression'> & { left: Node })[]> {
  const known = writesByFile.get(file)
  if (known) return known
  const writes = new Map<Node, Of<'AssignmentExpression'>[]>()
  for (const assignment of file.assignments) {
    const left = assignment.left
    if (left.type !== 'MemberExpression' || left.object.type !== 'Identifier') continue
    const binding = lookUp(file.scopes, left, left.object.name)
    if (!binding) continue
    const list = writes.get(binding.node)
    if (list) list.push(assignment)
    else writes.set(binding.node, [assignment])
  }
  writesByFile.set(file, writes)
  return writes
}

const undeclaredWrites = once((file: SourceFile) => {
  const writes = new Map<string, Of<'AssignmentExpression'>[]>()
  for (const item of file.assignments) {
    if (item.left.type !== 'Identifier' || lookUp(file.scopes, item, item.left.name)) continue
    const list = writes.get(item.left.name)
    if (list) list.push(item)
    else writes.set(item.left.name, [item])
  }
  return writes
})

function enclosing(node: Node): Node | undefined {
  for (let at = node.parent; at; at = at.parent) if (isFunction(at)) return at
  return undefined
}

function keyOfCallee(node: Of<'CallExpression'>): string {
  return node.callee.type === 'MemberExpression' ? (keyOf(node.callee) ?? '') : ''
}
