import {
  isFunction,
  keyOf,
  literalText,
  pathOf,
  propertyOf,
  unwrap,
  type FunctionNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import { iterationOf } from './data.ts'
import { handlerByPlace, handlerByShape, type Framework, type Handler } from './handlers.ts'
import type { Identities } from './identity.ts'
import type { Meanings } from './meaning.ts'
import { nestRoutes } from './nest-routes.ts'

/** One function in a chain: what it is called and, when it is the project's, its code. */
export type Step = {
  name: string
  node: Node
  file: SourceFile
  function?: FunctionNode
  functionFile?: SourceFile
  /** The object a router was made as, when the step is one. */
  identity?: Node
}

export type Route = {
  method: string
  path: string
  file: SourceFile
  node: Node
  line: number
  framework: Framework
  /** What runs for this route, in order: middleware in effect before it, then its own. */
  chain: readonly Step[]
  /** The steps written at the route itself. */
  own: readonly Step[]
  handler?: Handler
  /** Fastify's options object or a NestJS controller's class. */
  options?: Node
  app: Node
}

type Use = {
  app: Node
  path?: string
  steps: readonly Step[]
  node: Of<'CallExpression'>
  file: SourceFile
  line: number
}

export type WebFacts = {
  routes: readonly Route[]
  uses: readonly Use[]
  handlers: ReadonlyMap<FunctionNode, Handler>
  /** Handlers by the functions written inside them and those they call, to a bounded depth. */
  inRequest: ReadonlyMap<FunctionNode, Handler>
  servers: readonly { framework: Framework; node: Node; file: SourceFile }[]
  /** Dotted package names of everything given to `use`, `register` and the like. */
  middleware: ReadonlySet<string>
}

type Inputs = {
  files: readonly SourceFile[]
  meanings: Meanings
  calls: CallGraph
  identities: Identities
}

/** Reads applications, routes with their chains, and handlers from production code. */
export function readWeb(inputs: Inputs): WebFacts {
  const uses = inputs.files.flatMap((file) => usesIn(file, inputs))
  const bare = inputs.files.flatMap((file) => [...routesIn(file, inputs), ...nestRoutes(file, inputs.meanings)])
  const handlers = new Map<FunctionNode, Handler>()
  for (const file of inputs.files) {
    for (const node of file.functions) {
      const handler = handlerByShape(node, file)
      if (handler) handlers.set(node, handler)
    }
  }
  for (const { steps, framework } of [
    ...bare.map((route) => ({ steps: route.own, framework: route.framework })),
    ...uses.map((use) => ({ steps: use.steps, framework: 'express' as const })),
  ]) {
    for (const step of steps) {
      if (!step.function || !step.functionFile || handlers.has(step.function)) continue
      if (step.function.params.length > 0)
        handlers.set(step.function, handlerByPlace(step.function, step.functionFile, framework))
    }
  }
  const routes = bare.map((route): Route => {
    const last = route.own.at(-1)?.function
    const handler = last && handlers.get(last)
    return { ...route, chain: [...before(route, uses, 0), ...route.own], ...(handler ? { handler } : {}) }
  })
  return {
    routes,
    uses,
    handlers,
    inRequest: reachable(handlers, inputs),
    servers: inputs.files.flatMap((file) => serversIn(file, inputs)),
    middleware: new Set(uses.flatMap((use) => use.steps.map((step) => step.name))),
  }
}

const verbs = new Set(['get', 'post', 'put', 'patch', 'delete', 'del', 'head', 'options', 'all'])
const appNames: readonly [RegExp, Framework][] = [
  [/^express(\(\)|\.Router\(\)|\.(Application|Express|IRouter|Express|Router)\(\))$/, 'express'],
  [/^express-promise-router\(\)$/, 'express'],
  [/^fastify(\(\)|\.(default|fastify)\(\)|\.FastifyInstance\(\))/, 'fastify'],
  [/^(@koa\/router|koa-router)(\(\)|\.Router\(\)|\.default\(\))/, 'koa'],
  [/^koa(\(\)|\.default\(\))/, 'koa'],
  [/^hono(\.Hono|\.tiny\.Hono|\.quick\.Hono)?\(\)|^@hono\/zod-openapi\.OpenAPIHono\(\)/, 'hono'],
  [/^restify\.createServer\(\)/, 'express'],
]
const appText = /(^|\.)(app|router|routes?|server|api|fastify|\w+Router|\w+App)$/i

/** The framework of the object a route or middleware is put on. */
function frameworkOf(receiver: Node, file: SourceFile, meanings: Meanings): Framework | undefined {
  const name = meanings.nameOf(receiver, file)
  const known = appNames.find(([pattern]) => pattern.test(name))
  if (known) return known[1]
  const inner = unwrap(receiver)
  if (inner.type === 'CallExpression' && inner.callee.type === 'MemberExpression') {
    const chained = keyOf(inner.callee)
    if (chained === 'route' || (chained && verbs.has(chained))) return frameworkOf(inner.callee.object, file, meanings)
  }
  if (name !== '') return undefined
  const text = pathOf(receiver)
  if (!appText.test(text)) return undefined
  return /fastify/i.test(text) ? 'fastify' : 'express'
}

function routesIn(file: SourceFile, inputs: Inputs): Omit<Route, 'chain'>[] {
  return file.calls.flatMap((call) => {
    if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return []
    const method = keyOf(call.callee)
    if (method === undefined) return []
    if (method === 'route' && call.arguments[0]?.type === 'ObjectExpression') return fastifyRoute(call, file, inputs)
    if (!verbs.has(method)) return []
    return verbRoute(call, call.callee, file, inputs)
  })
}

function verbRoute(
  call: Of<'CallExpression'>,
  callee: Of<'MemberExpression'>,
  file: SourceFile,
  inputs: Inputs,
): Omit<Route, 'chain'>[] {
  const chained = routeCall(callee.object)
  const first = call.arguments[0]
  const path = chained ? chained.arguments[0] : first
  const handlers = chained ? call.arguments : call.arguments.slice(1)
  if (!path || handlers.length === 0) return []
  const text = pathText(path)
  if (text === undefined) return []
  const framework = frameworkOf(chained ? receiverOf(chained) : callee.object, file, inputs.meanings)
  if (!framework) return []
  if (!handlers.some((handler) => canHandle(handler, file, inputs))) return []
  const own = handlers.flatMap((handler) => stepsOf(handler, file, inputs))
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
      app: inputs.identities.of(chained ? receiverOf(chained) : callee.object, file),
      ...(options ? { options } : {}),
    },
  ]
}

/** The `.route(path)` at the start of `router.route(path).get(...).post(...)`. */
function routeCall(node: Node): Of<'CallExpression'> | undefined {
  const inner = unwrap(node)
  if (inner.type !== 'CallExpression' || inner.callee.type !== 'MemberExpression') return undefined
  const name = keyOf(inner.callee)
  if (name === 'route' && inner.arguments.length === 1 && inner.arguments[0]?.type !== 'ObjectExpression') return inner
  return name && verbs.has(name) ? routeCall(inner.callee.object) : undefined
}

function receiverOf(call: Of<'CallExpression'>): Node {
  return call.callee.type === 'MemberExpression' ? call.callee.object : call.callee
}

function pathText(node: Node): string | undefined {
  const text = literalText(node)
  if (node.type === 'Literal' && 'regex' in node) return `/${node.regex.pattern}/`
  if (text !== undefined) return text === '' || /^[/*:(]|^\w+(\/|$)/.test(text) ? text : undefined
  if (node.type === 'TemplateLiteral') return node.quasis.map((quasi) => quasi.value.cooked ?? '').join('*')
  if (node.type === 'ArrayExpression')
    return node.elements.map((item) => (item ? (literalText(item) ?? '*') : '*')).join('|')
  if (node.type === 'BinaryExpression' || node.type === 'MemberExpression') return '*'
  return undefined
}

function canHandle(node: Node, file: SourceFile, inputs: Inputs): boolean {
  const inner = unwrap(node)
  if (isFunction(inner)) return true
  if (inner.type === 'ArrayExpression')
    return inner.elements.some((item) => item !== null && canHandle(item, file, inputs))
  if (inner.type === 'ObjectExpression') return propertyOf(inner, 'handler') !== undefined
  return inner.type === 'Identifier' || inner.type === 'MemberExpression' || inner.type === 'CallExpression'
}

/** The steps an argument of a route or `use` stands for; wrappers such as `catchAsync(fn)` give the function inside. */
function stepsOf(node: Node, file: SourceFile, inputs: Inputs): Step[] {
  const inner = unwrap(node)
  if (inner.type === 'ArrayExpression')
    return inner.elements.flatMap((item) => (item ? stepsOf(item, file, inputs) : []))
  if (inner.type === 'SpreadElement') return stepsOf(inner.argument, file, inputs)
  if (inner.type === 'ObjectExpression') {
    const handler = propertyOf(inner, 'handler')
    return handler ? stepsOf(handler, file, inputs) : []
  }
  const direct = inputs.meanings.functionOf(inner, file) ?? wrapped(inner, file, inputs)
  const meaning = inputs.meanings.of(inner, file)
  if (meaning.kind === 'value' && meaning.node !== inner && meaning.node.type === 'ArrayExpression') {
    return stepsOf(meaning.node, meaning.file, inputs)
  }
  const name = inputs.meanings.nameOf(inner, file) || pathOf(inner)
  const found = direct ? { function: direct.node, functionFile: direct.file } : {}
  return [{ name, node: inner, file, ...found, identity: inputs.identities.of(inner, file) }]
}

function wrapped(node: Node, file: SourceFile, inputs: Inputs): { node: FunctionNode; file: SourceFile } | undefined {
  const meaning = inputs.meanings.of(node, file)
  const call = meaning.kind === 'value' ? meaning.node : node
  if (call.type !== 'CallExpression') return undefined
  const home = meaning.kind === 'value' ? meaning.file : file
  for (const argument of call.arguments) {
    const inside = inputs.meanings.functionOf(argument, home) ?? wrapped(argument, home, inputs)
    if (inside) return inside
  }
  const target = inputs.calls.targetOf(call)
  return target && returnedFunction(target.node, target.file)
}

/** The function a factory returns: `auth('admin')` gives its inner `(req, res, next)`. */
function returnedFunction(node: FunctionNode, file: SourceFile): { node: FunctionNode; file: SourceFile } | undefined {
  if (isFunction(node.body)) return { node: node.body, file }
  const returned = file.returns.find((item) => item.argument && isFunction(item.argument) && nearest(item) === node)
  return returned?.argument && isFunction(returned.argument) ? { node: returned.argument, file } : undefined
}

function nearest(node: Node): Node | undefined {
  for (let at = node.parent; at; at = at.parent) if (isFunction(at)) return at
  return undefined
}

const guardOptions = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'config']

function optionSteps(options: Node, file: SourceFile, inputs: Inputs): Step[] {
  return guardOptions.flatMap((name) => {
    const value = propertyOf(options, name)
    if (name === 'config')
      return value && propertyOf(value, 'rateLimit') ? [{ name: 'rateLimit', node: value, file }] : []
    return value ? stepsOf(value, file, inputs) : []
  })
}

function fastifyRoute(call: Of<'CallExpression'>, file: SourceFile, inputs: Inputs): Omit<Route, 'chain'>[] {
  const options = call.arguments[0]
  if (!options || call.callee.type !== 'MemberExpression') return []
  const method = propertyOf(options, 'method')
  const handler = propertyOf(options, 'handler')
  if (!method || !handler) return []
  const name =
    method.type === 'ArrayExpression'
      ? method.elements.map((item) => (item ? literalText(item) : '')).join('|')
      : literalText(method)
  return [
    {
      method: (name ?? 'GET').toUpperCase(),
      path: literalText(propertyOf(options, 'url') ?? propertyOf(options, 'path')) ?? '*',
      file,
      node: call,
      line: lineAt(file.lineStarts, call.start),
      framework: 'fastify',
      own: [...optionSteps(options, file, inputs), ...stepsOf(handler, file, inputs)],
      options,
      app: inputs.identities.of(call.callee.object, file),
    },
  ]
}

function usesIn(file: SourceFile, inputs: Inputs): Use[] {
  return file.calls.flatMap((call): Use[] => {
    if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return []
    const name = keyOf(call.callee)
    if (
      name !== 'use' &&
      name !== 'register' &&
      name !== 'addHook' &&
      name !== 'useGlobalGuards' &&
      name !== 'useGlobalPipes'
    )
      return []
    if (name === 'use' && !frameworkOf(call.callee.object, file, inputs.meanings)) return []
    const [first, ...rest] = call.arguments
    if (!first) return []
    const listed = iterated(call, file, inputs)
    if (listed.length > 0) return listed
    const path = literalText(first)
    const steps = (path === undefined ? call.arguments : rest).flatMap((item) => stepsOf(item, file, inputs))
    const app = inputs.identities.of(call.callee.object, file)
    const line = lineAt(file.lineStarts, call.start)
    return [{ app, ...(path === undefined ? {} : { path }), steps, node: call, file, line }]
  })
}

/** `routes.forEach((route) => app.use(route.path, route.router))` over a written list, as one use for each entry. */
function iterated(call: Of<'CallExpression'>, file: SourceFile, inputs: Inputs): Use[] {
  const [first, last] = [call.arguments[0], call.arguments.at(-1)]
  if (last?.type !== 'MemberExpression' || last.object.type !== 'Identifier') return []
  const around = nearest(call)
  const iteration = isFunction(around) ? iterationOf(around) : undefined
  const collection = iteration?.callee.type === 'MemberExpression' ? iteration.callee.object : undefined
  const list = collection && inputs.meanings.of(collection, file)
  if (list?.kind !== 'value' || list.node.type !== 'ArrayExpression' || call.callee.type !== 'MemberExpression')
    return []
  const app = inputs.identities.of(call.callee.object, file)
  return list.node.elements.flatMap((entry): Use[] => {
    const router = entry && propertyOf(entry, keyOf(last) ?? '')
    if (!entry || !router) return []
    const path = first?.type === 'MemberExpression' ? literalText(propertyOf(entry, keyOf(first) ?? '')) : undefined
    const steps = stepsOf(router, list.file, inputs)
    const line = lineAt(file.lineStarts, call.start)
    return [{ app, ...(path === undefined ? {} : { path }), steps, node: call, file, line }]
  })
}

/** Middleware in effect before a route: earlier `use` on its app, and what stands before its router where it is mounted. */
function before(route: Omit<Route, 'chain'>, uses: readonly Use[], depth: number): Step[] {
  return stepsBefore(route.app, route.file, route.node.start, route.path, uses, depth)
}

function stepsBefore(
  app: Node,
  file: SourceFile,
  at: number,
  path: string,
  uses: readonly Use[],
  depth: number,
): Step[] {
  if (depth > 4) return []
  const here = uses.filter((use) => use.app === app && (use.file !== file || use.node.start < at) && covers(use, path))
  const direct = here.flatMap((use) => use.steps.filter((step) => !isRouter(step, uses)))
  const mounts = uses.filter((use) => use.app !== app && use.steps.some((step) => step.identity === app))
  const above = mounts
    .slice(0, 3)
    .flatMap((use) => [
      ...stepsBefore(use.app, use.file, use.node.start, joinPaths(use.path ?? '', path), uses, depth + 1),
      ...use.steps.filter((step) => step.identity !== app),
    ])
  return [...above, ...direct]
}

function joinPaths(mount: string, path: string): string {
  return `${mount.replace(/\/$/, '')}/${path.replace(/^\//, '')}`
}

function covers(use: Use, path: string): boolean {
  if (use.path === undefined || use.path === '/' || use.path === '*') return true
  return path.startsWith(use.path.replace(/\/?\*$/, ''))
}

function isRouter(step: Step, uses: readonly Use[]): boolean {
  return uses.some((use) => use.app === step.identity)
}

function serversIn(file: SourceFile, inputs: Inputs): WebFacts['servers'] {
  return file.calls.flatMap((call) => {
    const name = inputs.meanings.nameOf(call, file)
    if (/^https?\.createServer\(\)$|^http2\.create(Secure)?Server\(\)$/.test(name))
      return [{ framework: 'http' as const, node: call, file }]
    if (/^@nestjs\/core\.NestFactory\.create\(\)$/.test(name)) return [{ framework: 'nest' as const, node: call, file }]
    const known = appNames.find(([pattern]) => pattern.test(name))
    return known && !/Router|router/.test(name) ? [{ framework: known[1], node: call, file }] : []
  })
}

function reachable(handlers: ReadonlyMap<FunctionNode, Handler>, inputs: Inputs): Map<FunctionNode, Handler> {
  const reached = new Map<FunctionNode, Handler>(handlers)
  const inside = new Map<FunctionNode, FunctionNode[]>()
  const called = new Map<FunctionNode, FunctionNode[]>()
  for (const file of inputs.files) {
    for (const node of file.functions) {
      const outer = nearest(node)
      if (isFunction(outer)) append(inside, outer, node)
    }
  }
  for (const { call, target } of inputs.calls.linked) {
    const outer = nearest(call)
    if (isFunction(outer)) append(called, outer, target.node)
  }
  let frontier = [...handlers.keys()]
  for (let depth = 0; depth < 8 && frontier.length > 0; depth += 1) {
    const next: FunctionNode[] = []
    for (const at of frontier) {
      const handler = reached.get(at)
      for (const target of [...(inside.get(at) ?? []), ...(called.get(at) ?? [])]) {
        if (reached.has(target) || !handler) continue
        reached.set(target, handler)
        next.push(target)
      }
    }
    frontier = next
  }
  return reached
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
