import { append } from '../../lib/append.ts'
import { functionAround, isFunction, keyOf, literalText, propertyOf, unwrap, type Node, type Of } from '../parse/ast.ts'
import { methodCallsOf, goingBy } from '../parse/by-name.ts'
import { atOnce } from '../parse/once.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import { appsOf, autoloaded, encapsulated, registered } from './fastify-plugins.ts'
import { knownFramework, namedFramework } from './frameworks.ts'
import { mountedByKoa, prefixMadeWith } from './koa-routers.ts'
import { iterationOf } from './repetition.ts'
import { pathTextOf } from './path-text.ts'
import { stepsOf, type Step, type WebInputs } from './steps.ts'
import type { BareRoute } from './web.ts'

/** Something put before the routes of an application or router: middleware, a hook, a plugin or another router. */
export type Use = {
  app: Node
  /** More applications or routers, when a function puts it on each it is called with. */
  others?: readonly Node[]
  path?: string
  steps: readonly Step[]
  node: Of<'CallExpression'>
  file: SourceFile
  line: number
  /** Holds for the routes before it too, as Fastify's hooks do. */
  anywhere?: true
  /** Registers a plugin, which is no step of a request by itself. */
  plugin?: true
}

const methods = /^(use|register|addHook|useGlobalGuards|useGlobalPipes|useGlobalInterceptors|route)$/
const requestHooks = /^(onRequest|preParsing|preValidation|preHandler)$/

/** What a file puts before routes. */
export function usesIn(file: SourceFile, inputs: WebInputs): Use[] {
  return candidates(file).flatMap((call): Use[] => {
    if (call.callee.type !== 'MemberExpression') return []
    const name = keyOf(call.callee)
    const receiver = call.callee.object
    const framework =
      knownFramework(receiver, file, inputs.meanings) ?? namedFramework(receiver, file, inputs.meanings, inputs.usual)
    const [first, ...rest] = call.arguments
    if ((name === 'use' || name === 'route') && !framework) return []
    // `require('./list').register(router)` is a function of the project.
    if (name === 'register' && inputs.calls.targetOf(call)) return []
    if (!first || (name === 'route' && (framework !== 'hono' || rest.length === 0))) return []
    const app = inputs.identities.of(receiver, file)
    const others = otherCallers(receiver, file, inputs)
    const on = { app, ...(others.length > 0 ? { others } : {}) }
    const line = lineAt(file.lineStarts, call.start)
    if (name === 'register') {
      const plugins = autoloaded(call, file, inputs) ?? [registered(call, file, inputs)]
      return plugins.map((plugin) => ({ ...on, ...plugin, node: call, line, anywhere: true, plugin: true }))
    }
    if (name === 'addHook') {
      if (!requestHooks.test(literalText(first) ?? '')) return []
      const steps = rest.flatMap((item) => stepsOf(item, file, inputs))
      return [{ ...on, steps, node: call, file, line, anywhere: true }]
    }
    const listed = iterated(call, file, inputs)
    if (listed.length > 0) return listed
    const mounted = mountedByKoa(first, file, inputs)
    if (mounted) {
      const steps = stepsOf(mounted.router, file, inputs)
      return [{ ...on, ...(mounted.path === undefined ? {} : { path: mounted.path }), steps, node: call, file, line }]
    }
    const path = pathTextOf(first, file, inputs.meanings)
    const steps = (path === undefined ? call.arguments : rest).flatMap((item) => stepsOf(item, file, inputs))
    return [{ ...on, ...(path === undefined ? {} : { path }), steps, node: call, file, line }]
  })
}

/** The routers that later callers hand to the function a middleware is put on a parameter in. */
function otherCallers(receiver: Node, file: SourceFile, inputs: WebInputs): Node[] {
  const inner = unwrap(receiver)
  const parameter = inner.type === 'Identifier' ? inputs.meanings.binding(inner, file)?.parameter : undefined
  const sites = parameter ? inputs.calls.sitesOf(parameter.of).slice(1, maximumCallers) : []
  return sites.flatMap((site) => {
    const given = site.call.arguments[parameter?.index ?? 0]
    return given ? [inputs.identities.of(given, site.file)] : []
  })
}

const maximumCallers = 100

const candidates = atOnce((file: SourceFile) =>
  goingBy(methodCallsOf(file), methods).filter((call) => call.type === 'CallExpression'),
)

/** `routes.forEach((route) => app.use(route.path, route.router))` over a written list, as one use for each entry. */
function iterated(call: Of<'CallExpression'>, file: SourceFile, inputs: WebInputs): Use[] {
  const [first, last] = [call.arguments[0], call.arguments.at(-1)]
  if (last?.type !== 'MemberExpression' || last.object.type !== 'Identifier') return []
  const around = functionAround(call)
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

/** Knows what stands before routes: earlier middleware on their router, and what stands before it where it is mounted. */
export function readMounts(
  uses: readonly Use[],
  bare: readonly BareRoute[],
  prefixes: ReadonlyMap<Node, string>,
  calls: CallGraph,
) {
  const ownersOf = encapsulated(uses)
  const owner = (app: Node): Node => ownersOf(app)[0] ?? app
  const byApp = new Map<Node, Use[]>()
  /** A router answers or lets pass: it is no step of the routes after it. */
  const routers = new Set(bare.map(({ app }) => app))
  const mountsOf = new Map<Node, Use[]>()
  for (const use of uses) {
    for (const app of appsOf(use)) {
      for (const at of ownersOf(app)) append(byApp, at, use)
      for (const step of use.steps)
        if (step.identity && step.identity !== app) append(mountsOf, step.identity, { ...use, app })
    }
  }

  const prefixed = (app: Node, path: string): string => {
    const prefix = prefixes.get(app) ?? prefixMadeWith(app)
    return prefix === undefined ? path : joinPaths(prefix, path)
  }

  const stepsBefore = (at: { app: Node; file: SourceFile; node: Node; path: string }, depth: number): Step[] => {
    if (depth > 4) return []
    const app = owner(at.app)
    const direct = (byApp.get(app) ?? [])
      .filter((use) => (use.anywhere || isBefore(use, at, calls)) && covers(use, at.path))
      .flatMap((use) =>
        use.steps.filter(
          (step) =>
            isRequestStep(use, step) && !(step.identity && (byApp.has(step.identity) || routers.has(step.identity))),
        ),
      )
    const ways = (mountsOf.get(app) ?? []).slice(0, 3).map((use) => [
      ...stepsBefore(
        {
          app: use.app,
          file: use.file,
          node: use.node,
          path: joinPaths(use.path ?? '', prefixed(app, at.path)),
        },
        depth + 1,
      ),
      ...use.steps.filter((step) => isRequestStep(use, step) && step.identity !== app),
    ])
    // Mounted twice, a router is as open as where the least stands before it.
    const above = ways.toSorted((one, other) => one.length - other.length)[0] ?? []
    return [...above, ...direct]
  }

  const fullPath = (app: Node, path: string, depth: number): string => {
    const mount = mountsOf.get(owner(app))?.[0]
    const own = prefixed(app, path)
    if (!mount || depth > 4) return own
    return fullPath(mount.app, joinPaths(mount.path ?? '', own), depth + 1)
  }

  return {
    before: (route: BareRoute): Step[] => stepsBefore(route, 0),
    fullPath: (route: BareRoute): string => fullPath(route.app, route.path, 0),
    isMounted: (app: Node): boolean => mountsOf.has(owner(app)),
  }
}

/** `publicRoutes(app); app.use(auth)`: what such a function puts on the application comes before. */
function isBefore(use: Use, { node, file }: { node: Node; file: SourceFile }, calls: CallGraph): boolean {
  if (use.file === file) return use.node.start < node.start
  const around = functionAround(node)
  const sites = (around ? calls.sitesOf(around) : []).filter(
    ({ call }) => functionAround(call) === functionAround(use.node),
  )
  return !sites.some((site) => site.file === use.file) || sites.some(({ call }) => call.start > use.node.start)
}

/** Of plugins only a rate limit acts on the routes around it. */
function isRequestStep(use: Use, step: Step): boolean {
  return !use.plugin || /rate-?limit|under-pressure/i.test(step.name)
}

function joinPaths(mount: string, path: string): string {
  return `${mount.replace(/\/$/, '')}/${path.replace(/^\//, '')}`
}

function covers(use: Use, path: string): boolean {
  if (use.path === undefined || use.path === '/' || use.path === '*') return true
  return path.startsWith(use.path.replace(/\/?\*$/, ''))
}
