import type { Codebase } from '../../../codebase.ts'
import { hasAuth } from '../../../facts/access-control.ts'
import { isAccountModel } from '../../../facts/entities.ts'
import { plainModel } from '../../../facts/query-filters.ts'
import type { Trace } from '../../../facts/trace.ts'
import { routesOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { isSetByServer } from './owner-from-body.ts'
import { owners, privileged } from './privileged-fields.ts'

/** What a caller gets by setting every field of a record: rights or money, the name of another, a decision, or nothing. */
export type Gain = 'rights' | 'name' | 'decision' | 'nothing'

/** By the fields of the model; where they are not known, only an account, or what has no name, is taken to hold rights. */
export function gainOf(codebase: Codebase, model: string | undefined, kept: ReadonlySet<string> = new Set()): Gain {
  const entity = codebase.entities.find(({ name }) => model !== undefined && plainModel(name) === plainModel(model))
  const isAccount = model === undefined || isAccountModel(model)
  if (!entity) return isAccount ? 'rights' : 'decision'
  const has = (pattern: RegExp) =>
    entity.fields.some(({ name }) => pattern.test(name) && !kept.has(name) && !isSetByServer(codebase, name))
  if (has(privileged)) return 'rights'
  if (has(owners)) return has(money) ? 'rights' : 'name'
  return isAccount || has(money) || has(decided) || money.test(entity.name) ? 'decision' : 'nothing'
}

const money = /(price|amount|total|cost|fee|salary|balance|payment|points)s?$/i

/** What somebody of the house decides, or whose the record is by another name. */
const decided =
  /(ed|_)by([A-Z_]\w*)?$|status$|^(is_?)?(approved|active|enabled|published|paid|locked|blocked|featured|deleted)|(owner|user|account|customer|tenant|organi[sz]ation|company|school|team|student|employee|member|author)_?id$/i

/** Where nobody signs in, whose a record is can come from nowhere but the body. */
export function severityFor(gain: Gain, { handler }: Trace, codebase: Codebase): Pick<Match, 'severity'> {
  if (gain === 'nothing') return { severity: 'low' }
  const isOpen = gain === 'name' && !routesOf(codebase, handler?.node).some(hasAuth)
  return gain === 'decision' || isOpen ? { severity: 'medium' } : {}
}
