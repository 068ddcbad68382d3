import type { Codebase } from '../../../codebase.ts'
import type { Entity } from '../../../facts/entities.ts'
import { filtersOf, plainModel, subjectOf } from '../../../facts/query-filters.ts'
import { once, onceFor } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Field } from './fields.ts'

/** Whether a query of the project finds or joins rows by a key; of other kinds of models that is not known, and taken for so. */
export function isAsked(field: Field, entity: Entity, codebase: Codebase): boolean {
  if (entity.kind === 'drizzle') return isComparedTo(field, entity, codebase)
  if (entity.kind !== 'prisma') return true
  return (
    (filtersByModel(codebase).get(plainModel(entity.name))?.has(field.name) ?? false) ||
    isNamedInFilter(field, codebase) ||
    isComeWith(entity, codebase)
  )
}

const filtersByModel = onceFor(({ queries, calls }: Codebase): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>()
  for (const query of queries) {
    if (query.file.kind !== 'production') continue
    const model = plainModel(subjectOf(query))
    const names = found.get(model) ?? new Set()
    for (const name of filtersOf(query, calls).flat()) names.add(name)
    found.set(model, names)
  }
  return found
})

/** `where: { … userId`, of whichever model: filters that are put together elsewhere. */
function isNamedInFilter({ name }: Field, { production }: Codebase): boolean {
  const named = new RegExp(String.raw`\b${name}\b`)
  const added = new RegExp(String.raw`\b(where|filters?|conditions?)\.${name}\b`)
  return production.some(
    (file) => file.text.includes(name) && (added.test(file.text) || filtersIn(file).some((text) => named.test(text))),
  )
}

const filtersIn = once(({ text }: SourceFile) =>
  objectsAfter(/\b(where|OR|AND|some|every|none)\b\s*[:=]\s*\[?\s*\{/g, text),
)
const choicesIn = once(({ text }: SourceFile) => objectsAfter(/\b(include|select)\s*:\s*\{/g, text))

/** The objects that begin where a pattern ends, up to the brace that closes them. */
function objectsAfter(start: RegExp, text: string): string[] {
  return [...text.matchAll(start)].map(({ index, 0: head }) => {
    let depth = 1
    let at = index + head.length
    const end = Math.min(text.length, at + longest)
    for (; at < end && depth > 0; at += 1) depth += text[at] === '{' ? 1 : text[at] === '}' ? -1 : 0
    return text.slice(index + head.length, at)
  })
}

const longest = 2000

/** A row of another model is read with those of this one: `include: { posts: true }`. */
function isComeWith(entity: Entity, { entities, production }: Codebase): boolean {
  const lists = entities.flatMap(({ kind, fields }) =>
    kind === 'prisma'
      ? fields.flatMap(({ name, type, relation }) =>
          relation && new RegExp(`\\b${entity.name}\\[\\]`).test(type) ? [name] : [],
        )
      : [],
  )
  return lists.some((name) => {
    const comes = new RegExp(String.raw`\b${name}\s*:`)
    return production.some((file) => file.text.includes(name) && choicesIn(file).some((text) => comes.test(text)))
  })
}

/** `eq(orders.userId, …)` in a filter, or in a join of this table; `with` may read all that hangs on a row. */
function isComparedTo({ name }: Field, entity: Entity, { production }: Codebase): boolean {
  const column = new RegExp(String.raw`\b${entity.name}\.${name}\b`, 'g')
  const comesWith = new RegExp(String.raw`\bmany\(\s*${entity.name}\b`)
  return production.some(
    ({ text }) =>
      text.includes(entity.name) &&
      (comesWith.test(text) ||
        [...text.matchAll(column)].some(({ index }) =>
          finds(text.slice(Math.max(0, index - 200), index), entity.name),
        )),
  )
}

function finds(before: string, table: string): boolean {
  if (
    !/\(\s*([\w.]+\s*,\s*)?$/.test(before) ||
    /\b(orderBy|groupBy|references|one|many|asc|desc)\(\s*[^()]*$/.test(before)
  )
    return false
  const joined = /[jJ]oin\(\s*(?:\w+\.)?(\w+)\s*,(?:(?!\.where\b|;)[\s\S])*$/.exec(before)?.[1]
  return joined === undefined
    ? /\b(eq|ne|inArray|notInArray|exists|gt|lt|between)\([^()]*$/.test(before)
    : joined === table
}
