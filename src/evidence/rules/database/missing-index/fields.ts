import type { Entity } from '../../../facts/entities.ts'
import type { Match } from '../../rule.ts'

export type Field = Entity['fields'][number]

/** Whether an index starts with the field, or names it where only the text of the indexes is known. */
export function isIndexed(field: Field, entity: Entity): boolean {
  return field.indexed || new RegExp(String.raw`\b${field.name}\b`).test(entity.indexes)
}

/** Where the field is written. */
export function placeOf(field: Field): Pick<Match, 'node' | 'line' | 'subject'> {
  if (field.node) return { node: field.node }
  return field.line === undefined ? {} : { line: field.line, subject: field.name }
}
