import { isFunction, keyOf, literalText, propertyOf, unwrap, type Node, type Of } from '../parse/ast.ts'
import { methodCallsOf, goingBy } from '../parse/by-name.ts'
import { atOnce } from '../parse/once.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import { knownFramework, namedFramework, verbs } from './frameworks.ts'
import type { Meanings } from './meaning.ts'
import { pathTextOf } from './path-text.ts'
import { helpedRoutes, type HelpedRoute } from './route-helpers.ts'
import { optionSteps, stepsOf, type Step, type WebInputs } from './steps.ts'
import type { BareRoute } from './web.ts'

/** Routes that a file adds by calls: `app.get(…)`, `router.route(…).post(…)`, `fastify.route({…})`. */
export function routesIn(file: SourceFile, inputs: WebInputs): BareRoute[] {
  return candidates(file).flatMap((call) => {
    if (call.callee.type !== 'MemberExpression') return []
    const isObject = keyOf(call.callee) === 'route'
    return isObject ? objectRoute(call, file, inputs) : verbRoute(call, call.callee, file, inputs)
  })
}

const methods = new Set([...verbs, 'route'])

const candidates = atOnce((file: SourceFile) =>
  goingBy(methodCallsOf(file), methods).filter(
    (call): call is Of<'CallExpression'> =>
      call.type === 'CallExpression' &&
      call.callee.type === 'MemberExpression' &&
      (keyOf(call.callee) !== 'route' || call.arguments[0]?.type === 'ObjectExpression'),
  ),
)

function verbRoute(
  call: Of<'CallExpression'>,
  callee: Of<'MemberExpression'>,
  file: SourceFile,
  inputs: WebInputs,
): BareRoute[] {
  const chained = routeCall(callee.object)
  const first = call.arguments[0]
  const path = chained ? chained.arguments[0] : first
  const handlers = chained ? call.arguments : call.arguments.slice(1)
  if (!path || handlers.length === 0) return []
  const receiver = chained ? receiverOf(chained) : callee.object
  const text = pathText(path, file, inputs.meanings)
  if (text === undefined) return []
  const known = knownFramework(receiver, file, inputs.meanings)
  if (!known && !looksLikePath.test(text)) return []
  const through = throughOf(call, file, inputs)
  const framework =
    known ??
    namedFramework(receiver, file, inputs.meanings, inputs.usual) ??
    (through.through && receiver.type === 'ThisExpression' ? inputs.usual : undefined)
  if (!framework) return []
  if (!handlers.some((handler) => canHandle(handler, file, inputs))) return []
  if (chained && keyOf(callee) === 'all' && isWithVerbs(call)) return []
  const before = chained ? stepsForAll(callee.object, file, inputs) : []
  const own = [...before, ...handlers.flatMap((handler) => stepsOf(handler, file, inputs))]
  const options = handlers[0]?.type === 'ObjectExpression' ? handlers[0] : undefined
  const guards = options ? optionSteps(options, file, inputs) : []
  const method = keyOf(callee) ?? 'get'
  return [
    {
      method: method === 'del' ? 'DELETE' : method.toUpperCase(),
      path: text,
      file,
      node: call,
      line: lineAt(file.lineStarts, callee.property.start),
      framework,
      own: [...guards, ...own],
      app: inputs.identities.of(receiver, file),
      ...(options ? { options } : {}),
      ...through,
    },
  ]
}

/** The project's own function that registers the route, when one stands between the code and the framework. */
function throughOf(call: Of<'CallExpression'>, file: SourceFile, inputs: WebInputs): Pick<BareRoute, 'through'> {
  const through = inputs.meanings.functionOf(call.callee, file)
  return through ? { through } : {}
}

/** The `.route(path)` at the start of `router.route(path).get(...).post(...)`. */
function routeCall(node: Node): Of<'CallExpression'> | undefined {
  const inner = unwrap(node)
  if (inner.type !== 'CallExpression' || inner.callee.type !== 'MemberExpression') return undefined
  const name = keyOf(inner.callee)
  if (name === 'route' && inner.arguments.length === 1 && inner.arguments[0]?.type !== 'ObjectExpression') return inner
  const isLink =
    name !== undefined && verbs.has(name) && inner.arguments.every((item) => literalText(item) === undefined)
  return isLink ? routeCall(inner.callee.object) : undefined
}

/** `.all()` in a chain with verbs is for what they leave: a guard before them, or the refusal of other methods after them. */
function isWithVerbs({ callee, parent }: Of<'CallExpression'>): boolean {
  const link = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined
  const isBehind = link?.type === 'CallExpression' && keyOf(link.callee) !== 'route'
  return isBehind || (parent?.type === 'MemberExpression' && verbs.has(keyOf(parent) ?? ''))
}

/** What `.all()` puts before the verbs that follow it: `router.route(path).all(guard).get(list)`. */
function stepsForAll(node: Node, file: SourceFile, inputs: WebInputs): Step[] {
  const link = unwrap(node)
  if (link.type !== 'CallExpression' || link.callee.type !== 'MemberExpression') return []
  const name = keyOf(link.callee)
  if (name === 'route') return []
  const own = name === 'all' ? link.arguments.flatMap((item) => stepsOf(item, file, inputs)) : []
  return [...stepsForAll(link.callee.object, file, inputs), ...own]
}

function receiverOf(call: Of<'CallExpression'>): Node {
  return call.callee.type === 'MemberExpression' ? call.callee.object : call.callee
}

const looksLikePath = /^$|^[/*:(]|^\w+(\/|$)/

/** The path of route options; where only its beginning is not known, `options.prefix + 'users'`, what follows. */
function writtenPath(options: Node, file: SourceFile, { meanings }: WebInputs): string {
  const node = propertyOf(options, 'url') ?? propertyOf(options, 'path')
  const text = node && pathTextOf(node, file, meanings)
  return text?.replace(/^\*\/*(?=[\w:])/, '/') ?? '*'
}

function pathText(node: Node, file: SourceFile, meanings: Meanings): string | undefined {
  const text = literalText(node)
  if (node.type === 'Literal' && 'regex' in node) return `/${node.regex.pattern}/`
  if (text !== undefined) return looksLikePath.test(text) || /^[\w.:-]+$/.test(text) ? text : undefined
  if (node.type === 'TemplateLiteral') return pathTextOf(node, file, meanings)
  if (node.type === 'ArrayExpression')
    return node.elements.map((item) => (item ? (literalText(item) ?? '*') : '*')).join('|')
  if (node.type === 'BinaryExpression' || node.type === 'MemberExpression')
    return pathTextOf(node, file, meanings) ?? '*'
  return undefined
}

function canHandle(node: Node, file: SourceFile, inputs: WebInputs): boolean {
  const inner = unwrap(node)
  if (isFunction(inner)) return true
  if (inner.type === 'ArrayExpression')
    return inner.elements.some((item) => item !== null && canHandle(item, file, inputs))
  if (inner.type === 'ObjectExpression') return propertyOf(inner, 'handler') !== undefined
  return inner.type === 'Identifier' || inner.type === 'MemberExpression' || inner.type === 'CallExpression'
}

/** A route that a helper registers, where its caller writes it. */
function bareOf(
  { call, file, method, path, handler, options }: HelpedRoute,
  callee: Node,
  home: SourceFile,
  inputs: WebInputs,
): BareRoute {
  const receiver = callee.type === 'MemberExpression' ? callee.object : callee
  return {
    method,
    path,
    file,
    node: call,
    line: lineAt(file.lineStarts, call.start),
    framework: knownFramework(receiver, home, inputs.meanings) ?? inputs.usual,
    own: [...(options ? optionSteps(options, file, inputs) : []), ...stepsOf(handler, file, inputs)],
    ...(options ? { options } : {}),
    app: inputs.identities.of(receiver, home),
  }
}

/** `fastify.route({ method, url, handler })`, and project classes that take the same. */
function objectRoute(call: Of<'CallExpression'>, file: SourceFile, inputs: WebInputs): BareRoute[] {
  const options = call.arguments[0]
  if (!options || call.callee.type !== 'MemberExpression') return []
  const method = propertyOf(options, 'method')
  const handler = propertyOf(options, 'handler')
  if (!method || !handler) return []
  const helped = helpedRoutes(options, file, inputs.calls)
  if (helped) return helped.map((route) => bareOf(route, call.callee, file, inputs))
  const name =
    method.type === 'ArrayExpression'
      ? method.elements.map((item) => (item ? literalText(item) : '')).join('|')
      : literalText(method)
  const receiver = call.callee.object
  const framework =
    knownFramework(receiver, file, inputs.meanings) ??
    namedFramework(receiver, file, inputs.meanings, inputs.usual) ??
    inputs.usual
  return [
    {
      method: (name ?? 'GET').toUpperCase(),
      path: writtenPath(options, file, inputs),
      file,
      node: call,
      line: lineAt(file.lineStarts, call.start),
      framework,
      own: [...optionSteps(options, file, inputs), ...stepsOf(handler, file, inputs)],
      options,
      app: inputs.identities.of(receiver, file),
      ...throughOf(call, file, inputs),
    },
  ]
}
