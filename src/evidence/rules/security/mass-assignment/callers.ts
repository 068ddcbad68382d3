import type { Codebase } from '../../../codebase.ts'
import { guardsOf, isForAdministrators, isRoleStep } from '../../../facts/access-control.ts'
import type { Trace } from '../../../facts/trace.ts'
import { routesOf } from '../../places.ts'

/** Who can send what a trace starts from: administrators may set every field anyway. */
export function callersOf({ handler }: Trace, codebase: Codebase): 'administrators' | 'those with a role' | 'anyone' {
  const routes = routesOf(codebase, handler?.node)
  if (routes.length === 0) return 'anyone'
  if (routes.every(isForAdministrators)) return 'administrators'
  return routes.every((route) => guardsOf(route).some(isRoleStep)) ? 'those with a role' : 'anyone'
}
