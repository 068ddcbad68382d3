import type { Codebase } from '../../../codebase.ts'
import { isAccountModel } from '../../../facts/entities.ts'
import type { Query } from '../../../facts/queries.ts'
import { filterNames, plainModel } from '../../../facts/query-filters.ts'
import { collectionNamed } from '../../../facts/query-tables.ts'
import { schemaOf } from '../../../facts/uniqueness.ts'
import { says } from '../../../parse/once.ts'
import type { Match } from '../../rule.ts'

/** The MongoDB driver has no schema: a lookup by name needs a `createIndex` somewhere. */
export function* driverLookups(codebase: Codebase): Iterable<Match> {
  if (!codebase.project.dependencies.some((item) => /^(mongodb|monk)$/.test(item.name))) return
  if ([...codebase.sources.values()].some(createsIndexes)) return
  const told = new Set<string>()
  for (const query of codebase.queries) {
    if (!/^(find-one|count|update|delete)$/.test(query.kind) || query.file.kind !== 'production') continue
    const name = filterNames(query).find((item) => tellsWhich(item, query.model))
    const isOfPeople = isAccountModel(query.model)
    const key = `${query.model} ${name}`
    if (name === undefined || schemaOf(codebase, query)) continue
    if (told.has(key) && !(isOfPeople && query.kind === 'find-one')) continue
    if (!isOfPeople && !isOfCollection(query)) continue
    told.add(key)
    yield {
      file: query.file,
      node: query.call,
      line: query.line,
      ...(isOfPeople ? {} : { severity: 'low' as const }),
      words: {
        fix: {
          say: 'Make the index once, by a migration or when the process starts.',
          code: { any: `await users.createIndex({ ${name}: 1 }, { unique: true })` },
        },
      },
      message: `This looks up by \`${name}\`, and no index is made anywhere.`,
    }
  }
}

/** Names that each row has its own value of: an e-mail, a token, the `groupId` of groups. */
function tellsWhich(name: string, model = ''): boolean {
  return (
    /^(email|user_?name|login|slug|(access|api|session)_?(key|token))$/i.test(name) ||
    name.toLowerCase() === `${plainModel(model)}id`
  )
}

/** Asked of `db.collection('…')`, and of nothing with a schema. */
function isOfCollection({ call, file }: Query): boolean {
  return call.callee.type === 'MemberExpression' && collectionNamed(call.callee.object, file) !== undefined
}

const createsIndexes = says(/(create|ensure)Index(es)?\(/)
