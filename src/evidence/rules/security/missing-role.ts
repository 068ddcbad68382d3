import type { Codebase } from '../../codebase.ts'
import { guardsOf, isAuthStep, isRoleStep, publicPaths } from '../../facts/access-control.ts'
import { asksForRole, asksWhoCalls, guardedByOwner, isSignedIn, namesCaller } from '../../facts/caller.ts'
import { isAccountModel } from '../../facts/entities.ts'
import { ofTheHouse } from '../../facts/things.ts'
import { someReached } from '../../facts/reached.ts'
import { once, onceFor } from '../../parse/once.ts'
import { codeText } from '../../parse/code-text.ts'
import { contains, literalText, pathOf, type Node } from '../../parse/ast.ts'
import { symbolAround } from '../../parse/symbols.ts'
import type { FoundCall } from '../../facts/call-index.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Step } from '../../facts/steps.ts'
import type { Route } from '../../facts/web.ts'
import { inOne, inWords } from '../matches.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { routeName } from '../places.ts'

export const missingRole: Rule = {
  id: 'missing-role',
  category: 'missing-auth',
  severity: 'medium',
  confidence: 'medium',
  title: 'Anyone who is signed in may do what is an administrator’s to do',
  why: 'Users have roles here, yet this route only asks whether somebody is signed in: whoever registers may use it.',
  effects: { safety: 'A customer changes the catalogue, or reads what belongs to all others.' },
  fix: {
    say: 'Ask for the role where the route is written, as its siblings do.',
    code: {
      Express: "router.put('/products/:id', requireUser, requireRole('admin'), updateProduct)",
      Fastify: "fastify.put('/products/:id', { preHandler: [requireUser, requireRole('admin')] }, updateProduct)",
      NestJS: "@Roles('admin')\n@Put(':id')\nupdate(@Param('id') id: string, @Body() product: ProductDto) {}",
    },
  },
  sources: ['https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/'],
  limits: 'Which things belong to the house is told by their names; that users manage a list together may be meant.',
  *find(codebase) {
    if (!knowsRoles(codebase)) return
    const unread = rolesNobodyReads(codebase)
    const read = unread === undefined
    if (unread) yield unread
    const found = [...routesWithoutRole(codebase, read)]
    if (found.length < severalRoutes || asksAnywhere(codebase)) return yield* found
    yield* inWords(
      nobodyAsks,
      inOne(
        found.map((match) => ({
          ...match,
          cause: 'no role',
          message: `No route asks for a role; ${match.message.replace(/; it asks[^;]*$/, '')}, whoever is signed in.`,
        })),
      ),
    )
  },
}

/** From so many on, and with no route that asks, it is not the routes that were forgotten. */
const severalRoutes = 5

function asksAnywhere({ web }: Codebase): boolean {
  return web.routes.some((route) => guardsOf(route).some((step) => isRoleStep(step) || asksForMore(step)))
}

const nobodyAsks: Words = {
  title: 'Accounts have roles, and no route asks for one',
  why: 'Whoever is signed in may do what every other may, whatever role the account was given.',
  fix: {
    say: 'Write one guard that looks the role up, and name on each route that changes something what it asks for.',
    code: {
      Express: "router.put('/products/:id', requireUser, requireRole('admin'), updateProduct)",
      Fastify: "fastify.put('/products/:id', { preHandler: [requireUser, requireRole('admin')] }, updateProduct)",
      NestJS:
        "@UseGuards(JwtAuthGuard, RolesGuard)\n@Roles('admin')\n@Put(':id')\nupdate(@Param('id') id: string, @Body() product: ProductDto) {}",
    },
  },
}

function* routesWithoutRole(codebase: Codebase, read: boolean): Iterable<Match> {
  const controllers = new Set<Node>()
  for (const route of codebase.web.routes) {
    if (route.unplaced || !route.handler || !isSignedIn(route, codebase)) continue
    if (guardsOf(route).some((step) => (isRoleStep(step) || asksForMore(step)) && (read || !step.name.startsWith('@'))))
      continue
    const named = deedOf(route)
    const sibling = named ? undefined : guardedTwin(route, codebase)
    const what = named ?? (sibling && `changes what ${routeName(sibling)} keeps for those with a role`)
    if (!what || guardedByOwner(route) || looksAtCaller(route, codebase)) continue
    if (route.method === 'GET' && !administers(route) && !readsMany(route, codebase)) continue
    if (administers(route)) {
      if (route.framework !== 'nest' || controllers.has(route.app)) continue
      controllers.add(route.app)
    }
    yield {
      file: route.file,
      ...(administers(route) ? { node: route.app } : { node: route.node, line: route.line }),
      confidence: siblingHasRole(route, codebase) ? 'medium' : 'low',
      message: `${routeName(route)} ${what}; it asks for no role.`,
    }
  }
}

const changing = /^(POST|PUT|PATCH|DELETE)$/

/** A route of the same router that changes the same things, and asks for a role. */
function guardedTwin(route: Route, codebase: Codebase): Route | undefined {
  const thing = thingOf(route)
  if (!changing.test(route.method) || publicPaths.test(thing) || isEveryones.test(`${route.fullPath}/`))
    return undefined
  const others = codebase.web.routes.filter(
    (other) => other.app === route.app && other !== route && changing.test(other.method) && thingOf(other) === thing,
  )
  const guarded = others.filter((other) => guardsOf(other).some(isRoleStep))
  const same = guarded.find((other) => other.method === route.method && other.fullPath === route.fullPath)
  // That anyone may sign up, or file a ticket that staff delete, is how it should be.
  if (
    route.method === 'POST' &&
    !same &&
    (/(users?|accounts?|customers?)$/i.test(thing) || guarded.length < 2 || guarded.length < others.length)
  )
    return undefined
  return same ?? guarded[0]
}

/** What users make for themselves. */
const isEveryones =
  /\/(reviews?|comments?|ratings?|likes?|carts?|baskets?|wish-?lists?|favou?rites?|me|profile|messages?|search|follow|upload\w*)(\/|$)/i

/** The names in a path, without those of deeds. */
function thingOf({ fullPath }: Route): string {
  return fullPath
    .split('/')
    .filter((part) => part !== '' && !/^[:*{]/.test(part) && !plainVerb.test(part))
    .join('/')
}

const ofPeople =
  /^((all|get|list)-?_?)?(users?|customers?|accounts?|members?|employees?|orders?|payments?|invoices?|transactions?|logs?|audit-?_?logs?|subscribers?|leads?|enquir(y|ies)|inquir(y|ies))$/i
const decisions = /^(status|role|approve|reject|ban|unban|suspend|promote|demote|change-?_?role|verify-?user)$/i
const decidedOn =
  /^(orders?|payments?|users?|accounts?|merchants?|sellers?|vendors?|products?|reviews?|applications?|appointments?|bookings?|loans?|refunds?|claims?)$/i

/** What only an administrator would do, told by the names in the path; undefined for anything else. */
function deedOf(route: Route): string | undefined {
  const parts = route.fullPath.split('/').filter((part) => part !== '')
  const named = parts.filter((part) => !/^[:*{]/.test(part))
  const last = named.at(-1) ?? ''
  if (named.length === 0 || (publicPaths.test(last) && !decisions.test(last))) return undefined
  if (administers(route)) return 'is an administrator’s'
  const thing = named.find((part) => ofTheHouse.test(part))
  const writes =
    /POST|PUT|PATCH|DELETE/.test(route.method) && !/search|filter|find|query|export/i.test(route.own.at(-1)?.name ?? '')
  if (writes && (ofTheHouse.test(last) || (thing !== undefined && plainVerb.test(last))))
    return `changes \`${thing ?? last}\` for everyone`
  const decision = named.slice(1).find((part) => decisions.test(part))
  if (writes && decision !== undefined && named.some((part) => decidedOn.test(part)))
    return `decides \`${decision}\` for others`
  const people = named.findLast((part) => ofPeople.test(part))
  if (people === undefined || !(ofPeople.test(last) || plainVerb.test(last))) return undefined
  const takesId = /[:{*]/.test(parts.at(-1) ?? '')
  if (route.method === 'GET' && !takesId) return `shows all \`${people}\``
  if (
    /PUT|PATCH|DELETE/.test(route.method) &&
    takesId &&
    /^(users?|customers?|accounts?|members?|employees?)$/i.test(people)
  )
    return `changes any of \`${people}\``
  return undefined
}

/** Other frameworks’ routes of administrators are the matter of `missing-auth`. */
function administers(route: Route): boolean {
  return /(^|\/)(admin|back-?office)(\/|$)/i.test(route.fullPath)
}

const plainVerb = /^(add|create|new|insert|edit|update|modify|delete|remove|all|list|get)$/i

/** Accounts have a role, or some route asks for one. */
const knowsRoles = onceFor(
  (codebase: Codebase) =>
    codebase.entities.some(
      (entity) =>
        isAccountModel(entity.name.replace(/Schema$/, '')) &&
        entity.fields.some((field) =>
          /^(role|roles|role_?id|is_?admin|admin|permissions?|user_?type|account_?type)$/i.test(field.name),
        ),
    ) ||
    codebase.web.routes.some((route) => guardsOf(route).some(isRoleStep)) ||
    codebase.production.some(keepsRoles),
)

/** `class Role extends BaseModel`: rows that say what who has them may do. */
const keepsRoles = once(({ classes }: SourceFile) =>
  classes.some(
    ({ id, superClass }) => /^(User)?Role$/.test(id?.name ?? '') && superClass && pathOf(superClass).endsWith('Model'),
  ),
)

/** `@Roles(…)` puts a list on a route; where no guard asks the reflector for it, the list does nothing. */
function rolesNobodyReads(codebase: Codebase): Match | undefined {
  const written = codebase.index.named(/^@nestjs\/common\.SetMetadata$/).find(({ call, file }) => {
    const key = call.arguments[0]
    return key !== undefined && /role|permission/i.test(file.text.slice(key.start, key.end))
  })
  if (!written || codebase.index.methods('get', 'getAll', 'getAllAndOverride', 'getAllAndMerge').some(isOfRoles))
    return undefined
  const used = codebase.web.routes.some((route) => route.own.some((step) => /^@(Roles?|Permissions?)$/.test(step.name)))
  if (!used) return undefined
  const passes = codebase.production.flatMap((file) => (/\bcanActivate\b/.test(file.text) ? lastPass(file) : []))[0]
  return {
    ...(passes ?? { file: written.file, node: written.call }),
    severity: 'high',
    message: 'Roles are written on routes, and no guard reads them: whoever is signed in passes.',
  }
}

function isOfRoles({ call, file }: FoundCall): boolean {
  const key = call.arguments[0]
  return key !== undefined && /role|permission/i.test(file.text.slice(key.start, key.end))
}

/** Where a guard of the project lets the caller pass in the end. */
function lastPass(file: SourceFile): { file: SourceFile; node: Node }[] {
  return file.returns
    .filter((item) => literalText(item.argument) === 'true' && /canActivate/.test(symbolAround(item)))
    .slice(-1)
    .map((node) => ({ file, node }))
}

/** The handler, or what it calls, looks at the caller or at a role. */
function looksAtCaller({ handler }: Route, codebase: Codebase): boolean {
  return (
    handler === undefined ||
    asksWhoCalls(handler, codebase) ||
    someReached(
      handler,
      2,
      codebase.calls,
      (node, file) => asksForRole(node, file) || namesCaller(codeText(node, file), codebase),
    )
  )
}

const plainWords =
  /jwt|auth(entication|enticated|enticate|orization|orized)?|guard|user|session|logged|log|sign(ed)?|in\b|is|login|local|bearer|access|token|passport|required?|needs?|protect(ed)?|check(er)?|verify|validate|validation|ensure|middleware|handler|service|routes?|api|only|must|be|req|graphql|gql|\W|_/gi

/** A guard that is told a right, `auth('manageUsers')`, or is named for more than being signed in. */
function asksForMore(step: Step): boolean {
  if (!isAuthStep(step)) return false
  const { node } = step
  if (node.type === 'CallExpression' && node.arguments.length > 0 && !pathOf(node.callee).endsWith('authenticate')) {
    const given = step.file.text.slice(node.arguments[0]?.start, node.arguments.at(-1)?.end)
    return !/^['"](jwt|local|bearer|session|basic|token|access)/i.test(given)
  }
  return (step.name.split('.').at(-1) ?? '').replace(plainWords, '') !== '' && step.name !== 'forRoutes'
}

/** The handler, or what it calls, reads many rows. */
function readsMany(route: Route, codebase: Codebase): boolean {
  if (/(^|[a-z._])all|list/i.test(route.own.at(-1)?.name ?? '')) return true
  return (
    route.handler !== undefined &&
    someReached(route.handler, 3, codebase.calls, (node, file) =>
      codebase.queries.some(
        (query) => query.file === file && /find-many|raw/.test(query.kind) && contains(node, query.call),
      ),
    )
  )
}

function siblingHasRole(route: Route, codebase: Codebase): boolean {
  return codebase.web.routes.some(
    (other) => (other.app === route.app || other.file === route.file) && guardsOf(other).some(isRoleStep),
  )
}
