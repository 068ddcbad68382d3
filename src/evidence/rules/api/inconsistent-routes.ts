import type { Codebase } from '../../codebase.ts'
import type { Route } from '../../facts/web.ts'
import type { Rule } from '../rule.ts'

export const inconsistentRoutes: Rule = {
  id: 'inconsistent-routes',
  category: 'rest-design',
  severity: 'info',
  confidence: 'low',
  title: 'Routes of one interface are named in different ways',
  why: 'Callers have to look up each route.',
  effects: { maintenance: 'Every client needs special cases.' },
  fix: {
    say: 'Choose one style (plural nouns, kebab case, one version prefix) and keep the old names as redirects.',
    code: { any: 'GET /v1/orders\nGET /v1/orders/:id\nPOST /v1/orders' },
  },
  sources: ['https://www.rfc-editor.org/rfc/rfc9110'],
  *find(codebase) {
    const routes = codebase.web.routes.filter((route) => /^\/?(api|v\d)\b/.test(route.path))
    const both = bothForms(routes)
    if (both)
      yield {
        file: both.file,
        node: both.node,
        line: both.line,
        message: `${both.path} is singular where another route uses the plural.`,
      }
    yield* unversioned(codebase, routes)
    yield* otherCase(codebase.web.routes)
  },
}

const cases = {
  'kebab case': /^[a-z0-9]+(-[a-z0-9]+)+$/,
  'camel case': /^[a-z][a-z0-9]*([A-Z][a-z0-9]*)+$/,
  'snake case': /^[a-z0-9]+(_[a-z0-9]+)+$/,
}

/** Paths of two words and more that are written as few others are. */
function* otherCase(routes: readonly Route[]): ReturnType<Rule['find']> {
  const styled = Object.entries(cases).map(([name, pattern]) => ({
    name,
    routes: routes.filter((route) => route.path.split('/').some((part) => pattern.test(part))),
  }))
  const [most, second] = styled.sort((a, b) => b.routes.length - a.routes.length)
  const [odd, ...rest] = second?.routes ?? []
  if (!most || !second || !odd || most.routes.length < 5 || second.routes.length * 3 > most.routes.length) return
  yield {
    file: odd.file,
    node: odd.node,
    line: odd.line,
    also: rest.map(({ file, line }) => ({ path: file.path, line })),
    message: `${odd.path} is in ${second.name}; ${most.routes.length} other routes are in ${most.name}.`,
  }
}

function bothForms(routes: readonly Route[]): Route | undefined {
  const names = new Set(routes.flatMap((route) => route.path.split('/').filter((part) => /^[a-z]+$/.test(part))))
  return routes.find((route) =>
    route.path.split('/').some((part) => /^[a-z]{4,}$/.test(part) && !part.endsWith('s') && names.has(`${part}s`)),
  )
}

function* unversioned(codebase: Codebase, routes: readonly Route[]): ReturnType<Rule['find']> {
  const versioned = routes.filter((route) => /\/v\d/.test(route.path))
  const rest = routes.filter((route) => /^\/?api\//.test(route.path) && !/\/v\d/.test(route.path))
  const odd = rest[0]
  if (odd && versioned.length > rest.length * 3 && codebase.web.routes.length > 8)
    yield {
      file: odd.file,
      node: odd.node,
      line: odd.line,
      message: `${odd.path} has no version although most routes have one.`,
    }
}
