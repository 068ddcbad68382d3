import type { Codebase } from '../codebase.ts'
import { onceFor, says } from '../parse/once.ts'
import type { Entity } from './entities.ts'
import type { Query } from './queries.ts'
import { plainModel, subjectOf } from './query-filters.ts'
import { sqlTables } from './sql-tables.ts'

/** Whether the database refuses a second row with the same values; `bare` is a collection for which no index is made. */
export type Guard = 'guarded' | 'open' | 'bare' | 'unknown'

/** What keeps two rows from having the same in the named fields. */
export function guardOf(codebase: Codebase, query: Query, names: readonly string[]): Guard {
  const entity = schemaOf(codebase, query)
  if (!entity) return isWithoutSchema(codebase, query) ? 'bare' : 'unknown'
  const fields = entity.fields.filter((field) => names.includes(field.name))
  if (fields.length === 0) return 'unknown'
  const isUnique = fields.some((field) => field.unique) || names.some((name) => uniqueIndexes(entity).includes(name))
  return isUnique ? 'guarded' : 'open'
}

/** TypeORM writes an index above the class whether it is unique or not. */
function uniqueIndexes({ kind, indexes }: Entity): string {
  if (kind !== 'typeorm') return indexes
  const written = indexes.split(/(?=@(?:Index|Unique)\()/)
  return written.filter((text) => /^@Unique|unique\s*:\s*true/.test(text)).join(' ')
}

/** The model or table a query asks, when its definition is in the project. */
export function schemaOf(codebase: Codebase, query: Query): Entity | undefined {
  const model = plainModel(subjectOf(query))
  return query.sql ? firstByName(tables(codebase)).get(model) : firstByName(codebase.entities).get(model)
}

const firstByName = onceFor(
  (entities: readonly Entity[]) => new Map(entities.toReversed().map((entity) => [plainModel(entity.name), entity])),
)

/** Tables that the project's SQL creates. */
export const tables = onceFor((codebase: Codebase) => sqlTables(codebase.texts, codebase.queries))

/** A collection of the MongoDB driver, for which no index is made anywhere. */
function isWithoutSchema(codebase: Codebase, query: Query): boolean {
  return (
    /^(mongodb|monk|mongoist|mongojs|unknown)$/.test(query.client) &&
    codebase.project.dependencies.some(({ name }) => /^(mongodb|monk|mongoist|mongojs)$/.test(name)) &&
    ![...codebase.sources.values()].some(makesIndexes)
  )
}

const makesIndexes = says(/\b(create|ensure)?[iI]ndex(es)?\(/)
