import type { Codebase } from '../../codebase.ts'
import { checksIdentity, guardsOf, hasAuth, isAuthStep, isRoleStep, publicPaths } from '../../facts/access-control.ts'
import { folderOf } from '../../facts/module-paths.ts'
import { bodyText } from '../../facts/responses.ts'
import type { Step } from '../../facts/steps.ts'
import type { Route } from '../../facts/web.ts'
import { contains, type FunctionNode } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { guardsWithoutStop } from '../errors/double-response/guards-that-do-not-stop.ts'
import { importsPackage, inDevelopment, purposeOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const missingAuth: Rule = {
  id: 'missing-auth',
  category: 'missing-auth',
  severity: 'high',
  confidence: 'medium',
  title: 'A route is open to anyone',
  why: 'Nothing before the handler, and nothing in it, asks who is calling, while other parts of the application do.',
  effects: { safety: 'Anyone who knows the address can read or change the data.' },
  fix: {
    say: 'Put the guard on the router, so that a new route is closed until someone opens it.',
    code: {
      Express:
        "const admin = express.Router()\nadmin.use(requireUser, requireRole('admin'))\nadmin.delete('/users/:id', deleteUser)",
      Fastify:
        "fastify.register(async (admin) => {\n  admin.addHook('onRequest', admin.requireRole('admin'))\n  admin.delete('/users/:id', deleteUser)\n})",
      NestJS: "@UseGuards(AuthGuard, RolesGuard)\n@Roles('admin')\n@Controller('users')",
    },
  },
  sources: [
    'https://owasp.org/Top10/A01_2021-Broken_Access_Control/',
    'https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html',
  ],
  limits:
    'Authentication in front of the service (a gateway, a mesh) is seen only when it is configured in the same repository.',
  *find(codebase) {
    yield* guardsThatDoNotStop(codebase)
    for (const { call, file } of codebase.index.named(
      /^(@adminjs\/express|@admin-bro\/express|admin-bro-expressjs|@adminjs\/koa)(\.default)?\.buildRouter$/,
    ))
      yield {
        file,
        node: call,
        severity: 'critical',
        confidence: 'high',
        message:
          'The administration is open to anyone: this router asks for no login (`buildAuthenticatedRouter` does).',
      }
    if (!knowsUsers(codebase) || isGuardedOutside(codebase)) return
    const routes = codebase.web.routes.filter((route) => route.framework !== 'nest' || !hasGlobalGuard(codebase))
    const guarded = routes.filter((route) => isShut(route) && !isForMachines(route))
    for (const route of routes) {
      const admin =
        /(^|\/)(admin|manage|internal|backoffice|promote|superuser)/i.test(route.fullPath) ||
        /admin/i.test(route.own.at(-1)?.name ?? '')
      if (!protects(route)) {
        if (provesSender(route, codebase) || (!admin && servesVisitor(route))) continue
        if (route.own.some((step) => /middlewares?$/i.test(step.name))) continue
        const sibling = closest(route, guarded)
        // What stands before a router from elsewhere is not seen: only a guard on a sibling shows that each has its own.
        if (route.unplaced && !(sibling?.app === route.app && sibling.own.slice(0, -1).some(isAuthStep))) continue
        if (sibling && isFar(route, sibling) && isOpenRouter(route, codebase)) continue
        const message = reason(route, sibling, admin, codebase)
        if (message) yield { ...place(route, message, sibling && admin ? 'high' : 'medium'), ...weight(route, sibling) }
      } else if (
        admin &&
        !/verify|check|log-?(in|out)|csrf|callback|\bauth\b/i.test(route.path) &&
        !isPattern(route.fullPath) &&
        !isForMachines(route) &&
        !guardsOf(route).some((step) => isRoleStep(step) || isUnread(step)) &&
        !checksRole(route)
      ) {
        yield place(route, `${route.method} ${route.path} asks who is calling but not for a role.`, 'medium')
      }
    }
    yield* forgottenGuards(codebase)
  },
}

/** A path with parts that are not known, or that matches many: a guard mounted on one of them is not told from here. */
function isPattern(path: string): boolean {
  return /[(+|]|(^|\/)\*\//.test(path)
}

/** A handler that does nothing but refuse. */
function onlyFails(route: Route): boolean {
  if (!route.handler) return false
  const text = bodyText(route.handler.node, route.handler.file)
  return text.length < 200 && /next\(\s*new|throw\b/.test(text) && !/\bres\.(json|send)/.test(text)
}

/** The guarded route most like this one: on the same router, in the same file, in the same folder, anywhere. */
function closest(route: Route, guarded: readonly Route[]): Route | undefined {
  return (
    guarded.find((other) => other.app === route.app) ??
    guarded.find((other) => other.file === route.file) ??
    guarded.find((other) => folderOf(other.file.path) === folderOf(route.file.path)) ??
    guarded[0]
  )
}

function isFar(route: Route, sibling: Route): boolean {
  return folderOf(sibling.file.path) !== folderOf(route.file.path)
}

/** A router of several routes where none is guarded, while others are as a whole, is open on purpose. */
function isOpenRouter(route: Route, codebase: Codebase): boolean {
  return codebase.web.routes.filter((other) => other.app === route.app).length >= 4
}

/** What stands far from every guarded route may be open on purpose. */
function weight(route: Route, sibling: Route | undefined): Pick<Match, 'severity' | 'confidence'> {
  if (!sibling || !isFar(route, sibling)) return {}
  return { severity: 'medium', confidence: 'low' }
}

function place(route: Route, message: string, confidence: 'high' | 'medium'): Match {
  return { file: route.file, node: route.node, line: route.line, confidence, message }
}

function protects(route: Route): boolean {
  return (
    hasAuth(route) ||
    (route.handler !== undefined &&
      /\bUnauthorized\b[^\n]*\b401\b/.test(bodyText(route.handler.node, route.handler.file))) ||
    (route.handler !== undefined && checksIdentity(route.handler.node, route.handler.file))
  )
}

/** Jobs and other services call it with a key of their own: what stands there says nothing of the routes for people. */
function isForMachines(route: Route): boolean {
  const guards = guardsOf(route).filter(isAuthStep)
  return guards.length > 0 && guards.every((step) => /cron|secret|api_?-?key|webhook|signature|hmac/i.test(step.name))
}

const signature =
  /(verif|valid|check|auth)\w*(webhook|sns)|createVerify|signature|constructEvent|timingSafeEqual|createHmac|verify\w*Webhook|webhook\w*Secret|\.webhook\(/i
const proof = /(verif|valid|check|authentic|construct|is[A-Z])\w*(\.\w+)?\(/i

/** A webhook whose sender signs what it sends: the handler, or what it calls, checks that. */
function provesSender(route: Route, codebase: Codebase): boolean {
  const seen = new Set<FunctionNode>()
  const look = (node: FunctionNode, file: SourceFile, depth: number): boolean => {
    if (seen.has(node)) return false
    seen.add(node)
    const text = bodyText(node, file)
    if (signature.test(text) && proof.test(text)) return true
    return (
      depth < 3 &&
      file.calls.some((call) => {
        const target = contains(node, call) ? codebase.calls.targetOf(call) : undefined
        return target !== undefined && look(target.node, target.file, depth + 1)
      })
    )
  }
  return route.chain.some(
    (step) =>
      signature.test(step.name) ||
      (step.function !== undefined && step.functionFile !== undefined && look(step.function, step.functionFile, 0)),
  )
}

/** Its guard, or its handler, turns strangers away; that a handler knows the session is not enough. */
function isShut(route: Route): boolean {
  if (hasAuth(route)) return true
  if (!route.handler || !protects(route)) return false
  return /\b40[13]\b|Unauthori|Forbidden|redirect|throw|\bassert|abort/i.test(
    bodyText(route.handler.node, route.handler.file),
  )
}

/** A basket or a checkout belongs to the session of whoever asks, signed in or not. */
function servesVisitor(route: Route): boolean {
  return (
    route.handler !== undefined &&
    /\bsession\.\w*(cart|basket|checkout|customer|guest|visitor|order)/i.test(
      bodyText(route.handler.node, route.handler.file),
    )
  )
}

/** A guard whose code is not found may look at roles. */
function isUnread(step: Step): boolean {
  return step.function === undefined && /middleware/i.test(step.name)
}

function checksRole(route: Route): boolean {
  return (
    route.handler !== undefined &&
    /\b(role|isAdmin|permission|scope)s?\b/i.test(bodyText(route.handler.node, route.handler.file))
  )
}

function reason(route: Route, sibling: Route | undefined, admin: boolean, codebase: Codebase): string | undefined {
  if (/^(OPTIONS|HEAD)$/.test(route.method)) return undefined
  if (
    publicPaths.test(route.path === '/' ? route.fullPath : route.path) &&
    !admin &&
    !/user|account|order|payment/i.test(route.fullPath)
  )
    return undefined
  // Creating an account is how people sign up.
  if (route.method === 'POST' && /\/(users?|accounts?)\/?$/i.test(route.fullPath)) return undefined
  if (
    /log-?in|log-?out|csrf|sign-?(in|up|out)|regist|forgot|reset|otp|token|webhook|revoke|introspect|authorize|callback|saml|\bsso\b|authn|onboarding|verify|(^|\/)(in|out)box$|sitemap|\.(rss|xml|atom)\b|set-?up|finalize|create-admin|first-?run|bootstrap|hooks?\./i.test(
      route.path,
    ) ||
    /(^|[/.-])(anonymous|public|open|unauthenticated|oauth|internal)([/.-]|$)/i.test(route.file.path) ||
    inDevelopment(route.node, route.file) ||
    (!admin && /(^|\/)auth(entication)?\//i.test(route.fullPath)) ||
    onlyFails(route)
  )
    return undefined
  if (
    route.framework !== 'nest' &&
    route.chain.length === route.own.length &&
    route.own.length === 1 &&
    route.path === '*'
  )
    return undefined
  const compare = sibling
    ? `; ${sibling.method} ${sibling.path} is guarded by \`${guardsOf(sibling).find(isAuthStep)?.name ?? 'its handler'}\``
    : ''
  if (/POST|PUT|PATCH|DELETE/.test(route.method)) {
    if (!reachesData(route, codebase)) return undefined
    return `${route.method} ${route.path} changes data and asks nobody who they are${compare}.`
  }
  const text = route.handler ? bodyText(route.handler.node, route.handler.file) : ''
  if (
    /\b(destroy|delete\w*|remove|update\w*|save|create|insert\w*)\(/.test(text) &&
    /\b(db|[A-Z]\w+|\w*[mM]odel|\w*[rR]epo\w*|\w*[sS]ervice|\w*Col(lection)?)\.(destroy|delete\w*|remove|update\w*|save|create|insert\w*)\(/.test(
      text,
    )
  ) {
    return `${route.method} ${route.path} changes data and asks nobody who they are${compare}.`
  }
  if (admin) return `${route.method} ${route.path} is an administrator’s route and asks nobody who they are${compare}.`
  if (
    (peoplesPath.test(route.fullPath) && !shownToAll.test(route.path)) ||
    (/(^|\/)(users?|accounts?|customers?)\.[jt]s$/i.test(route.file.path) && route.path === '/')
  ) {
    return `${route.method} ${route.path} shows personal data and asks nobody who they are${compare}.`
  }
  if (sibling && sibling.file === route.file && /redirect/i.test(route.path))
    return `${route.method} ${route.path} is open while its siblings are guarded${compare}.`
  return undefined
}

const peoplesPath = /\/(users?|accounts?|customers?|orders?|payments?|invoices?|profiles?)(\/|$)/i
/** Below people's paths too, these are there to be seen. */
const shownToAll =
  /\/(business(es)?|shops?|stores?|products?|categor(y|ies)|public|plans?|roles?|types?|avatars?)(\/|$)/i

/** Whether the handler, or what it calls, reads or writes data; true where it cannot be seen. */
function reachesData(route: Route, codebase: Codebase): boolean {
  if (!route.handler) return true
  const seen = new Set<FunctionNode>()
  const look = (node: FunctionNode, file: SourceFile, depth: number): boolean => {
    if (seen.has(node)) return false
    seen.add(node)
    if (touches.test(bodyText(node, file))) return true
    return file.calls.some((call) => {
      const target = contains(node, call) && depth < 3 ? codebase.calls.targetOf(call) : undefined
      return target !== undefined && look(target.node, target.file, depth + 1)
    })
  }
  return look(route.handler.node, route.handler.file, 0)
}

const touches =
  /\.(\w*(save|create|insert|update|upsert|delete|remove|destroy|add|set|put|push|send|write|find|query|exec|run|upload|publish|emit|move|mv|import|charge|pay|reset)\w*)\(/i

/** There is something to sign in to. */
function knowsUsers(codebase: Codebase): boolean {
  if (
    codebase.sessions.length > 0 ||
    importsPackage(
      codebase,
      /^(passport|jsonwebtoken|express-jwt|jose|@nestjs\/(passport|jwt)|@fastify\/(jwt|session|passport)|koa-passport|koa-jwt|hono\/jwt|better-auth|bcrypt|bcryptjs|argon2)/,
    )
  )
    return true
  return codebase.web.routes.some((route) => /log-?in|sign-?in/i.test(route.path))
}

const guardsAll = once((file: SourceFile) => /APP_GUARD|useGlobalGuards\(/.test(file.text))

function hasGlobalGuard(codebase: Codebase): boolean {
  return codebase.production.some(guardsAll)
}

function isGuardedOutside(codebase: Codebase): boolean {
  return [...codebase.texts].some(
    ([path, text]) =>
      /(nginx|kong|traefik|envoy|gateway|krakend)[^/]*\.(conf|ya?ml|json)$/i.test(path) &&
      /auth_request|jwt|oauth2|forward-?auth|key-auth/i.test(text),
  )
}

/** A guard that redirects and comes back lets the protected code run. */
function* guardsThatDoNotStop(codebase: Codebase): Iterable<Match> {
  for (const { node: response, file } of guardsWithoutStop(codebase).values()) {
    const name = purposeOf(codebase, response).split(' ')[0] ?? ''
    if (!/auth|^check|guard|^(ensure|require|verify|is|must|only)_?[A-Z]|logged|login/i.test(name)) continue
    yield {
      file,
      node: response,
      confidence: 'high',
      message: 'The guard answers but its caller goes on: the protected code still runs.',
    }
  }
}

const routesInComments = once((file: SourceFile) =>
  file.comments.flatMap((comment) =>
    [...comment.text.matchAll(/\.(get|post|put|patch|delete)\(\s*(['"])([^'"]+)\2\s*,\s*([^)\n]+)\)/g)].map(
      (match) => ({ comment, match }),
    ),
  ),
)

/** A comment that registers the same route with a guard the live route does not have. */
function* forgottenGuards(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    if (file.calls.length === 0) continue
    for (const { comment, match } of routesInComments(file)) {
      const route = codebase.web.routes.find(
        (item) => item.file === file && item.path === match[3] && item.method === match[1]?.toUpperCase(),
      )
      if (!route) continue
      const names = (match[4] ?? '').split(',').map((name) => name.trim())
      const missing = names.find(
        (name) => /admin|role|auth|permission/i.test(name) && !route.own.some((step) => step.name.endsWith(name)),
      )
      if (missing)
        yield place(
          route,
          `${route.method} ${route.path} lacks \`${missing}\`, which stands in a comment on line ${comment.line}.`,
          'medium',
        )
    }
  }
}
