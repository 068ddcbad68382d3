import { dataClients as known } from '../facts/known-packages.ts'
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
  'better-sqlite3': ['SQLite', 'SQL'],
  sqlite3: ['SQL'],
  mssql: ['SQL'],
  Knex: ['SQL'],
  Drizzle: ['SQL'],
  Kysely: ['SQL'],
  Objection: ['SQL'],
  Egg: ['Koa'],
}

/** What is known of the code that an example stands beside. */
export type Surroundings = {
  /** The package of the query that it is about: a project may use more than one. */
  client?: string
  /** The framework that asks for it, where that is known. */
  framework?: string
}

/**
 * The example for what a project is written with, first for the client of the query it is about; one for Express in the
 * words of the framework around. Undefined where there is none, or where it cannot be put into those words.
 */
export function exampleFor(
  code: Rule['fix']['code'],
  { dataClients, frameworks }: Pick<ProjectFacts, 'dataClients' | 'frameworks'>,
  { client, framework }: Surroundings = {},
): string | undefined {
  const around = framework === undefined ? frameworks : [{ name: framework }]
  // A query tells its client, whatever the manifest declares.
  const asked = client === undefined ? undefined : known[client]
  const near = namesOf(asked === undefined ? [] : [{ name: asked }])
  const used = namesOf([...dataClients, ...around])
  const isWritten = (names: readonly string[]) =>
    written.find((item) => names.includes(item) && code[item] !== undefined)
  const name = isWritten(near) ?? isWritten(used)
  const example = (name && code[name]) ?? code.any ?? code.Express
  const idiom = idiomOf(used)
  return example !== undefined && idiom ? inIdiom(example, idiom) : example
}

function namesOf(packages: readonly { name: string }[]): string[] {
  return packages.flatMap(({ name }) => [name, ...(likeOthers[name] ?? [])])
}

function idiomOf(used: readonly string[]): Idiom | undefined {
  if (used.includes('NestJS')) return 'NestJS'
  if (used.includes('Express')) return undefined
  return (['Fastify', 'Koa', 'Hono', 'hapi', 'GraphQL'] as const).find((name) => used.includes(name))
}
