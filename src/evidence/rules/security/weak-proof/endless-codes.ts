import type { Codebase } from '../../../codebase.ts'
import { filterNames, plainModel, subjectOf } from '../../../facts/query-filters.ts'
import type { Query } from '../../../facts/queries.ts'
import { functionAround } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'

const families: readonly [kind: string, pattern: RegExp, severity: 'medium' | 'low'][] = [
  ['reset', /reset|forg[eo]t|recover/i, 'medium'],
  ['verif', /verif|confirm|activat/i, 'low'],
]
const proof = /(token|code|hash|otp|pin|verification|uuid)(_?hash)?$/i
const end =
  /expir|ttl|valid_?(until|to)|ends?_?(at|on)|deadline|lifetime|(sent|issued|requested)_?(at|on)|(time|date)$/i

/** A code from a mail that is looked up, where nothing anywhere says until when it holds. */
export function* endlessCodes(codebase: Codebase): Iterable<Match> {
  const told = new Set<string>()
  for (const query of codebase.queries) {
    if (query.file.kind !== 'production' || !/^(find-one|find-many|update|raw)$/.test(query.kind)) continue
    const name = filterNames(query).find((item) => proof.test(item))
    if (name === undefined) continue
    const model = plainModel(subjectOf(query))
    const family = families.find(([, pattern]) => pattern.test(name) || pattern.test(model))
    if (!family || told.has(`${family[0]} ${model}`) || endsSomewhere(query, name, family[1], codebase)) continue
    told.add(`${family[0]} ${model}`)
    yield {
      file: query.file,
      node: query.call,
      severity: family[2],
      confidence: 'medium',
      message: `\`${name}\` holds for ever: nothing says until when, so every mail that was ever sent still opens the account.`,
    }
  }
}

/** The model has a field for the end of such codes, the function that asks looks at a time, or the code is a signed token. */
function endsSomewhere(query: Query, name: string, family: RegExp, codebase: Codebase): boolean {
  const { file, call } = query
  const around = functionAround(call) ?? file.program
  if (
    /expir|ttl|valid_?(until|to)|\$gt\b|\bgt\b|created_?at|jwt|verify\w*Token\(/i.test(
      file.text.slice(around.start, around.end),
    )
  )
    return true
  const model = plainModel(subjectOf(query))
  const entity = codebase.entities.find((item) => plainModel(item.name) === model)
  if (!entity)
    return codebase.production.some(({ text }) => text.includes(name) && /expir|ttl|valid_?(until|to)/i.test(text))
  const others = families.filter(([, pattern]) => pattern !== family)
  return (
    /expire/i.test(entity.indexes) ||
    entity.fields.some(
      (field) =>
        (end.test(field.name) || /\bexpires\b/.test(field.type)) &&
        !others.some(([, pattern]) => pattern.test(field.name)),
    )
  )
}
