import type { Codebase } from '../../../codebase.ts'
import { guardsOf, hasAuth, isAuthStep, isRoleStep, opensToAll, publicPaths } from '../../../facts/access-control.ts'
import { asksWhoCalls } from '../../../facts/caller.ts'
import { bodyText } from '../../../facts/responses.ts'
import { folderOf } from '../../../facts/module-paths.ts'
import { homeOf } from '../../../facts/project.ts'
import type { Step } from '../../../facts/steps.ts'
import { unservedFiles } from '../../../facts/unserved.ts'
import type { Route } from '../../../facts/web.ts'
import { pathOf } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inOne } from '../../matches.ts'
import type { Match } from '../../rule.ts'
import { isShutByApplication } from './application-guard.ts'
import { hasGuardInComment } from './forgotten-guards.ts'
import { mostItWeighs, mostOfStamps } from './meant-for-all.ts'
import { place } from './place.ts'
import {
  asksNothing,
  checksRole,
  hasGlobalGuard,
  isForMachines,
  isGuardedOutside,
  isShut,
  isShutByDefault,
  isUnread,
  knowsUsers,
  protects,
  servesVisitor,
  signsIn,
} from '../../protection.ts'
import { reason } from './reasons.ts'
import { provesSender } from './signed-senders.ts'
import { withoutRole } from './words.ts'
import { routeName } from '../../places.ts'

/** Routes nobody guards, while others are guarded, and administrators’ routes that ask for no role. */
export function* openRoutes(codebase: Codebase): Iterable<Match> {
  if (!knowsUsers(codebase) || isGuardedOutside(codebase)) return
  const unserved = unservedFiles(codebase)
  const routes = codebase.web.routes.filter(
    (route) =>
      !unserved.has(route.file.path) &&
      !isGuardItself(route) &&
      (route.framework !== 'nest' || !hasGlobalGuard(codebase)) &&
      !isShutByDefault(route, codebase) &&
      !isShutByApplication(route, codebase),
  )
  const guarded = routes.filter(
    (route) =>
      isShut(route, codebase) &&
      !isForMachines(route) &&
      // What signs callers in refuses them as well.
      (hasAuth(route) || !publicPaths.test(route.path)),
  )
  const open = openRouters(routes, guarded)
  const unguarded: { route: Route; sibling: Route; message: string; mayBeMeant: boolean }[] = []
  const alone: Open[] = []
  const roleless: Route[] = []
  for (const route of routes) {
    const admin =
      !asksWhetherAdmin(route) && (ofAdmins.test(route.fullPath) || /admin/i.test(route.own.at(-1)?.name ?? ''))
    if (!protects(route, codebase)) {
      if (provesSender(route, codebase) || (!admin && servesVisitor(route, codebase))) continue
      if (route.own.some((step) => /middlewares?$/i.test(step.name) && !opensToAll(step))) continue
      const near = guarded.filter((other) => !areApart(route.file, other.file, codebase))
      if (near.length < guarded.length && near.length === 0) continue
      const sibling = closest(route, near)
      // What stands before a router from elsewhere, or in one of the project’s making, is not seen: only a guard on a
      // sibling shows that each has its own.
      if (
        (route.unplaced || route.through) &&
        !(sibling?.app === route.app && sibling.own.slice(0, -1).some(isAuthStep))
      )
        continue
      const isOpenRouter = sibling !== undefined && isFar(route, sibling) && open.routers.has(route.app)
      // A router for administrators is never open on purpose.
      const mayBeMeant = isOpenRouter && !open.areMost && !admin && !hasGuardInComment(route.file)
      if (mayBeMeant && !/^(PUT|PATCH|DELETE)$/.test(route.method)) continue
      const message = reason(route, sibling, admin, codebase)
      if (!message) continue
      if (mayBeMeant || (isOpenRouter && open.areMost)) unguarded.push({ route, sibling, message, mayBeMeant })
      else {
        const match = place(route, message, sibling && admin ? 'high' : 'medium')
        const weighed = { ...match, ...(isOpenRouter && admin ? {} : weight(route, sibling, codebase)) }
        const most = admin ? mostOfStamps(route) : mostItWeighs(route, guarded, codebase)
        alone.push({ route, match: most === undefined ? weighed : atMost(most, weighed) })
      }
    } else if (
      admin &&
      !/verify|check|log-?(in|out)|csrf|callback|\bauth\b|(^|\/)sessions?\/?$/i.test(route.path) &&
      !isPattern(route.fullPath) &&
      !isForMachines(route) &&
      !guardsOf(route).some((step) => isRoleStep(step) || isUnread(step)) &&
      !(changesRights(route) ? checksRoleOfCaller(route) : checksRole(route)) &&
      // Its own forms or projects are what a user administers there.
      !(route.handler && asksWhoCalls(route.handler, codebase) && !changesRights(route))
    ) {
      roleless.push(route)
    }
  }
  // Where the router has the guard, one line there mends all.
  for (const ofGuard of Map.groupBy(roleless, (route) => guardsOf(route).find(isAuthStep)?.node ?? route).values())
    yield* inOne(
      ofGuard.map((route) => ({
        ...place(route, `${routeName(route)} asks who is calling but not for a role.`, 'medium'),
        words: withoutRole,
        ...(changesRights(route) ? { severity: 'high' as const } : {}),
        ...(asksNothing(route) ? { severity: 'low' as const } : {}),
      })),
    )
  const hasGuarded = new Set(guarded.map(({ app }) => app))
  for (const [app, ofRouter] of Map.groupBy(alone, ({ route }) => route.app))
    yield* hasGuarded.has(app) || ofRouter.length < 3 ? byHandler(ofRouter) : firstOf(ofRouter)
  // That nothing of a router asks who is calling is one cause.
  for (const ofRouter of Map.groupBy(unguarded, ({ route }) => route.app).values())
    yield* inOne(
      ofRouter.map(({ route, sibling, message, mayBeMeant }) => ({
        ...place(route, `${message} No route of this router asks.`, mayBeMeant ? 'low' : 'medium'),
        // What another program of the repository asks for says little of this one.
        ...(isOfSameProgram(route, sibling, codebase) && !mayBeMeant ? {} : { severity: 'medium' as const }),
      })),
    )
}

const ofAdmins = /(^|\/)(admin|backoffice|promote|superuser|manage(r|ment)?(\/|$))/i

/** `app.post('/orders', requireUser)`: what answers stands elsewhere. */
function isGuardItself({ own, handler }: Route): boolean {
  const [only, ...more] = own
  return !handler && only !== undefined && more.length === 0 && isAuthStep(only)
}

/** `POST /admin/users/:id/role`: whoever is signed in makes an administrator of anyone. */
function changesRights({ method, fullPath }: Route): boolean {
  return (
    /^(POST|PUT|PATCH)$/.test(method) && /(^|\/)(roles?|permissions?|promote|demote|make-?_?admin)\/?$/i.test(fullPath)
  )
}

/** What is written is a role as well: only that of the caller says who may write it. */
function checksRoleOfCaller({ handler }: Route): boolean {
  const text = handler ? bodyText(handler.node, handler.file) : ''
  return /\b(\w*user|me|caller|actor|claims|session|auth)\??\.(roles?|is_?\w*admin|permissions?)\b|\b(require|has|check|assert|is|can)\w*(role|admin|permission|right)s?\w*\(/i.test(
    text,
  )
}

/** `GET /admin/check`: whoever asks is told what they are. */
function asksWhetherAdmin({ method, path }: Route): boolean {
  return method === 'GET' && /\/(check|is-?admin)$/i.test(path)
}

function atMost(most: 'low' | 'medium', match: Match): Match {
  const isLess = match.severity === 'low' || match.severity === 'info' || match.severity === most
  return isLess ? match : { ...match, severity: most }
}

type Open = { route: Route; match: Match }

/** Routes that end in the same handler stand open for one reason. */
function* byHandler(open: readonly Open[]): Iterable<Match> {
  const groups = Map.groupBy(open, ({ route, match }) =>
    match.severity === 'info' ? route : (route.handler?.node ?? route),
  )
  for (const group of groups.values()) yield* inOne(group.map(({ match }) => match))
}

/** A router without any guard is one cause: its first route that weighs much counts, and the others are listed for those who mend it. */
function firstOf(open: readonly Open[]): Match[] {
  const inOrder = open.toSorted((one, other) => one.route.line - other.route.line)
  const first = inOrder.find(({ match }) => match.severity !== 'low') ?? inOrder[0]
  const rest = inOrder.filter((other) => other !== first)
  if (!first) return []
  const asks = 'No route of this router asks'
  return [
    { ...first.match, message: `${first.match.message} ${asks}, and ${rest.length} more of them should.` },
    ...rest.map(({ match }): Match => {
      return { ...match, severity: 'info', message: `${match.message} ${asks}, as line ${first.route.line} says.` }
    }),
  ]
}

/** Routers of several routes where none is guarded: open on purpose, unless most are and the guarded are the exception. */
function openRouters(routes: readonly Route[], guarded: readonly Route[]) {
  const shut = new Set(guarded.map(({ app }) => app))
  const all = [...Map.groupBy(routes, ({ app }) => app)].filter(([app]) => !shut.has(app))
  const routers = new Set(all.flatMap(([app, { length }]) => (length >= 4 ? [app] : [])))
  return { routers, areMost: shut.size > 0 && routers.size > 2 * shut.size }
}

/** A path with parts that are not known, or that matches many: a guard mounted on one of them is not told from here. */
function isPattern(path: string): boolean {
  return /[(+|]|(^|\/)\*\//.test(path)
}

/** The guarded route most like this one: on the same router, in the same file, in the same folder, anywhere. */
function closest(route: Route, guarded: readonly Route[]): Route | undefined {
  const plain = guarded.filter(({ path }) => !publicPaths.test(path) || changesPassword.test(path))
  const known = plain.length > 0 ? plain : guarded
  return (
    known.find((other) => other.app === route.app) ??
    known.find((other) => other.file === route.file) ??
    known.find((other) => folderOf(other.file.path) === folderOf(route.file.path)) ??
    known.find(hasAuth) ??
    known[0]
  )
}

/** Who forgot theirs uses another way. */
const changesPassword = /(^|\/)(update|change)-?_?password/i

/** Two programs, each started by itself: what one asks for says nothing of the other. */
function areApart(file: SourceFile, other: SourceFile, codebase: Codebase): boolean {
  const standsAlone = ({ path }: SourceFile) =>
    codebase.web.servers.some((server) => server.file.path === path) && !codebase.modules.importersOf.has(path)
  return file !== other && standsAlone(file) && standsAlone(other)
}

function isOfSameProgram(route: Route, sibling: Route, { project }: Codebase): boolean {
  return homeOf(route.file.path, project) === homeOf(sibling.file.path, project)
}

function isFar(route: Route, sibling: Route): boolean {
  return folderOf(sibling.file.path) !== folderOf(route.file.path)
}

/** By a guard of its own: what one does that is handed in under a name is not seen. */
function asksItself(route: Route): boolean {
  return (
    hasAuth(route) &&
    guardsOf(route)
      .filter(isAuthStep)
      .some((step) => step.function !== undefined || !isHandedIn(step))
  )
}

function isHandedIn({ node, file }: Step): boolean {
  const [root = ''] = pathOf(node).split('.')
  return lookUp(file.scopes, node, root)?.kind === 'parameter'
}

/** What stands far from every guarded route may be open on purpose. */
function weight(route: Route, sibling: Route | undefined, codebase: Codebase): Pick<Match, 'severity' | 'confidence'> {
  if (!sibling) return signsIn(codebase) ? {} : { severity: 'medium' }
  // Where the others ask in their handlers, so may this one, in its own way.
  if (!isFar(route, sibling)) return asksItself(sibling) ? {} : { severity: 'medium' }
  return { severity: 'medium', confidence: 'low' }
}
