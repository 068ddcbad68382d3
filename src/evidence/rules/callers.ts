import type { Codebase } from '../codebase.ts'
import { guardsOf, isForAdministrators, isRoleStep } from '../facts/access-control.ts'
import { decoratorsOf, type Handler } from '../facts/handlers.ts'
import { asksForMore, resolverOf } from '../facts/resolver-guards.ts'
import { bodyText } from '../facts/responses.ts'
import type { Trace } from '../facts/trace.ts'
import { routesOf } from './places.ts'

/** Who can send what a trace starts from. */
export function callersOf({ handler }: Trace, codebase: Codebase): 'administrators' | 'those with a role' | 'anyone' {
  const routes = routesOf(codebase, handler?.node)
  if (routes.length > 0 && routes.every(isForAdministrators)) return 'administrators'
  const resolver = handler && resolverOf(handler)
  if (resolver && asksForMore(resolver)) return 'those with a role'
  if (handler && (asksForRight(handler) || looksAtRole(handler))) return 'those with a role'
  if (routes.length === 0) return 'anyone'
  return routes.every((route) => guardsOf(route).some(isRoleStep)) ? 'those with a role' : 'anyone'
}

/** `@Allow(Permission.CreateChannel)` on a resolver. */
function asksForRight({ node, file }: Handler): boolean {
  return decoratorsOf(node.parent).some((decorator) =>
    /role|permission|admin/i.test(file.text.slice(decorator.start, decorator.end)),
  )
}

/** The handler asks for the role of whoever calls; a user it makes is somebody new. */
function looksAtRole({ node, file }: Handler): boolean {
  const body = bodyText(node, file)
  if (/check\w*Permission|\bnew\s+\w*Permission\w*\(|\bcan[A-Z]\w*\(|super_?admin|\bisRoot\(/i.test(body)) return true
  const makesUser = /\buser\w*\s*=\s*(await\s+)?(new\s|[\w.]*(create|insert|save|register|sign_?up|upsert)\w*\()/i.test(
    body,
  )
  const names = makesUser ? 'context|auth|session|req(uest)?\\??\\.user' : 'user|context|auth|session'
  return new RegExp(`\\b(${names})\\??\\.\\w*(role|is_?admin|permission|can[A-Z])`, 'i').test(body)
}
