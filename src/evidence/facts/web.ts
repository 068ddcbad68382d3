import { append } from '../../lib/append.ts'
import { functionAround, isFunction, pathOf, type FunctionNode, type Node } from '../parse/ast.ts'
import { atOnce } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { serversIn, usualFramework, type WebServer } from './frameworks.ts'
import { decoratedRoutes } from './decorated-routes.ts'
import { asHandler, resolversIn } from './graphql.ts'
import { handlerByPlace, handlerByShape, type Framework, type Handler } from './handlers.ts'
import { prefixesIn } from './koa-routers.ts'
import { readMounts, usesIn, type Use } from './middleware.ts'
import { nestRoutes } from './nest-routes.ts'
import { routesIn } from './routes.ts'
import { type Step, type WebInputs } from './steps.ts'

/** A route before the middleware in effect at it is known. */
export type BareRoute = {
  method: string
  path: string
  file: SourceFile
  node: Node
  line: number
  framework: Framework
  /** The steps written at the route itself. */
  own: readonly Step[]
  /** Fastify's options object or a NestJS controller's class. */
  options?: Node
  app: Node
  /** The project's function that registers the route, when it is not the framework's own. */
  through?: { node: FunctionNode; file: SourceFile }
}

export type Route = BareRoute & {
  /** The path with the prefixes of the routers around it. */
  fullPath: string
  /** What runs for this route, in order: middleware in effect before it, then its own. */
  chain: readonly Step[]
  handler?: Handler
  /** Its router comes from outside the function that adds the route, and nothing shows from where. */
  unplaced?: true
}

export type WebFacts = {
  routes: readonly Route[]
  /** Routes by the functions in their chains. */
  routesThrough: ReadonlyMap<FunctionNode, readonly Route[]>
  uses: readonly Use[]
  handlers: ReadonlyMap<FunctionNode, Handler>
  /** Handlers by the functions written inside them and those they call, to a bounded depth. */
  inRequest: ReadonlyMap<FunctionNode, Handler>
  servers: readonly WebServer[]
  /** Dotted package names of everything given to `use`, `register` and the like. */
  middleware: ReadonlySet<string>
}

/** Reads applications, routes with their chains, and handlers from production code. */
export function readWeb(given: Omit<WebInputs, 'usual'>): WebFacts {
  const inputs: WebInputs = { ...given, usual: usualFramework(given.files) }
  const uses = inputs.files.flatMap((file) => usesIn(file, inputs))
  const bare = inputs.files.flatMap((file) => [
    ...routesIn(file, inputs),
    ...(file.text.includes('fastify-decorators') ? decoratedRoutes(file, inputs) : nestRoutes(file, inputs)),
  ])
  const handlers = handlersOf(bare, uses, inputs)
  const mounts = readMounts(uses, bare, prefixesIn(inputs), inputs.calls)
  const routes = bare.map((route): Route => {
    const last = (route.own.at(-1)?.function ? route.own.at(-1) : route.own.findLast((step) => step.function))?.function
    const handler = last && handlers.get(last)
    return {
      ...route,
      fullPath: mounts.fullPath(route),
      chain: [...mounts.before(route), ...route.own],
      ...(handler ? { handler } : {}),
      ...((isFromOutside(route.app) || isKeptByObject(route.app)) && !mounts.isMounted(route.app)
        ? { unplaced: true }
        : {}),
    }
  })
  return {
    routes,
    routesThrough: byFunction(routes),
    uses,
    handlers,
    inRequest: reachable(handlers, inputs),
    servers: inputs.files.flatMap((file) => serversIn(file, inputs.meanings)),
    middleware: new Set(uses.flatMap((use) => use.steps.map((step) => step.name))),
  }
}

function byFunction(routes: readonly Route[]): Map<FunctionNode, Route[]> {
  const found = new Map<FunctionNode, Route[]>()
  for (const route of routes) {
    for (const node of new Set(route.chain.map((step) => step.function))) if (node) append(found, node, route)
  }
  return found
}

/** A parameter, or a property nobody was seen to set. */
function isFromOutside(app: Node): boolean {
  if (app.type === 'MemberExpression' || app.type === 'ThisExpression') return true
  let at: Node = app
  while (at.parent && /Pattern$|^(Property|RestElement|TSParameterProperty)$/.test(at.parent.type)) at = at.parent
  return app.type === 'Identifier' && isFunction(at.parent)
}

/** `this.router = express()`: whoever has the object puts it somewhere. */
function isKeptByObject(app: Node): boolean {
  const holder = app.parent
  return (
    (holder?.type === 'AssignmentExpression' && pathOf(holder.left).startsWith('this.')) ||
    holder?.type === 'PropertyDefinition'
  )
}

const handlersByShape = atOnce((file: SourceFile) => file.functions.flatMap((node) => handlerByShape(node, file) ?? []))

function handlersOf(routes: readonly BareRoute[], uses: readonly Use[], inputs: WebInputs): Map<FunctionNode, Handler> {
  const handlers = new Map<FunctionNode, Handler>()
  for (const file of inputs.files) {
    for (const handler of handlersByShape(file)) handlers.set(handler.node, handler)
  }
  for (const file of inputs.files) {
    for (const resolver of resolversIn(file)) {
      if (!handlers.has(resolver.node)) handlers.set(resolver.node, asHandler(resolver))
    }
  }
  for (const { steps, framework } of [
    ...routes.map((route) => ({ steps: route.own, framework: route.framework })),
    ...uses.filter((use) => !use.anywhere).map((use) => ({ steps: use.steps, framework: inputs.usual })),
  ]) {
    for (const step of steps) {
      if (!step.function || !step.functionFile) continue
      const known = handlers.get(step.function)
      // `(request, response)` may as well be Fastify's or hapi's.
      if (known?.framework === 'express' && /^(fastify|hapi)$/.test(framework))
        handlers.set(step.function, { ...known, framework })
      if (known) continue
      if (step.function.params.length > 0)
        handlers.set(step.function, handlerByPlace(step.function, step.functionFile, framework))
    }
  }
  return handlers
}

const nestedFunctions = atOnce((file: SourceFile) =>
  file.functions.flatMap((node): [FunctionNode, FunctionNode][] => {
    const outer = functionAround(node)
    return isFunction(outer) ? [[outer, node]] : []
  }),
)

function reachable(handlers: ReadonlyMap<FunctionNode, Handler>, inputs: WebInputs): Map<FunctionNode, Handler> {
  const reached = new Map<FunctionNode, Handler>(handlers)
  const inside = new Map<FunctionNode, FunctionNode[]>()
  for (const file of inputs.files) {
    for (const [outer, node] of nestedFunctions(file)) append(inside, outer, node)
  }
  let frontier = [...handlers.keys()]
  for (let depth = 0; depth < 8 && frontier.length > 0; depth += 1) {
    const next: FunctionNode[] = []
    for (const at of frontier) {
      const handler = reached.get(at)
      const called = inputs.calls.calledFrom.get(at)?.map(({ node }) => node)
      for (const target of [...(inside.get(at) ?? []), ...(called ?? [])]) {
        if (reached.has(target) || !handler) continue
        reached.set(target, handler)
        next.push(target)
      }
    }
    frontier = next
  }
  return reached
}
