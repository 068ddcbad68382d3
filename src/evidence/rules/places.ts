import { leavesOut } from '../facts/route-schemas.ts'
import type { Codebase } from '../codebase.ts'
import { hasValidation } from '../facts/access-control.ts'
import { looksAtField } from '../facts/checked-fields.ts'
import { graphqlServers } from '../facts/graphql.ts'
import { validatedByHapi } from '../facts/hapi-routes.ts'
import type { Trace } from '../facts/trace.ts'
import { decoratorsOf, type Handler } from '../facts/handlers.ts'
import type { Route } from '../facts/web.ts'
import {
  ancestor,
  contains,
  functionAround,
  isClass,
  isFunction,
  pathOf,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../parse/ast.ts'
import { once, onceFor, says } from '../parse/once.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'

/** The source text of a node on one line, cut to a readable length. */
export function textOf(node: Node, file: SourceFile, length = 60): string {
  const text = file.text
    .slice(node.start, node.end)
    .replace(/\s+(?=\??\.[\w#])/g, '')
    .replace(/\s+/g, ' ')
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

export function lineOf(node: Node, file: SourceFile): number {
  return lineAt(file.lineStarts, node.start)
}

/** The line on which the name of a called method stands; of other calls, the line they start on. */
export function lineOfMethod(call: CallNode, file: SourceFile): number {
  return lineOf(call.callee.type === 'MemberExpression' ? call.callee.property : call, file)
}

/** "`req.query.url`", or with its line when it is read elsewhere than the sink. */
export function sourceText(trace: Trace, file: SourceFile, at: Node): string {
  const near = trace.source.file === file && Math.abs(trace.source.line - lineOf(at, file)) <= 1
  const place = near ? '' : ` (${trace.source.file.path}:${trace.source.line})`
  return `\`${trace.source.text}\`${place}`
}

/** What a route is called: where its own path says nothing, by the path its router is mounted at. */
export function routeName({ method, path, fullPath }: Route): string {
  const isSaidAbove = /admin|back-?office/i.test(fullPath) && !/admin|back-?office/i.test(path)
  return `${method} ${path === '/' || path === '' || isSaidAbove ? fullPath : path}`
}

/** Routes that end in the given function. */
export function routesOf(codebase: Codebase, node: FunctionNode | undefined): readonly Route[] {
  return (node && codebase.web.routesThrough.get(node)) ?? []
}

/** Whether the input a trace starts from has been checked against a schema on its way to the handler. */
export function isValidated(codebase: Codebase, trace: Trace): boolean {
  if (trace.marks.has('parsed')) return true
  if (!trace.handler) return false
  const routes = routesOf(codebase, trace.handler.node)
  if (trace.handler.framework === 'hapi' && validatedByHapi(codebase).has(trace.handler.node)) return true
  if (trace.handler.framework === 'nest')
    return codebase.web.middleware.has('@nestjs/common.ValidationPipe()') || usesValidationPipe(codebase, trace.handler)
  const isSaid = (route: Route) => !leavesOut(route, trace.kind, codebase.meanings)
  const [field] = trace.keys
  const isPassedOver = (route: Route) => field !== undefined && looksAtField(route, trace.kind, field) === false
  return (
    routes.length > 0 &&
    routes.every(
      (route) => hasValidation(route) && (route.framework !== 'fastify' || isSaid(route)) && !isPassedOver(route),
    )
  )
}

/** For all routes, or with the handler, its parameters or its class. */
function usesValidationPipe(codebase: Codebase, { node, file }: Handler): boolean {
  if (codebase.production.some(validatesAll)) return true
  const holder = ancestor(node, isClass)
  const method = node.parent?.type === 'MethodDefinition' ? node.parent : undefined
  const decorators = [...decoratorsOf(method), ...decoratorsOf(holder)]
  const texts = decorators.map((decorator) => file.text.slice(decorator.start, decorator.end))
  return /Validat|Zod|Joi|Yup|Schema/.test(
    [...texts, file.text.slice(node.start, node.body?.start ?? node.end)].join(' '),
  )
}

const validatesAll = once((file: SourceFile) => /useGlobalPipes\(|APP_PIPE/.test(file.text))

/** Nothing imports the file, no command names it, and it is no server: somebody runs it when it is needed. */
export function standsApart({ path }: SourceFile, { modules, project, web }: Codebase): boolean {
  const stem = path.replace(/^.*\//, '').replace(/\.\w+$/, '')
  return (
    web.servers.length > 0 &&
    !modules.importersOf.has(path) &&
    web.servers.every(({ file }) => file.path !== path) &&
    !project.manifests.some(({ scripts }) => Object.values(scripts).some((script) => script.includes(stem)))
  )
}

/** In a branch that production does not take, or behind one that leaves: `if (NODE_ENV !== 'test') throw …`. */
export function inDevelopment(node: Node, file: SourceFile): boolean {
  const body = (isFunction(node) ? node : functionAround(node))?.body
  // What stands before the body is a parameter, or the function itself.
  const before = body && file.text.slice(body.start, node.start > body.start ? node.start : body.end)
  if (before && leavesProduction.test(before)) return true
  const branch = ancestor(node, (at) => at.type === 'IfStatement')
  if (branch?.type !== 'IfStatement') return false
  const test = file.text.slice(branch.test.start, branch.test.end)
  if (branch.alternate && contains(branch.alternate, node)) return /^[^!]*(isProd|production)/i.test(test)
  return (
    /^!\s*\w*isProd|\bis_?dev|\bDEV(_\w+)?\b|['"](development|test)['"]|!==?\s*['"]production/i.test(test) &&
    !/!==?\s*['"](development|test)/.test(test)
  )
}

const leavesProduction =
  /\bif\s*\(\s*[\w.]*\b(NODE_ENV|env)\s*!==?\s*['"](test|testing|development|dev|local|e2e)['"]\s*\)\s*\{?\s*(throw|return)\b/

/** The innermost handler that runs a node, through callbacks and project functions. */
export function requestOf(codebase: Codebase, node: Node): Handler | undefined {
  for (let at: FunctionNode | undefined = isFunction(node) ? node : functionAround(node); at; at = functionAround(at)) {
    const handler = codebase.web.inRequest.get(at)
    if (handler) return handler
  }
  return undefined
}

/** What a function is given to, through wrappers such as `asyncHandler(fn)`. */
function holderOf(node: Node): Node | null | undefined {
  let at = node
  while (at.parent?.type === 'CallExpression' && at.parent.arguments.length === 1 && at.parent.arguments[0] === at)
    at = at.parent
  return at.parent
}

/** Names of a function and of those around it, for guessing its purpose. */
export function purposeOf(codebase: Codebase, node: Node): string {
  const names: string[] = []
  for (let at = functionAround(node); at; at = functionAround(at)) {
    if (at.id) names.push(at.id.name)
    const parent = holderOf(at)
    if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') names.push(parent.id.name)
    if (parent?.type === 'AssignmentExpression') names.push(pathOf(parent.left))
    if ((parent?.type === 'Property' || parent?.type === 'MethodDefinition') && parent.key.type === 'Identifier')
      names.push(parent.key.name)
    for (const route of routesOf(codebase, at)) names.push(route.path)
  }
  return names.join(' ')
}

/** Whether any production file imports a package. */
export function importsPackage(codebase: Codebase, pattern: RegExp): boolean {
  return packagesOf(codebase)
    .values()
    .some((specifier) => pattern.test(specifier))
}

const packagesOf = onceFor(({ modules, withTypes }: Codebase): ReadonlySet<string> => {
  const edges = withTypes.flatMap(({ path }) => modules.importsOf.get(path) ?? [])
  return new Set(edges.filter(({ to }) => to === undefined).map(({ specifier }) => specifier))
})

/** Where the web application is made; the place for findings about what the whole application lacks. */
export function applicationPlace(codebase: Codebase): { file: SourceFile; node: Node } | undefined {
  const servers = mainFirst(codebase.web.servers, codebase)
  return servers.find((server) => server.framework !== 'http') ?? servers[0]
}

/** Places in the files that the project is started with before others, then where something listens, programs that use nothing of it last. */
export function mainFirst<Place extends { file: SourceFile }>(places: readonly Place[], codebase: Codebase): Place[] {
  const { modules, project } = codebase
  const isJoined = (path: string) =>
    modules.importersOf.has(path) || (modules.importsOf.get(path) ?? []).some(({ to }) => to !== undefined)
  const rank = ({ file }: Place) => {
    if (project.entryPoints.includes(file.path)) return 0
    if (!isJoined(file.path)) return 3
    return listens(file) ? 1 : 2
  }
  return places.toSorted((one, other) => rank(one) - rank(other))
}

const listens = says(/\.listen\(/)

/** A text file of the project, as a place for a match. */
export function textFile(codebase: Codebase, path: string): { path: string; text: string } {
  return { path, text: codebase.texts.get(path) ?? '' }
}

/** The major version of a dependency: the installed one, else the lowest its range allows. */
export function majorOf(codebase: Codebase, name: string): number | undefined {
  const found = codebase.project.dependencies.find((dependency) => dependency.name === name)
  const version = found?.installed ?? found?.range
  const major = version === undefined ? undefined : /(\d+)/.exec(version)?.[1]
  return major === undefined ? undefined : Number(major)
}

/**
 * Whether a value is made once and kept: `if (kept) return kept` before it, `if (!kept) kept = …` around it, or `??=`.
 */
export function isKept(node: Node, around: FunctionNode, file: SourceFile): boolean {
  const before = file.text.slice(around.start, node.start)
  if (
    /if\s*\(\s*([\w.]+)(\[[^\]]+\]|\.has\([^)]*\)|\.get\([^)]*\))?\s*(!==?\s*(undefined|null))?\s*\)\s*\{?\s*return\s+\1\b/.test(
      before,
    )
  )
    return true
  for (let at: Node | null | undefined = node; at && at !== around; at = at.parent) {
    if (at.type === 'AssignmentExpression' && /^(\?\?|\|\|)=$/.test(at.operator)) return true
    if (at.type !== 'IfStatement' || !contains(at.consequent, node)) continue
    const name = /^!\s*([\w.]+)$|^([\w.]+)\s*===?\s*(undefined|null)$/.exec(file.text.slice(at.test.start, at.test.end))
    const kept = name?.[1] ?? name?.[2]
    if (kept && file.text.slice(at.consequent.start, at.consequent.end).includes(`${kept} = `)) return true
  }
  return false
}

/** Names of work that is done seldom, beside requests: setting up, moving data, trying an address out. */
export const onceInALife = /set-?_?up|install|migrat|import|backup|restore|\btest|check-?_?connection/i

/** Whether the project answers requests: by routes, or by a GraphQL server of its own. */
export function answersRequests({ web, index }: Codebase): boolean {
  return web.routes.length > 0 || (index.named(graphqlServers).length > 0 && web.handlers.size > 0)
}
