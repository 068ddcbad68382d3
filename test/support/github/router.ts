import type { Caller } from './accounts.ts'
import type { Reply } from './reply.ts'
import type { Repository } from './repository.ts'
import type { Site } from './site.ts'

/** A request that found its route. */
export type Call = {
  site: Site
  caller: Caller
  path: string
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  /** The JSON that came with the request; empty when none did. */
  body: Readonly<Record<string, unknown>>
}

/** `free` routes cost nothing of the rate limit. */
export type Route = { pattern: string; answer: (call: Call) => Reply; free?: boolean }

/** The repository the path names, if the caller may read it. */
export function openRepository({ site, caller, params, path }: Call): Repository {
  return site.open(caller, params, path)
}

/** The page asked for, as GitHub cuts them: 30 a page, at most 100. */
export function takePage<T>(all: readonly T[], { query }: Call, most = 100): T[] {
  const size = Math.min(most, Math.max(1, Number(query.get('per_page') ?? 30) || 30))
  const page = Math.max(1, Number(query.get('page') ?? 1) || 1)
  return all.slice((page - 1) * size, page * size)
}

/** Finds the route for a path. `:name` stands for one segment, `*name` for the rest; %2F inside a segment is a slash. */
export function matchRoute<R extends { pattern: string }>(routes: readonly R[], method: string, path: string) {
  for (const route of routes) {
    const [wantedMethod, pattern = ''] = route.pattern.split(' ')
    const params = wantedMethod === method ? matchPath(pattern, path) : undefined
    if (params) return { route, params }
  }
  return undefined
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/')
  const given = path.split('/')
  const params: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith('*'))
      return { ...params, [part.slice(1)]: given.slice(index).map(decodeURIComponent).join('/') }
    const segment = given[index]
    if (segment === undefined) return undefined
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(segment)
    else if (part !== segment) return undefined
  }
  return wanted.length === given.length ? params : undefined
}
