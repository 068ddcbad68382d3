import type { Codebase } from '../../codebase.ts'
import { bodyText } from '../../facts/responses.ts'
import type { Route } from '../../facts/web.ts'
import { decoratorCall, decoratorName } from '../../facts/handlers.ts'
import {
  ancestor,
  contains,
  functionAround,
  isString,
  keyOf,
  parameterName,
  pathOf,
  type FunctionNode,
  type Node,
  type Of,
} from '../../parse/ast.ts'
import { membersOf, goingBy } from '../../parse/by-name.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { atOnce, says } from '../../parse/once.ts'
import { lineOf, routeName } from '../places.ts'
import { inWords } from '../matches.ts'
import * as words from './route-mistakes/words.ts'
import type { Match, Rule } from '../rule.ts'
import { bareParameters } from './route-mistakes/bare-parameters.ts'
import { pathsWithoutSlash } from './route-mistakes/paths-without-slash.ts'

export const routeMistakes: Rule = {
  id: 'route-mistakes',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'A route does not do what it says',
  why: 'The first route that fits answers, parameters have the names of the path, and what is returned is an answer.',
  effects: { safety: 'A handler never runs, or runs with values that are never there.' },
  fix: {
    say: 'Write fixed paths before those with parameters, and read parameters by the names in the path.',
    code: {
      Express: "router.get('/orders/latest', latestOrder)\nrouter.get('/orders/:id', oneOrder)",
      NestJS: "remove(@Param('id') id: string) {\n  if (!this.orders.has(id)) throw new NotFoundException()\n}",
    },
  },
  sources: ['https://expressjs.com/en/guide/routing.html', 'https://docs.nestjs.com/controllers#route-parameters'],
  limits: 'Express and NestJS; routes of one router in one function.',
  *find(codebase) {
    yield* inWords(words.unreachable, unreachableRoutes(codebase))
    yield* inWords(words.unknown, unknownParameters(codebase))
    yield* inWords(words.unnamed, unnamedParameters(codebase))
    yield* inWords(words.bare, bareParameters(codebase))
    yield* pathsWithoutSlash(codebase)
    yield* inWords(words.returned, returnedErrors(codebase))
  },
}

/** `@Version('2')`: NestJS tells it apart from what has the same address. */
function isOfVersion({ own }: Route): boolean {
  return own.some(({ name }) => name === '@Version')
}

/** Behind a route that takes the same requests, and the same route again. */
function* unreachableRoutes(codebase: Codebase): Iterable<Match> {
  const ordered = codebase.web.routes.filter(({ framework }) => framework === 'express' || framework === 'nest')
  for (const list of Map.groupBy(ordered, ({ app }) => app).values()) {
    // Fastify looks for a fixed path first, whatever the order.
    if (list[0]?.framework === 'nest' && codebase.production.some(runsOnFastify)) continue
    const routes = list.toSorted((one, other) => one.node.end - other.node.end)
    for (const [index, route] of routes.entries()) {
      const before = routes
        .slice(0, index)
        .find(
          (item) =>
            item.file === route.file &&
            functionAround(item.node) === functionAround(route.node) &&
            isInBlockOf(route, item) &&
            !isOfVersion(route) &&
            takes(item, route),
        )
      if (before)
        yield {
          file: route.file,
          node: route.node,
          line: route.line,
          also: [{ path: before.file.path, line: before.line }],
          message: `${routeName(route)} is never reached: ${before.path} on line ${before.line} answers before it.`,
        }
    }
  }
}

/** `if (development) app.get('/', …) else app.get('/', …)`: only one of them is there. */
function isInBlockOf(route: Route, before: Route): boolean {
  const block = ancestor(before.node, (at) => at.type === 'BlockStatement' || at.type === 'IfStatement')
  return block === undefined || (block.type === 'BlockStatement' && contains(block, route.node))
}

const runsOnFastify = says(/\bnew FastifyAdapter\(/)

function takes(before: Route, route: Route): boolean {
  if (before.method !== route.method || before.node === route.node || before.path === '' || route.path === '')
    return false
  const [one, other] = [partsOf(before.path), partsOf(route.path)]
  if (!isWritten(before) || !isWritten(route)) return false
  if (one.length !== other.length || !/^[\w/:.-]*$/.test(before.path) || !/^[\w/:.-]*$/.test(route.path)) return false
  if (!one.every((part, index) => part === other[index] || (part.startsWith(':') && !/[.-]/.test(part)))) return false
  return before.handler !== undefined && !mayPassOn(before) && !hasConditions(before)
}

/** A path that comes from a constant or a template may be another than it seems. */
function isWritten({ file, node, path, framework }: Route): boolean {
  const text = file.text.slice(node.start, Math.min(node.end, node.start + 300))
  if (framework === 'nest') return node.type === 'MethodDefinition' && node.decorators.some(writesPath)
  const last = partsOf(path).at(-1)
  if (/^[^\n]*\$\{/.test(text)) return false
  if (last !== undefined) return text.includes(last)
  return /@\w+\(\s*(['"`]\/?['"`])?\s*\)|\.\w+\(\s*['"`]\/?['"`]/.test(text)
}

function writesPath(decorator: Of<'Decorator'>): boolean {
  const [path] = decoratorCall(decorator)?.arguments ?? []
  return /^(Get|Post|Put|Patch|Delete|All)$/.test(decoratorName(decorator)) && (path === undefined || isString(path))
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '')
}

/** A handler that calls `next` without an error lets others answer. */
function mayPassOn({ handler }: Route): boolean {
  return handler !== undefined && /\bnext\(\s*(['"`]route['"`])?\s*\)/.test(bodyText(handler.node, handler.file))
}

/** Versions, hosts and header conditions choose between routes of one path. */
function hasConditions({ options, own }: Route): boolean {
  return (
    (options !== undefined && /version|host/i.test(optionsText(options))) ||
    own.some(({ name }) => /version|content-?type|when|if\b/i.test(name))
  )
}

function optionsText(node: Node): string {
  return node.type === 'ClassDeclaration'
    ? node.decorators.map((decorator) => pathOf(decorator.expression)).join()
    : pathOf(node)
}

/** `name.params.key` in a function. */
const parametersRead = atOnce((file: SourceFile) =>
  goingBy(membersOf(file), 'params').flatMap((object) => {
    const member = object.parent
    if (member?.type !== 'MemberExpression' || member.object !== object || object.object.type !== 'Identifier')
      return []
    const name = member.computed ? undefined : keyOf(member)
    const around = functionAround(member)
    if (name === undefined || /^\d+$|^(length|hasOwnProperty)$/.test(name) || !around) return []
    return [{ member, name, around, request: object.object.name }]
  }),
)

/** `req.params.userId` in a handler none of whose routes has `:userId`. */
function* unknownParameters(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    const seen = new Set<string>()
    for (const { member, name, around, request } of parametersRead(file)) {
      const handler = codebase.web.handlers.get(around)
      if (handler?.framework !== 'express' || handler.request !== request || isOneOfSeveral(member)) continue
      const routes = codebase.web.routesThrough.get(handler.node) ?? []
      if (
        routes.length === 0 ||
        codebase.web.uses.some((use) => use.steps.some((step) => step.function === handler.node))
      )
        continue
      if (
        routes.some(
          (route) =>
            route.unplaced ||
            // What loads the file puts the router under a path with parameters.
            (route.fullPath === route.path && takesFromParent(file)) ||
            !/^[\w/:.()?-]*$/.test(route.fullPath) ||
            route.fullPath.includes(`:${name}`) ||
            /\?|\*|\(/.test(route.fullPath),
        )
      )
        continue
      if (
        routes.some((route) => route.handler?.node !== handler.node) ||
        file.text.includes(`params.${name} =`) ||
        seen.has(`${around.start} ${name}`)
      )
        continue
      seen.add(`${around.start} ${name}`)
      yield {
        file,
        node: member,
        message: `\`${name}\` is never there: the path is ${routes[0]?.fullPath}.`,
      }
    }
  }
}

/** `req.query.team ?? req.params.team`: it is read wherever a route may have it. */
function isOneOfSeveral(member: Node): boolean {
  return member.parent?.type === 'LogicalExpression' && member.parent.operator !== '&&'
}

const takesFromParent = says(/\bmergeParams\b/)

/** `@Param() id: string` is given all parameters as an object. */
function* unnamedParameters(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) yield* unnamedIn(file)
}

const unnamedIn = atOnce((file: SourceFile) =>
  file.decorators.flatMap((decorator): Match[] => {
    const call = decorator.expression
    if (
      call.type !== 'CallExpression' ||
      call.callee.type !== 'Identifier' ||
      !/^(Param|Query|Headers)$/.test(call.callee.name)
    )
      return []
    const parameter: Node | null | undefined = decorator.parent
    const type = parameterName(parameter ?? undefined)?.typeAnnotation?.typeAnnotation.type
    if (call.arguments.length > 0 || !type || !/^TS(String|Number|Boolean)Keyword$/.test(type)) return []
    const message = `\`@${call.callee.name}()\` without a name gives an object with all of them, not one value.`
    return [{ file, node: decorator, message }]
  }),
)

const returnedObjects = atOnce((file: SourceFile) =>
  file.returns.flatMap((statement) => {
    const made = statement.argument
    const around = functionAround(statement)
    return made?.type === 'NewExpression' && around ? [{ made, around }] : []
  }),
)

/** `return new NotFoundException()` answers 200 with the error as its body. */
function* returnedErrors(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { made, around } of returnedObjects(file)) {
      const name = pathOf(made.callee)
      if (!isAnswer(made, around, file, codebase)) continue
      yield {
        file,
        node: made,
        line: lineOf(made, file),
        message: `\`${name}\` is returned, not thrown: the answer is a success with the error in it.`,
      }
    }
  }
}

function isAnswer(made: Of<'NewExpression'>, around: FunctionNode, file: SourceFile, codebase: Codebase): boolean {
  const name = codebase.meanings.nameOf(made.callee, file)
  // A function that makes errors for others to throw says so.
  return (
    name.startsWith('@nestjs/') &&
    name.endsWith('Exception') &&
    codebase.web.inRequest.has(around) &&
    around.parent?.type === 'MethodDefinition' &&
    !/error|exception|factory/i.test(keyOf(around.parent) ?? '')
  )
}
