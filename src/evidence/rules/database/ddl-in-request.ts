import type { Codebase } from '../../codebase.ts'
import { sqlText } from '../../facts/sql-text.ts'
import { ancestor, functionAround, keyOf, type Node } from '../../parse/ast.ts'
import { says } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf, purposeOf, requestOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const ddlInRequest: Rule = {
  id: 'ddl-in-request',
  category: 'ddl-in-request',
  severity: 'medium',
  confidence: 'high',
  title: 'Running code creates or changes tables',
  why: 'The service needs rights it should not have, two processes do it at once, and there is no record of the schema.',
  effects: { latency: 'Schema changes lock tables.', maintenance: 'No history and no way back.' },
  fix: {
    say: 'Move it to a migration that runs before the release.',
    code: {
      Sequelize: 'npx sequelize-cli db:migrate',
      TypeORM: 'npx typeorm migration:run -d dist/data-source.js',
      Prisma: 'npx prisma migrate deploy',
      MySQL: 'npx knex migrate:latest',
      any: 'npx node-pg-migrate up',
    },
  },
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  *find(codebase) {
    for (const query of codebase.queries) {
      if (query.file.kind !== 'production' || !query.sql) continue
      const text = sqlText(query.sql, query.file) ?? ''
      if (
        !/^\s*(create\s+(table|index|unique)|alter\s+table|drop\s+table)\b/i.test(text) ||
        /temp(orary)?\s+table/i.test(text) ||
        // Tables whose names come from elsewhere are what the service is for.
        /(table|index[\s\S]*\son)\s+(if\s+(not\s+)?exists\s+)?["`[?.]*\?/i.test(text) ||
        isScript(query.file, codebase) ||
        inMemory(query.file) ||
        isMigration(query.call)
      )
        continue
      if (
        /migrat|schema|upgrade|install/i.test(query.file.path) ||
        /upgrade|migrat|legacy/i.test(purposeOf(codebase, query.call))
      )
        continue
      const inside = functionAround(query.call)
      const sites = inside ? codebase.calls.sitesOf(inside) : []
      const request = requestOf(codebase, query.call)
      yield {
        file: query.file,
        node: query.call,
        message: request
          ? 'A request handler changes the schema.'
          : 'The schema is made by the running service, without migrations.',
      }
      for (const site of sites.filter((item) => item.file !== query.file).slice(0, 3)) {
        yield {
          file: site.file,
          node: site.call,
          line: lineOf(site.call, site.file),
          message: `This creates tables (${query.file.path}:${query.line}) each time it runs.`,
        }
      }
    }
  },
}

/** A database in memory begins empty at each start. */
const inMemory = says(/['"`](file)?:memory:/)

/** A program beside the service: nothing imports it, nothing there serves, and a script runs it or it has nothing to give. */
function isScript({ path }: SourceFile, { modules, project, web }: Codebase): boolean {
  const { named, whole } = modules.exportsOf.get(path) ?? {}
  return (
    !modules.importersOf.has(path) &&
    !project.entryPoints.includes(path) &&
    web.servers.every((server) => server.file.path !== path) &&
    ((!whole && (named?.size ?? 0) === 0) || isNamedInScripts(path, project))
  )
}

/** `"db:init": "ts-node create-tables.ts"`; what `start` and the like run stays there. */
function isNamedInScripts(path: string, { manifests }: Codebase['project']): boolean {
  return manifests.some(({ scripts }) =>
    Object.entries(scripts).some(
      ([name, command]) =>
        !/^(start|serve|dev|watch)(:|$)/.test(name) && command.includes(path.split('/').at(-1) ?? path),
    ),
  )
}

/** `up` and `down` of a class are what a migration consists of, wherever its file stands. */
function isMigration(node: Node): boolean {
  const method = ancestor(node, (at) => at.type === 'MethodDefinition')
  return method !== undefined && /^(up|down)$/.test(keyOf(method) ?? '')
}
