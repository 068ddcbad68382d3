import type { Codebase } from '../../../codebase.ts'
import { guardsOf, isForAdministrators, isRoleStep } from '../../../facts/access-control.ts'
import { asksForRole } from '../../../facts/caller.ts'
import { isAccountModel } from '../../../facts/entities.ts'
import { plainModel, subjectOf } from '../../../facts/query-filters.ts'
import type { Query } from '../../../facts/queries.ts'
import type { Route } from '../../../facts/web.ts'
import { onceFor } from '../../../parse/once.ts'
import { requestOf, routesOf } from '../../places.ts'
import { growingList } from '../small-tables.ts'

/** Whether a table gets longer by being used: by its name, or because users make rows in it. */
export function growsByUse(query: Query, codebase: Codebase): boolean {
  const subject = subjectOf(query)
  return growingList.test(subject ?? '') || isAccountModel(subject) || filledByUsers(codebase).has(plainModel(subject))
}

/** The tables that handlers insert into which anyone, or any user, may call. */
const filledByUsers = onceFor((codebase: Codebase): ReadonlySet<string> => {
  const inserts = codebase.queries.filter(
    ({ kind, file, call }) => kind.startsWith('insert') && file.kind === 'production' && isForUsers(call, codebase),
  )
  return new Set(inserts.map((query) => plainModel(subjectOf(query))))
})

function isForUsers(call: Query['call'], codebase: Codebase): boolean {
  const handler = requestOf(codebase, call)
  if (!handler || asksForRole(handler.node, handler.file)) return false
  const routes = routesOf(codebase, handler.node)
  return routes.length === 0 || !routes.every(isForStaff)
}

function isForStaff(route: Route): boolean {
  return isForAdministrators(route) || guardsOf(route).some(isRoleStep)
}
