import type { Codebase } from '../../../codebase.ts'
import type { Entity } from '../../../facts/entities.ts'
import { tables } from '../../../facts/uniqueness.ts'
import type { Match } from '../../rule.ts'
import { fewRows } from '../small-tables.ts'
import { isAsked } from './asked-by.ts'
import { isIndexed, placeOf, type Field } from './fields.ts'
import { wordsFor } from './words-for.ts'

/** PostgreSQL and SQLite make no index for the referring side: joins, lookups and cascades read the whole table. */
export function* foreignKeys(codebase: Codebase, reported: ReadonlySet<Field>): Iterable<Match> {
  const isUsed = (names: RegExp) => codebase.project.dependencies.some((item) => names.test(item.name))
  const keepsKeysBare =
    isUsed(/^(pg|sqlite3?|better-sqlite3|sql\.js)$/) &&
    !isUsed(/^(mysql2?|mariadb)$/) &&
    !migrationsMakeIndexes(codebase)
  for (const entity of entitiesOf(codebase)) {
    if (/(^|\/)(\w*examples?|\w*samples?|predefined\w*|templates?|fixtures?)\//i.test(entity.file.path)) continue
    for (const field of entity.fields) {
      if (field.indexed || new RegExp(`\\b${field.name}(_?[iI]d)?\\b`).test(entity.indexes)) continue
      if (!field.foreignKey && !isPolymorphic(field, entity)) continue
      const beside = besideOf(field, entity)
      if (entity.kind === 'typeorm' && (!keepsKeysBare || (beside && isIndexed(beside, entity)))) continue
      const key = beside ?? field
      if (reported.has(key) || author.test(key.name)) continue
      yield {
        file: entity.file,
        ...placeOf(key),
        words: wordsFor(key, entity, 'A key to another table has no index'),
        ...weigh(key, entity, codebase),
      }
    }
  }
}

/** A handful of rows is soon read, and what nobody asks by only a cascade reads. */
function weigh(key: Field, entity: Entity, codebase: Codebase): Pick<Match, 'severity' | 'message'> {
  const message = `\`${entity.name}.${key.name}\` refers to another table and no index starts with it`
  if (fewRows.test(entity.name)) return { severity: 'info', message: `${message}.` }
  return isAsked(key, entity, codebase)
    ? { severity: 'low', message: `${message}.` }
    : { severity: 'info', message: `${message}; no query here asks by it, only a delete in the other table does.` }
}

/** With the tables of SQL, unless a schema file says what they are. */
function entitiesOf(codebase: Codebase): readonly Entity[] {
  const isWritten = codebase.entities.some(({ kind }) => /^(prisma|drizzle)$/.test(kind))
  return isWritten
    ? codebase.entities
    : [...codebase.entities, ...tables(codebase).filter(({ file }) => !mySql.test(file.text))]
}

/** MySQL makes an index for each foreign key by itself. */
const mySql = /\bengine\s*=|\bauto_increment\b|create\s+table\s+(if\s+not\s+exists\s+)?`/i

/** Who wrote a row is shown with it, and nobody looks rows up by that. */
const author =
  /^((last_?)?(updater|creator|editor|modifier|inviter|approver|author)(_?id)?|last_?(updated|edited|modified)_?by(_?id)?)$|^(created|updated|deleted|modified|edited|changed|approved|reviewed|verified|closed|resolved|assigned|published|invited|added|cancel+ed)_?by(_?(user|admin))?(_?id)?$/i

/** `imageableId` beside `imageableType`: a key to a row of one of several tables. */
function isPolymorphic(field: Field, entity: Entity): boolean {
  const stem = /^(\w+able)_?id$/i.exec(field.name)?.[1]
  return stem !== undefined && entity.fields.some(({ name }) => new RegExp(`^${stem}_?type$`, 'i').test(name))
}

/** `user` and `userId` are one column: the field of the column that a `@JoinColumn` names, or that is named like it. */
function besideOf(field: Field, entity: Entity): Field | undefined {
  const column = /@JoinColumn\([^)]*?\bname\s*:\s*['"`](\w+)/.exec(textOf(field, entity))?.[1]
  return (
    entity.fields.find((item) => item !== field && column !== undefined && columnOf(item, entity) === column) ??
    entity.fields.find((item) => item !== field && item.name.replace(/_?id$/i, '') === field.name)
  )
}

function columnOf(field: Field, entity: Entity): string | undefined {
  const column = /@(?:Primary)?Column\(([^)]*)/.exec(textOf(field, entity))
  return column ? (/\bname\s*:\s*['"`](\w+)/.exec(column[1] ?? '')?.[1] ?? field.name) : undefined
}

function textOf({ node }: Field, { file }: Entity): string {
  return node ? file.text.slice(node.start, node.end) : ''
}

function migrationsMakeIndexes(codebase: Codebase): boolean {
  return [...codebase.texts].some(
    ([path, text]) =>
      /migrations?\//.test(path) && /create\s+(unique\s+)?index|TableIndex|\.(add|create)Index\(/i.test(text),
  )
}
