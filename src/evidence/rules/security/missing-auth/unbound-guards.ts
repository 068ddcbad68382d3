import type { Codebase } from '../../../codebase.ts'
import { isAuthStep } from '../../../facts/access-control.ts'
import type { Step } from '../../../facts/steps.ts'
import type { Route } from '../../../facts/web.ts'
import { lineOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** `@Roles('admin')` writes beside a route who may pass; where the guard that reads it is never bound, everyone does. */
export function* routesOfUnboundGuards({ web }: Codebase): Iterable<Match> {
  const marked = web.routes.flatMap((route) => markOf(route) ?? [])
  const [first, ...rest] = marked
  if (!first) return
  const names = new Set(marked.flatMap(({ steps }) => steps.map(({ name }) => name)))
  const guards = new Set(marked.flatMap(({ steps }) => steps.flatMap(({ unread }) => unread ?? [])))
  const { route } = first
  const [step = route] = first.steps
  yield {
    file: step.file,
    node: step.node,
    confidence: 'high',
    words,
    cause: 'unbound guard',
    also: rest
      .flatMap((other) => other.steps.slice(0, 1))
      .map(({ node, file }) => ({ path: file.path, line: lineOf(node, file) })),
    message: `What ${listed(names)} ${names.size > 1 ? 'ask' : 'asks'} for is never looked at: no route, controller or module binds ${listed(guards)}, so ${route.method} ${route.fullPath} lets ${route.chain.some(isAuthStep) ? 'whoever is signed in' : 'anyone'} pass.`,
  }
}

/** What a route says in decorators that nobody reads. */
function markOf(route: Route): { route: Route; steps: readonly Step[] } | undefined {
  const steps = route.own.filter(({ name, unread }) => unread !== undefined && asks.test(name) && !letsIn.test(name))
  return steps.length > 0 ? { route, steps } : undefined
}

const asks = /auth|role|permission|right|polic|scope|access/i
/** `@Public()` takes a guard away. */
const letsIn = /public|skip|no_?auth|anon|bypass/i

function listed(names: ReadonlySet<string>): string {
  return [...names].map((name) => `\`${name}\``).join(' and ')
}

const words: Words = {
  title: 'The guard that routes count on is never bound',
  why: 'The decorator writes down who may pass, and nothing runs that reads it: as a mere provider of a module a guard stands before no route.',
  fix: {
    say: 'Bind the guard before all routes, or name it on the controllers that need it.',
    code: {
      NestJS: '// in a module\nproviders: [{ provide: APP_GUARD, useClass: RolesGuard }]',
    },
  },
}
