import type { Codebase } from '../../../codebase.ts'
import { guardsOf, isForAdministrators, isRoleStep } from '../../../facts/access-control.ts'
import { decoratorsOf, type Handler } from '../../../facts/handlers.ts'
import { bodyText } from '../../../facts/responses.ts'
import type { Trace } from '../../../facts/trace.ts'
import { routesOf } from '../../places.ts'

/** Who can send what a trace starts from: administrators may set every field anyway. */
export function callersOf({ handler }: Trace, codebase: Codebase): 'administrators' | 'those with a role' | 'anyone' {
  const routes = routesOf(codebase, handler?.node)
  if (handler && (asksForRight(handler) || looksAtRole(handler))) return 'those with a role'
  if (routes.length === 0) return 'anyone'
  if (routes.every(isForAdministrators)) return 'administrators'
  return routes.every((route) => guardsOf(route).some(isRoleStep)) ? 'those with a role' : 'anyone'
}

/** `@Allow(Permission.CreateChannel)` on a resolver. */
function asksForRight({ node, file }: Handler): boolean {
  return decoratorsOf(node.parent).some((decorator) =>
    /role|permission|admin/i.test(file.text.slice(decorator.start, decorator.end)),
  )
}

/** The handler asks for the role of whoever calls. */
function looksAtRole({ node, file }: Handler): boolean {
  return /\b(user|context|auth|session)\??\.\w*(role|is_?admin|super_?admin|permission|can[A-Z])|check\w*Permission|\bcan[A-Z]\w*\(|super_?admin/i.test(
    bodyText(node, file),
  )
}
