import type { Query } from '../../facts/queries.ts'
import { isAccountModel, type Entity } from '../../facts/entities.ts'
import { chainTop } from '../../facts/promises.ts'
import { keyOf, propertyOf, type Node } from '../../parse/ast.ts'
import type { Codebase } from '../../codebase.ts'
import { once } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const missingIndex: Rule = {
  id: 'missing-index',
  category: 'missing-index',
  severity: 'medium',
  confidence: 'medium',
  title: 'Rows are looked up by a field without an index',
  why: 'Every lookup reads the whole table; without a unique index two requests can also make the same account twice.',
  effects: { latency: 'Grows with the table.', safety: 'Duplicates of what should be unique.' },
  fix: {
    say: 'Declare the index with the field.',
    code: { any: 'username: { type: String, required: true, unique: true, index: true }' },
  },
  sources: ['https://use-the-index-luke.com/', 'https://mongoosejs.com/docs/guide.html#indexes'],
  limits: 'Only models defined in code are known; indexes made by hand in the database are not.',
  *find(codebase) {
    const reported = new Set<string>()
    const lookedUp = new Set<unknown>()
    for (const entity of codebase.entities) {
      for (const query of codebase.queries) {
        if (query.kind !== 'find-one' && query.kind !== 'find-many') continue
        if (!isFor(query.model, entity)) continue
        for (const name of filterKeys(query)) {
          const field = entity.fields.find((item) => item.name === name)
          const key = `${entity.file.path} ${entity.name} ${name}`
          if (!field || field.indexed || new RegExp(`\\b${name}\\b`).test(entity.indexes) || reported.has(key)) continue
          if (!/^(email|username|user_?name|login|slug|token|handle|phone|code|sku|api_?key|external_?id)$/i.test(name))
            continue
          // Another key of the filter has found the few rows already.
          if (filterKeys(query).some((other) => other !== name && isKey(other, entity))) continue
          reported.add(key)
          const also = [{ path: query.file.path, line: query.line }]
          yield {
            file: entity.file,
            ...placeOf(field),
            also,
            message: `\`${entity.name}.${name}\` is looked up by (${query.file.path}:${query.line}) and has no index.`,
          }
        }
      }
    }
    yield* references(codebase, lookedUp)
    yield* oncePerField(foreignKeys(codebase, lookedUp))
    yield* driverLookups(codebase)
    yield* neverExpiring(codebase)
  },
}

type Field = Entity['fields'][number]

function isFor(model: string | undefined, entity: Entity): boolean {
  if (model === undefined) return false
  const plain = (text: string) => text.toLowerCase().replace(/(schema|model|repository|repo|entity|s)$/g, '')
  return plain(model) === plain(entity.name)
}

function filterKeys(query: Query): string[] {
  if (query.method === 'select') {
    const top = chainTop(query.call)
    const text = query.file.text.slice(query.call.start, top.end)
    return [...text.matchAll(/\beq\(\s*\w+\.(\w+)/g)].map((match) => match[1] ?? '')
  }
  const filter = query.call.arguments[0]
  return keysIn(propertyOf(filter, 'where') ?? filter, query.file)
}

/** The keys of a filter, of the parts of its `$and`, and of the object a name stands for. */
function keysIn(where: Node | undefined, file: SourceFile): string[] {
  if (where?.type === 'Identifier') {
    const binding = lookUp(file.scopes, where, where.name)
    const value = binding?.kind === 'const' && binding.path.length === 0 ? binding.init : undefined
    return value?.type === 'ObjectExpression' ? keysIn(value, file) : []
  }
  if (where?.type !== 'ObjectExpression') return []
  return where.properties.flatMap((property): string[] => {
    if (property.type !== 'Property') return []
    const key = keyOf(property)
    if (key === '$and' && property.value.type === 'ArrayExpression')
      return property.value.elements.flatMap((item) => keysIn(item ?? undefined, file))
    return key === undefined ? [] : [key]
  })
}

/** A field that holds the id of a row elsewhere. */
function isReference(field: Field): boolean {
  if (/^_?id$/.test(field.name)) return false
  return /ObjectId|\bref\s*:/.test(field.type) || /[a-z](Id|_id)$/.test(field.name)
}

/** Lists of what belongs to one row, found by a reference that has no index. */
function* references(codebase: Codebase, reported: Set<unknown>): ReturnType<Rule['find']> {
  // Migrations make indexes that the model does not show.
  if ([...codebase.texts.keys()].some((path) => /(^|\/)migrations?\//.test(path))) return
  for (const query of codebase.queries) {
    if (!query.kind.startsWith('find') || query.file.kind !== 'production') continue
    const [name, ...others] = filterKeys(query)
    for (const entity of codebase.entities) {
      if (
        name === undefined ||
        others.length > 1 ||
        entity.kind === 'prisma' ||
        entity.kind === 'drizzle' ||
        !isFor(query.model, entity)
      )
        continue
      const field = entity.fields.find((item) => item.name === name)
      if (
        !field ||
        field.indexed ||
        !isReference(field) ||
        reported.has(field) ||
        new RegExp(`\\b${name}\\b`).test(entity.indexes)
      )
        continue
      reported.add(field)
      const message = `\`${entity.name}.${name}\` refers to another row, is looked up by (${query.file.path}:${query.line}) and has no index.`
      yield {
        file: entity.file,
        ...placeOf(field),
        severity: 'low',
        also: [{ path: query.file.path, line: query.line }],
        message,
      }
    }
  }
}

function isKey(name: string, entity: Entity): boolean {
  return /^_?id$|(Id|_id)$/.test(name) || entity.fields.some((item) => item.name === name && item.indexed)
}

function placeOf(field: Field): Pick<Match, 'node' | 'line' | 'subject'> {
  if (field.node) return { node: field.node }
  return field.line === undefined ? {} : { line: field.line, subject: field.name }
}

/** PostgreSQL and SQLite make no index for the referring side: joins, lookups and cascades read the whole table. */
function* foreignKeys(codebase: Codebase, reported: ReadonlySet<unknown>): ReturnType<Rule['find']> {
  const isUsed = (names: RegExp) => codebase.project.dependencies.some((item) => names.test(item.name))
  const keepsKeysBare =
    isUsed(/^(pg|sqlite3?|better-sqlite3|sql\.js)$/) &&
    !isUsed(/^(mysql2?|mariadb)$/) &&
    !migrationsMakeIndexes(codebase)
  for (const entity of codebase.entities) {
    if (/(^|\/)(\w*examples?|\w*samples?|predefined\w*|templates?|fixtures?)\//i.test(entity.file.path)) continue
    for (const field of entity.fields) {
      if (!field.foreignKey || field.indexed || new RegExp(`\\b${field.name}(_?[iI]d)?\\b`).test(entity.indexes))
        continue
      const beside = besideOf(field, entity)
      if (entity.kind === 'typeorm' && (!keepsKeysBare || beside?.indexed || (beside && reported.has(beside)))) continue
      yield {
        file: entity.file,
        ...placeOf(beside ?? field),
        severity: 'low',
        message: `\`${entity.name}.${(beside ?? field).name}\` refers to another table and no index starts with it.`,
      }
    }
  }
}

/** `user` and `userId` are one column: the field that is named like it. */
function besideOf(field: Field, entity: Entity): Field | undefined {
  return entity.fields.find((item) => item !== field && item.name.replace(/_?id$/i, '') === field.name)
}

function migrationsMakeIndexes(codebase: Codebase): boolean {
  return [...codebase.texts].some(
    ([path, text]) =>
      /migrations?\//.test(path) && /create\s+(unique\s+)?index|TableIndex|\.(add|create)Index\(/i.test(text),
  )
}

function lineIn(file: Match['file'], node: Node | undefined): number {
  return node && 'lineStarts' in file ? lineOf(node, file) : 1
}

/** A schema that is kept once for each database says the same in each. */
function* oncePerField(matches: Iterable<Match>): Iterable<Match> {
  for (const [first, ...rest] of Map.groupBy(matches, ({ message }) => message).values()) {
    if (first)
      yield {
        ...first,
        also: rest.map(({ file, node, line }) => ({ path: file.path, line: line ?? lineIn(file, node) })),
      }
  }
}

/** The MongoDB driver has no schema: a lookup by name needs a `createIndex` somewhere. */
function* driverLookups(codebase: Codebase): ReturnType<Rule['find']> {
  if (!codebase.project.dependencies.some((item) => item.name === 'mongodb') || codebase.entities.length > 0) return
  if ([...codebase.sources.values()].some(createsIndexes)) return
  const reported = new Set<string>()
  for (const query of codebase.queries) {
    if (query.kind !== 'find-one' || query.file.kind !== 'production' || !isAccountModel(query.model)) continue
    for (const name of filterKeys(query)) {
      if (!/^(email|user_?name|login)$/i.test(name) || reported.has(`${query.file.path}${query.line}`)) continue
      reported.add(`${query.file.path}${query.line}`)
      yield {
        file: query.file,
        node: query.call,
        line: query.line,
        message: `This looks up by \`${name}\`, and no index is made anywhere.`,
      }
    }
  }
}

/** Documents with an expiry that no TTL index removes. */
function* neverExpiring(codebase: Codebase): ReturnType<Rule['find']> {
  for (const entity of codebase.entities) {
    const field = entity.fields.find((item) => /^(expires?(_?at)?|expiry|expiration(_?date)?)$/i.test(item.name))
    // A thread that closes or an offer that ends stays a document all the same.
    if (field && !shortLived.test(entity.name)) continue
    if (!field || entity.kind !== 'mongoose' || /expireAfterSeconds|expires\s*:\s*['"\d]/.test(entity.file.text))
      continue
    const message = `Documents with \`${field.name}\` are never removed: there is no TTL index.`
    yield { file: entity.file, ...placeOf(field), severity: 'low', message }
  }
}

const shortLived =
  /token|session|otp|code|verif|reset|invit|challenge|cache|lock|revoked|black_?list|blocklist|nonce|ticket|temp/i

const createsIndexes = once((file: SourceFile) => /(create|ensure)Index(es)?\(/.test(file.text))
