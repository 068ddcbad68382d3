import type { Codebase } from '../../../codebase.ts'
import { isAccountModel, type Entity } from '../../../facts/entities.ts'
import type { Query } from '../../../facts/queries.ts'
import { filtersOf, plainModel, subjectOf } from '../../../facts/query-filters.ts'
import { propertyOf } from '../../../parse/ast.ts'
import { ownModels } from '../../../facts/own-models.ts'
import { tables } from '../../../facts/uniqueness.ts'
import type { Match } from '../../rule.ts'
import { growingList, smallTable } from '../small-tables.ts'
import { isIndexed, placeOf, type Field } from './fields.ts'
import { uniqueWords, wordsFor } from './words-for.ts'

type Lookup = { query: Query; entity: Entity; names: readonly string[] }

/** Rows that are found by a name, or by what they belong to, of which there is no index; says which it has reported. */
export function* lookedUp(codebase: Codebase, reported: Set<Field>): Iterable<Match> {
  const lookups = lookupsOf(codebase)
  const migrations = [...codebase.texts].flatMap(([path, text]) => (/(^|\/)migrations?\//.test(path) ? [text] : []))
  for (const lookup of lookups) {
    const { query, entity, names } = lookup
    for (const field of entity.fields) {
      if (!names.includes(field.name) || isIndexed(field, entity) || reported.has(field)) continue
      // Another key of the filter has found the few rows already.
      if (names.some((name) => name !== field.name && isKey(name, entity))) continue
      const isName = identifying.test(field.name)
      if ((!isName && !isOnlyWay(field, lookup)) || isIndexedLater(field.name, entity, migrations)) continue
      reported.add(field)
      const isOfOne = isName && isAccountModel(entity.name)
      yield {
        ...matchOf(query, entity, field, 'is looked up by'),
        ...(isName ? {} : { severity: 'low' }),
        ...(isOfOne && entity.kind === 'mongoose'
          ? {}
          : { words: isOfOne ? uniqueWords(field, entity) : wordsFor(field, entity) }),
      }
    }
  }
  // Migrations make indexes that the model does not show.
  if (migrations.length > 0) return
  const keysAreIndexed = isOnMySql(codebase)
  for (const { query, entity, names } of lookups) {
    const [name, ...others] = names
    const field = entity.fields.find((item) => item.name === name)
    if (!field || others.length > 1 || /^(prisma|drizzle)$/.test(entity.kind) || isIndexed(field, entity)) continue
    if (reported.has(field) || !isReference(field)) continue
    if (keysAreIndexed && propertyOf(field.options, 'references')) continue
    reported.add(field)
    yield {
      ...matchOf(query, entity, field, 'refers to another row, is looked up by'),
      severity: 'low',
      words: wordsFor(field, entity),
    }
  }
}

/** MySQL makes an index for each foreign key by itself. */
function isOnMySql({ project }: Codebase): boolean {
  const uses = (drivers: RegExp) => project.dependencies.some(({ name }) => drivers.test(name))
  return uses(/^(mysql2?|mariadb)$/) && !uses(/^(pg|sqlite3|better-sqlite3|tedious)$/)
}

/** One row, or those of a table that grows, is found by what this field says, and by nothing else but flags. */
function isOnlyWay(field: Field, { query, entity, names }: Lookup): boolean {
  if (!tellsWhich.test(field.name) || isReference(field) || /@(Many|One)To|^\w+\s+Boolean/.test(field.type))
    return false
  if (!isOne(query) && !(query.kind === 'find-many' && growingList.test(entity.name))) return false
  return names.every((name) => name === field.name || !tellsWhich.test(name))
}

function isOne({ kind, method }: Query): boolean {
  return kind === 'find-one' || /One(And\w+)?$/.test(method)
}

/** Ends of the names of fields of which each row has its own, or few have the same. */
const tellsWhich = /(token|verification|e-?mail|slug|phone(_?(no|number))?|mobile|uuid|uid|hash|otp|reference)$/i

/** A migration that makes the column, or an index with it, unique or indexed; schema files say that themselves. */
function isIndexedLater(name: string, entity: Entity, migrations: readonly string[]): boolean {
  if (/^(prisma|drizzle)$/.test(entity.kind)) return false
  const column = String.raw`\b(${name}|${name.replace(/([A-Z])/g, '_$1').toLowerCase()})\b`
  const indexed = new RegExp(String.raw`(index|unique)[^;]{0,200}${column}|${column}[^;]{0,200}?unique`, 'gi')
  const table = new RegExp(plainModel(entity.name).replaceAll('_', '_?'), 'i')
  return migrations.some((text) =>
    [...text.matchAll(indexed)].some(({ index, 0: found }) =>
      table.test(text.slice(Math.max(0, index - 800), index + found.length)),
    ),
  )
}

const identifying =
  /^(email|username|user_?name|login|slug|token|handle|phone|code|sku|api_?key|(external|stripe|customer|google|facebook)\w*_?id)$/i

function lookupsOf(codebase: Codebase): Lookup[] {
  const all = [...codebase.entities, ...tables(codebase)].filter((entity) => !smallTable.test(entity.name))
  const entities = [...Map.groupBy(all, keyOfEntity).values()].flatMap(ownModels)
  const queries = codebase.queries.filter(
    ({ kind, file }) => /^(find|update|delete|raw)/.test(kind) && file.kind === 'production',
  )
  const byModel = Map.groupBy(queries, modelKey)
  return entities.flatMap((entity) =>
    (byModel.get(keyOfEntity(entity)) ?? []).flatMap((query) =>
      filtersOf(query, codebase.calls).map((names) => ({ query, entity, names })),
    ),
  )
}

/** Tables of SQL are asked by SQL, models by their methods. */
function modelKey(query: Query): string {
  return `${query.sql ? 'sql' : ''} ${plainModel(subjectOf(query))}`
}

function keyOfEntity({ kind, name }: Entity): string {
  return `${kind === 'sql' ? 'sql' : ''} ${plainModel(name)}`
}

function matchOf(query: Query, entity: Entity, field: Field, what: string): Match {
  return {
    file: entity.file,
    ...placeOf(field),
    also: [{ path: query.file.path, line: query.line }],
    message: `\`${entity.name}.${field.name}\` ${what} (${query.file.path}:${query.line}) and has no index.`,
  }
}

function isKey(name: string, entity: Entity): boolean {
  return /^_?id$|(Id|_id)$/.test(name) || entity.fields.some((item) => item.name === name && item.indexed)
}

/** A field that holds the id of a row elsewhere. */
function isReference(field: Field): boolean {
  if (/^_?id$/.test(field.name)) return false
  return /ObjectId|\bref\s*:/.test(field.type) || /[a-z](I[dD]|_id)$/.test(field.name)
}
