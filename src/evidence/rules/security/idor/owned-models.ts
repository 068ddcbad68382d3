import { plainModel } from '../../../facts/query-filters.ts'
import type { Codebase } from '../../../codebase.ts'
import { type Entity, isAccountModel, passwordField } from '../../../facts/entities.ts'
import { hasSpread, keyOf, type Node, pathOf, propertyOf } from '../../../parse/ast.ts'
import { onceFor } from '../../../parse/once.ts'

const ownerName =
  /^(user|owner|author|account|customer|member|creator|created_?by|posted_?by|seller|buyer|patient|student|sender|group_?admin|participants|members|users)(_?id|_?name)?$/i

/** What people expect to see alone; a service, a post or a shop of somebody is there to be seen. */
export const isPrivate =
  /order|invoice|payment|transaction|message|chat|conversation|note|cart|basket|address|booking|reservation|document|task|todo|ticket|upload|file|account|card|bank|wallet|loan|health|medical|patient|prescription|appointment|session|token|key|secret|notification|subscription|salary|payroll|leave|draft|inbox|mail|proposal|contract|pass_?(phrase|word)|credential/i

export function namesOwner(filter: Node): boolean {
  return (
    filter.type === 'ObjectExpression' &&
    filter.properties.some((item) => item.type !== 'Property' || ownerName.test(keyOf(item) ?? ''))
  )
}

/** `postAuthor: { type: ObjectId, ref: 'User' }`: one person, whatever the field is called. */
function refersToPerson({ name, type }: Entity['fields'][number]): boolean {
  const referred =
    /\bref\s*:\s*['"`](\w+)/.exec(type)?.[1] ?? /@(?:ManyToOne|BelongsTo)\(\s*\(\w*\)\s*=>\s*(\w+)/.exec(type)?.[1]
  return !type.startsWith('[') && isAccountModel(referred) && !/updat|approv|review|assign|last|verif/i.test(name)
}

/** A patient or a student that the house keeps records of: others have the passwords. Of a list each is a part. */
function isKept({ name, type }: Entity['fields'][number], codebase: Codebase): boolean {
  const [word = ''] = /^[a-z]+/.exec(name) ?? []
  return (type.startsWith('[') && !/s$/i.test(name)) || keptPeople(codebase).has(word)
}

const keptPeople = onceFor(({ entities }: Codebase): ReadonlySet<string> => {
  const signsIn = ({ fields }: Entity) => fields.some(({ name }) => passwordField.test(name))
  if (!entities.some(signsIn)) return new Set()
  const kept = entities.filter(
    (entity) => /^(student|patient|member|customer)s?$/i.test(entity.name) && !signsIn(entity),
  )
  return new Set(
    kept.filter(({ fields }) => !fields.some(refersToPerson)).map(({ name }) => plainModel(name).replace(/s$/, '')),
  )
})

/** Models with a field for their owner, or that some query filters or fills by one. */
export const ownedModels = onceFor((codebase: Codebase): Set<string> => {
  const owned = new Set<string>()
  for (const entity of codebase.entities) {
    if (
      entity.fields.some((field) => (ownerName.test(field.name) && !isKept(field, codebase)) || refersToPerson(field))
    )
      owned.add(plainModel(entity.name))
  }
  // `Basket.belongsTo(User)` of Sequelize.
  for (const { call } of codebase.index.methods('belongsTo')) {
    const [owner] = call.arguments
    if (call.callee.type === 'MemberExpression' && owner && isAccountModel(pathOf(owner).split('.').at(-1)))
      owned.add(plainModel(pathOf(call.callee.object).split('.').at(-1)))
  }
  for (const query of codebase.queries) {
    const first = query.call.arguments[0]
    const given = propertyOf(first, 'where') ?? propertyOf(first, 'data') ?? first
    if (query.model !== undefined && given && namesOwner(given) && !hasSpread(given)) owned.add(plainModel(query.model))
  }
  return owned
})

/** Whether a model holds the accounts themselves. */
export function isAccount(model: string | undefined): boolean {
  return (
    model !== undefined && /^(users?|accounts?|customers?|members?|profiles?)(Model|Repository|Col|sCol)?$/i.test(model)
  )
}

/** Where people sign in as users, an account or a customer is something they keep: a ledger, a bank, whom they sell to. */
export function isKeptByUsers(name: string | undefined, codebase: Codebase): boolean {
  return name !== undefined && /^(account|customer)/i.test(name) && hasUsers(codebase)
}

const hasUsers = onceFor(
  ({ entities, queries, production }: Codebase): boolean =>
    entities.some(({ name }) => userModel.test(name)) ||
    queries.some(({ model }) => userModel.test(model ?? '')) ||
    production.some(({ classes }) =>
      classes.some(
        ({ id, superClass }) => superClass && pathOf(superClass).endsWith('Model') && userModel.test(id?.name ?? ''),
      ),
    ),
)
const userModel = /(^|[a-z])users?(Model|Repository|Schema|Entity|Col)?$/i
