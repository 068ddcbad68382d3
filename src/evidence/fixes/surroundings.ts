import type { Codebase } from '../codebase.ts'
import { queriesByFile } from '../facts/queries.ts'
import type { Framework } from '../facts/handlers.ts'
import type { Route } from '../facts/web.ts'
import { contains } from '../parse/ast.ts'
import { onceFor } from '../parse/once.ts'
import type { Match } from '../rules/rule.ts'
import { requestOf } from '../rules/places.ts'
import type { Surroundings } from './example-for.ts'

const names: Readonly<Partial<Record<Framework, string>>> = {
  express: 'Express',
  fastify: 'Fastify',
  hapi: 'hapi',
  koa: 'Koa',
  hono: 'Hono',
  nest: 'NestJS',
  graphql: 'GraphQL',
}

/** What stands around a match: the client of its query, and the framework of its handler or of most routes. */
export function surroundingsOf(match: Match, codebase: Codebase): Surroundings {
  const client = clientOf(match, codebase)
  const framework = frameworkOf(match, codebase)
  return { ...(client === undefined ? {} : { client }), ...(framework === undefined ? {} : { framework }) }
}

function clientOf({ file, node }: Match, { queries }: Codebase): string | undefined {
  if (!node || !('calls' in file)) return undefined
  const client = queriesByFile(queries)
    .get(file)
    ?.find(({ call }) => contains(node, call) || contains(call, node))?.client
  return client?.replace(/\(\)$/, '')
}

/** Undefined where the packages of the project have to tell. */
function frameworkOf({ node }: Match, codebase: Codebase): string | undefined {
  const uses = codebase.project.frameworks.map(({ name }) => name)
  const own = node && requestOf(codebase, node)?.framework
  const name = names[own ?? mostOf(codebase.web.routes) ?? 'http']
  if (name === 'GraphQL') return uses.includes('NestJS') ? 'NestJS' : name
  // What is made of Koa or Express has words of its own.
  return name !== undefined && uses.includes(name) ? name : undefined
}

const mostOf = onceFor((routes: readonly Route[]): Framework | undefined => {
  const numbers = new Map<Framework, number>()
  for (const { framework } of routes) numbers.set(framework, (numbers.get(framework) ?? 0) + 1)
  return [...numbers].toSorted(([, one], [, other]) => other - one)[0]?.[0]
})
