import { functionAround, keyOf, literalText, parameterName, type FunctionNode, type Node } from '../parse/ast.ts'
import { lookUp, type Binding } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Handler } from './handlers.ts'
import { inputAt, inputOfDecorator, onRequest, type InputKind } from './request-input.ts'

/** What of a request a handler's parameter holds at the given keys; undefined for what is not input. */
export function inputFrom(
  handler: Handler,
  binding: Binding,
  path: readonly string[],
  asId = false,
): { kind: InputKind; keys: readonly string[] } | undefined {
  const decorator = handler.inputs.get(binding.name) ?? (asId ? handler.ids?.get(binding.name) : undefined)
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
  const base = /^req(uest)?$/.test(path[0] ?? '') ? 2 : 1
  return { kind, keys: path.slice(base).filter((key) => key !== '()') }
}

const fieldsOfRequests: ReadonlySet<InputKind> = new Set(['query', 'params', 'body', 'cookies', 'file'])

/** What a function reads of the request it is given, where nothing shows who calls it: `find(req) { … req.query.name }`. */
export function inputByName(
  binding: Binding,
  path: readonly string[],
): { kind: InputKind; keys: readonly string[] } | undefined {
  const [field, ...keys] = path
  const given = binding.parameter?.of.parent?.type === 'CallExpression'
  if (
    given ||
    binding.path.length > 0 ||
    !/^(req|request)$/.test(binding.name) ||
    field === undefined ||
    keys[0] === '()'
  )
    return undefined
  const kind = onRequest[field]
  return kind && fieldsOfRequests.has(kind) ? { kind, keys: keys.filter((key) => key !== '()') } : undefined
}

/** The handler whose request a loop reads piece by piece: `for await (const chunk of request)`. */
export function requestRead(
  list: Node,
  file: SourceFile,
  handlers: ReadonlyMap<FunctionNode, Handler>,
): Handler | undefined {
  const read = list.type === 'Identifier' ? lookUp(file.scopes, list, list.name) : undefined
  const handler = read?.parameter && handlers.get(read.parameter.of)
  return handler?.request !== undefined && handler.request === read?.name ? handler : undefined
}

/** Whether a name is the request, the response, `next` or the error of a handler. */
export function isRoleOf(handler: Handler, binding: Binding): boolean {
  return [handler.request, handler.response, handler.next, handler.error].includes(binding.name)
}

/** Input of WebSocket listeners and GraphQL resolvers. */
export function messageInput(node: FunctionNode, index: number): InputKind | undefined {
  const parent = node.parent
  if (parent?.type === 'CallExpression' && parent.callee.type === 'MemberExpression' && keyOf(parent.callee) === 'on') {
    const receiver = parent.callee.object
    const name = receiver.type === 'Identifier' ? receiver.name : ''
    const event = literalText(parent.arguments[0])
    if (index === 0 && event === 'data' && /^(req|request)$/.test(name) && parent.arguments[1] === node) return 'body'
    if (index === 0 && parent.arguments[1] === node && isSocket(name, parent) && !signals.has(event ?? ''))
      return 'message'
  }
  if (index === 1 && parent?.type === 'Property' && parent.parent?.type === 'ObjectExpression') {
    const group = parent.parent.parent
    if (group?.type === 'Property' && /^(Query|Mutation|Subscription)$/.test(keyOf(group) ?? '')) return 'arguments'
  }
  return undefined
}

const signals = new Set(['connect', 'close', 'disconnect', 'disconnecting', 'error', 'drain', 'open'])

/** By its name, or because a listener for new connections is given it: `server.on('connection', (client) => …)`. */
function isSocket(name: string, call: Node): boolean {
  if (/^(socket|ws|websocket|sock|conn)$/i.test(name)) return true
  for (let at = functionAround(call); at; at = functionAround(at)) {
    const given = at.parent
    if (given?.type !== 'CallExpression' || keyOf(given.callee) !== 'on' || given.arguments[1] !== at) continue
    const isGreeting = /^connect(ion)?$/.test(literalText(given.arguments[0]) ?? '')
    if (isGreeting && parameterName(at.params[0])?.name === name) return true
  }
  return false
}

/** `new LocalStrategy((username, password, done) => …)`: Passport hands on what the login form sent. */
export function credentials(node: FunctionNode, name: string): InputKind | undefined {
  const call = node.parent
  if (call?.type !== 'NewExpression' || call.callee.type !== 'Identifier' || call.arguments.at(-1) !== node)
    return undefined
  return /^Local\w*Strategy$|^LocalStrategy/.test(call.callee.name) &&
    !/^(req|request|done|cb|callback|next)$/.test(name)
    ? 'body'
    : undefined
}
