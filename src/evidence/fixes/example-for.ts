import type { ProjectFacts } from '../facts/project.ts'
import { written, type Rule } from '../rules/rule.ts'
import { inIdiom, type Idiom } from './idioms.ts'

/** What is written like another: drivers that take SQL, and frameworks made of another one. */
const likeOthers: Readonly<Record<string, readonly (typeof written)[number][]>> = {
  mysql2: ['MySQL', 'SQL'],
  mysql: ['MySQL', 'SQL'],
  pg: ['SQL'],
  'pg-promise': ['SQL'],
  postgres: ['SQL'],
  'better-sqlite3': ['SQL'],
  sqlite3: ['SQL'],
  mssql: ['SQL'],
  Knex: ['SQL'],
  Drizzle: ['SQL'],
  Kysely: ['SQL'],
  Objection: ['SQL'],
  Egg: ['Koa'],
}

/**
 * The example for what a project is written with; one for Express in the words of the project's own framework. Undefined
 * where there is none, or where it cannot be put into those words.
 */
export function exampleFor(
  code: Rule['fix']['code'],
  { dataClients, frameworks }: Pick<ProjectFacts, 'dataClients' | 'frameworks'>,
): string | undefined {
  const used = [...dataClients, ...frameworks].flatMap(({ name }) => [name, ...(likeOthers[name] ?? [])])
  const name = written.find((item) => used.includes(item) && code[item] !== undefined)
  const example = (name && code[name]) ?? code.any ?? code.Express
  const idiom = idiomOf(used)
  return example !== undefined && idiom ? inIdiom(example, idiom) : example
}

function idiomOf(used: readonly string[]): Idiom | undefined {
  if (used.includes('NestJS')) return 'NestJS'
  if (used.includes('Express')) return undefined
  return (['Fastify', 'Koa', 'Hono', 'hapi'] as const).find((name) => used.includes(name))
}
