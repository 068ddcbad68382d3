import type { Codebase } from '../../../codebase.ts'
import type { Route } from '../../../facts/web.ts'
import { purposeOf } from '../../places.ts'

/** Whether a route is named for signing in. */
export function isSignIn({ method, handler, fullPath }: Route, codebase: Codebase): boolean {
  return (
    method === 'POST' &&
    handler !== undefined &&
    /log-?_?in|sign-?_?in|authenticate/i.test(`${fullPath} ${purposeOf(codebase, handler.node.body ?? handler.node)}`)
  )
}
