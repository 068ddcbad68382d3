import type { Codebase } from '../../../codebase.ts'
import type { Entity } from '../../../facts/entities.ts'
import type { Query } from '../../../facts/queries.ts'
import { plainModel } from '../../../facts/query-filters.ts'
import { schemaOf } from '../../../facts/uniqueness.ts'
import { contains, functionAround, literalText, propertyOf, type Node } from '../../../parse/ast.ts'
import { requestOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { growingList } from '../small-tables.ts'

/** A document that is deleted while those that belong to it stay: MongoDB has no cascades. What is told is left out. */
export function* leftBehind(codebase: Codebase, told: ReadonlySet<Node>): Iterable<Match> {
  const deletes = codebase.queries.filter(({ kind, file }) => kind === 'delete' && file.kind === 'production')
  const seen = new Set<Entity>()
  for (const query of deletes) {
    const owner = schemaOf(codebase, query)
    if (
      !owner ||
      owner.kind !== 'mongoose' ||
      seen.has(owner) ||
      told.has(query.call) ||
      !requestOf(codebase, query.call)
    )
      continue
    // A hook of the schema may take them along.
    if (/\.(pre|post)\(\s*\[?\s*['"`/]?\^?(delete|remove|findOneAnd)/i.test(owner.file.text)) continue
    const left = codebase.entities.filter((entity) => belongsTo(entity, owner) && !isCleared(entity, deletes, query))
    if (left.length === 0) continue
    seen.add(owner)
    const names = [...new Set(left.map(({ name }) => `\`${name}\``))].join(', ')
    yield {
      file: query.file,
      node: query.call,
      line: query.line,
      severity: 'low',
      confidence: 'low',
      words: orphans,
      message: `What refers to the deleted \`${query.model ?? ''}\` stays: ${names}.`,
    }
  }
}

const orphans: Words = {
  title: 'What belonged to a deleted document stays',
  why: 'MongoDB deletes nothing else along: what refers to the document is found, counted and populated with nothing in its place.',
  effects: { latency: 'Lists and counts go through what nobody can reach.' },
  fix: {
    say: 'Delete with it what means nothing without it, or mark it as deleted and keep both.',
    code: { any: 'await Comment.deleteMany({ post: post.id })\nawait post.deleteOne()' },
  },
}

/** Comments of a post, reviews of a product: they mean nothing without it. */
function belongsTo(entity: Entity, owner: Entity): boolean {
  if (entity === owner || entity.kind !== 'mongoose' || !growingList.test(entity.name)) return false
  const name = plainModel(owner.name)
  if (/^(user|account|customer|admin)$/.test(name)) return false
  return entity.fields.some(({ options }) => plainModel(literalText(propertyOf(options, 'ref'))) === name)
}

/** Whether the same function, or one of the same file that is named for it, deletes them. */
function isCleared(entity: Entity, deletes: readonly Query[], { call, file }: Query): boolean {
  const around = functionAround(call)
  return deletes.some(
    (other) =>
      plainModel(other.model) === plainModel(entity.name) &&
      other.file === file &&
      (around === undefined || contains(around, other.call)),
  )
}
