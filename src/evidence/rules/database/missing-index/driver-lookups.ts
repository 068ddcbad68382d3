import type { Codebase } from '../../../codebase.ts'
import { isAccountModel } from '../../../facts/entities.ts'
import { filterNames } from '../../../facts/query-filters.ts'
import { schemaOf } from '../../../facts/uniqueness.ts'
import { says } from '../../../parse/once.ts'
import type { Match } from '../../rule.ts'

/** The MongoDB driver has no schema: a lookup by name needs a `createIndex` somewhere. */
export function* driverLookups(codebase: Codebase): Iterable<Match> {
  if (!codebase.project.dependencies.some((item) => /^(mongodb|monk)$/.test(item.name))) return
  if ([...codebase.sources.values()].some(createsIndexes)) return
  for (const query of codebase.queries) {
    if (query.kind !== 'find-one' || query.file.kind !== 'production' || !isAccountModel(query.model)) continue
    const name = filterNames(query).find((item) => /^(email|user_?name|login)$/i.test(item))
    if (name === undefined || schemaOf(codebase, query)) continue
    yield {
      file: query.file,
      node: query.call,
      line: query.line,
      message: `This looks up by \`${name}\`, and no index is made anywhere.`,
    }
  }
}

const createsIndexes = says(/(create|ensure)Index(es)?\(/)
