import type { Codebase } from '../codebase.ts'
import { asksForKey, checksIdentity, guardsOf, hasAuth, isAuthStep } from '../facts/access-control.ts'
import { namesCaller } from '../facts/caller.ts'
import { guardsAllRoutes } from '../facts/global-guards.ts'
import { someReached } from '../facts/reached.ts'
import { bodyText } from '../facts/responses.ts'
import type { Step } from '../facts/steps.ts'
import type { Route } from '../facts/web.ts'
import { contains, pathOf } from '../parse/ast.ts'
import { says } from '../parse/once.ts'
import { importsPackage } from './places.ts'

/** Somebody asks who is calling: a step before the handler, the handler, or what it calls. */
export function protects(route: Route, codebase: Codebase): boolean {
  if (hasAuth(route)) return true
  const { handler } = route
  if (!handler) return false
  return (
    /\bUnauthorized\b[^\n]*\b401\b/.test(bodyText(handler.node, handler.file)) ||
    checksIdentity(handler.node, handler.file) ||
    asksForPassword(route, codebase) ||
    someReached(handler, 2, codebase.calls, (node, file) => turnsAway(bodyText(node, file), codebase))
  )
}

/** Who gives the password once more has said who it is, token or none. */
function asksForPassword({ handler }: Route, codebase: Codebase): boolean {
  return (
    handler !== undefined &&
    /passw/i.test(bodyText(handler.node, handler.file)) &&
    someReached(handler, 2, codebase.calls, (node, file) => comparesPassword.test(bodyText(node, file)))
  )
}

const comparesPassword =
  /\b(bcrypt\w*\.compare(Sync)?|argon2\w*\.verify|\w*(compare|verify|match)\w*Passw\w*|(?<!\.)compare(Sync)?)\(/i

/** It knows the caller, and refuses some. */
function turnsAway(text: string, codebase: Codebase): boolean {
  return (
    /\b40[13]\b|Forbidden|Unauthori|AccessDenied|not-?_?allowed|privileges?\.|\bcan[A-Z(]/i.test(text) &&
    namesCaller(text, codebase)
  )
}

/** Jobs and other services call it with a key of their own: what stands there says nothing of the routes for people. */
export function isForMachines(route: Route): boolean {
  const guards = guardsOf(route).filter(isAuthStep)
  return (
    guards.length > 0 &&
    guards.every((step) => /cron|secret|api_?-?key|webhook|signature|hmac/i.test(step.name) || asksForKey(step))
  )
}

/** Its guard, or its handler, turns strangers away; that a handler knows the session is not enough, or lets people in. */
export function isShut(route: Route, codebase: Codebase): boolean {
  if (letsIn.test(route.path)) return false
  if (hasAuth(route)) return true
  if (!route.handler || !protects(route, codebase)) return false
  return /\b40[13]\b|Unauthori|Forbidden|redirect|throw|\bassert|abort/i.test(
    bodyText(route.handler.node, route.handler.file),
  )
}

const letsIn = /log-?in|sign-?in|authenticate/i

/** A basket or a checkout belongs to the session of whoever asks, signed in or not; so does a form on a page for all. */
export function servesVisitor(route: Route, codebase: Codebase): boolean {
  if (!route.handler) return false
  const { node, file } = route.handler
  return (
    /\bsession\.\w*(cart|basket|checkout|customer|guest|visitor|order)/i.test(bodyText(node, file)) ||
    (route.method === 'POST' &&
      codebase.web.routes.some(
        (page) =>
          page.method === 'GET' &&
          page.app === route.app &&
          page.fullPath === route.fullPath &&
          page.handler !== undefined &&
          !hasAuth(page) &&
          /\.render\(/.test(bodyText(page.handler.node, page.handler.file)),
      ))
  )
}

/** A guard whose code is not found may look at roles. */
export function isUnread(step: Step): boolean {
  return step.function === undefined && /middleware/i.test(step.name)
}

export function checksRole(route: Route): boolean {
  return (
    route.handler !== undefined &&
    /\b(role|isAdmin|permission|scope)s?\b|\b\w*(user|account|caller|claims|payload|decoded)\w*\??\.(is_?)?admin\b/i.test(
      bodyText(route.handler.node, route.handler.file),
    )
  )
}

/** A page without data, which its scripts fetch elsewhere: all that its handler calls is the answer. */
export function asksNothing({ handler, method }: Route): boolean {
  if (!handler || method !== 'GET') return false
  const { node, file } = handler
  return file.calls.every((call) => !contains(node, call) || /^(res|response|reply)\./.test(pathOf(call.callee)))
}

/** There is something to sign in to. */
export function knowsUsers(codebase: Codebase): boolean {
  if (
    importsPackage(
      codebase,
      /^(passport|jsonwebtoken|express-jwt|jose|@nestjs\/(passport|jwt)|@fastify\/(jwt|session|passport)|koa-passport|koa-jwt|hono\/jwt|better-auth|bcrypt|bcryptjs|argon2)/,
    )
  )
    return true
  return signsIn(codebase)
}

/** People sign in here; what only checks what another service gave them may serve other programs. */
export function signsIn({ sessions, web }: Codebase): boolean {
  return sessions.length > 0 || web.routes.some((route) => /log-?in|sign-?in/i.test(route.path))
}

export function hasGlobalGuard(codebase: Codebase): boolean {
  return codebase.production.some(guardsAllRoutes)
}

const asksByDefault = says(/\bauth\.default\(/)

/** hapi asks at every route that does not say otherwise, once it is told a default. */
export function isShutByDefault(route: Route, codebase: Codebase): boolean {
  if (route.framework === 'nest' || !codebase.production.some(asksByDefault)) return false
  const { options } = route
  return (
    options === undefined ||
    !/\bauth\s*:\s*(false|\{\s*mode\s*:\s*['"]try)/.test(route.file.text.slice(options.start, options.end))
  )
}

export function isGuardedOutside(codebase: Codebase): boolean {
  return [...codebase.texts].some(
    ([path, text]) =>
      /(nginx|kong|traefik|envoy|gateway|krakend)[^/]*\.(conf|ya?ml|json)$/i.test(path) &&
      /auth_request|jwt|oauth2|forward-?auth|key-auth/i.test(text),
  )
}
