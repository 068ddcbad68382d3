import { plainModel } from '../../../facts/query-filters.ts'
import type { Codebase } from '../../../codebase.ts'
import { isRoleStep } from '../../../facts/access-control.ts'
import { guardedByOwner, isSignedIn, namesCaller, withoutSignInChecks } from '../../../facts/caller.ts'
import type { Handler } from '../../../facts/handlers.ts'
import { asksBefore, asksForMore, resolverOf, takesCaller } from '../../../facts/resolver-guards.ts'
import { ofTheHouse } from '../../../facts/things.ts'
import type { Query } from '../../../facts/queries.ts'
import { functionAround, keyOf, type Node, parameterName, propertyOf } from '../../../parse/ast.ts'
import { codeText } from '../../../parse/code-text.ts'
import { purposeOf, routesOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { isAccount, isPrivate, namesOwner, ownedModels } from './owned-models.ts'
import { isAdministration, type Place, placeOf } from './places.ts'

const tenantName = /^(org|organi[sz]ation|team|tenant|workspace|company|project|group)_?(uu)?id$/i
const personal =
  /^(orders?|invoices?|payments?|messages?|notes?|carts?|addresses|bookings?|reservations?|tickets?|documents?|tasks?|todos?|posts?|comments?|reviews?|uploads?)$/i

/** What somebody wrote for others to read. */
const published =
  /^(post|article|comment|product|review|recipe|campground|story|stories|blog|video|event|course|question|answer|listing|job|tag|idea|project|tweet|thread|topic|photo|picture|book|movie|song|place|restaurant|shop|store|cat|property)$/i

/** The record is found to be changed. */
function changesRecords(query: Query): boolean {
  const around = functionAround(query.call)
  return (
    around !== undefined &&
    /\.(save|update\w*|delete\w*|remove\w*|destroy|insert\w*|push)\(/.test(codeText(around, query.file))
  )
}

/** One record picked by an id from the request, of a model whose rows belong to somebody, where nobody asks to whom. */
export function* unownedRecords(codebase: Codebase): Iterable<Match> {
  const reported = new Set<string>()
  for (const query of codebase.queries) {
    const model = query.model
    if (query.file.kind !== 'production' || !/^(find-one|find-many|update|delete)$/.test(query.kind)) continue
    if (model === undefined || isAccount(model) || ofTheHouse.test(plainModel(model))) continue
    const filter = propertyOf(query.call.arguments[0], 'where') ?? query.call.arguments[0]
    const value = filter && (query.kind === 'find-many' ? belongsTo(filter) : idValue(filter, query))
    const trace = value && codebase.flow.traceId(value, query.file)
    const handler = trace?.handler
    if (!filter || !trace || !handler || !/^(params|query|body|arguments)$/.test(trace.kind)) continue
    // `post.update(title)` changes a thing at hand; it picks none.
    if (
      filter.type !== 'ObjectExpression' &&
      /^(title|text|content|name|description|status|body)$/i.test(trace.keys.at(-1) ?? '')
    )
      continue
    if (namesOwner(filter) || namesTenant(filter) || knowsCaller(query, handler, codebase)) continue
    if (/webhook/i.test(`${handler.file.path} ${textOf(handler.node.parent ?? handler.node, handler.file, 200)}`))
      continue
    if (meantForOthers.test(purposeOf(codebase, query.call))) continue
    const routes = routesOf(codebase, handler.node)
    const code = codeText(handler.node, handler.file)
    const resolver = resolverOf(handler)
    if (resolver && (asksForMore(resolver) || takesCaller(resolver))) continue
    const asksInside = withoutSignInChecks(code) !== code || (resolver !== undefined && asksBefore(resolver))
    if (
      (routes.length === 0 && !(asksInside && handler.framework === 'graphql')) ||
      routes.some(
        (route) => !(asksInside || isSignedIn(route, codebase)) || guardedByOwner(route) || isAdministration(route),
      )
    )
      continue
    if (routes.some((route) => route.chain.slice(0, -1).some(isRoleStep))) continue
    const owned = ownedModels(codebase).has(plainModel(model))
    if (published.test(plainModel(model)) && routes.every((route) => route.method === 'GET')) continue
    const isRead = query.kind.startsWith('find')
    if (query.kind === 'find-many' && !(isPrivate.test(plainModel(model)) && /id$/i.test(trace.keys.at(-1) ?? '')))
      continue
    if (isRead && !(owned && (changesRecords(query) || isPrivate.test(plainModel(model))))) continue
    if (!isRead && !owned && !personal.test(plainModel(model))) continue
    const place = placeOf(trace, query, handler)
    // A handler that finds a record and then changes it is told once.
    const key = `${handler.file.path} ${handler.node.start} ${model} ${trace.source.text}`
    if (reported.has(key)) continue
    reported.add(key)
    yield {
      ...place,
      severity: owned ? 'medium' : 'low',
      confidence: owned ? 'medium' : 'low',
      message: `\`${trace.source.text}\` picks the \`${model}\`${whereAsked(place, query)}, and nothing asks whose it is.`,
      steps: trace.steps,
    }
  }
}

/** What people do with what others wrote. */
const meantForOthers =
  /(^|[^a-z]|(?<=[a-z])(?=[A-Z]))(un)?(like|vote|upvote|downvote|follow|favou?rite|bookmark|react)/i

function whereAsked(place: Place, query: Query): string {
  return place.node === query.call ? '' : ` (${query.file.path}:${query.line})`
}

function idValue(filter: Node, query: Query): Node | undefined {
  if (filter.type !== 'ObjectExpression')
    return /ById|ByPk|^findOne$|^delete$|^update$|^remove$/.test(query.method) ? filter : undefined
  const property = filter.properties.find(
    (item) => item.type === 'Property' && /^(_?id|no|number|slug|uuid|key|name|\w+(Id|_id))$/.test(keyOf(item) ?? ''),
  )
  return property?.type === 'Property' ? property.value : undefined
}

/** `{ chat: chatId }`: the rows of one thing, and nothing else asked for. */
function belongsTo(filter: Node): Node | undefined {
  const [property, ...others] = filter.type === 'ObjectExpression' ? filter.properties : []
  return others.length === 0 && property?.type === 'Property' ? property.value : undefined
}

function namesTenant(filter: Node): boolean {
  return (
    filter.type === 'ObjectExpression' &&
    filter.properties.some((item) => item.type === 'Property' && tenantName.test(keyOf(item) ?? ''))
  )
}

/** The handler, or the function that asks the database, looks at who is calling. */
function knowsCaller(query: Query, handler: Handler, codebase: Codebase): boolean {
  const around = functionAround(query.call)
  const method = handler.node.parent
  const decorators = method?.type === 'MethodDefinition' ? method.decorators : []
  if (around?.params.some((parameter) => handedOwner.test(parameterName(parameter)?.name ?? ''))) return true
  const texts = [
    ...decorators.map((item) => handler.file.text.slice(item.start, item.end)),
    codeText(handler.node, handler.file),
    around ? codeText(around, query.file) : '',
  ]
  return texts.some(
    (text) =>
      namesCaller(withoutSignInChecks(text), codebase) ||
      /\b(owner|permission|ability|authorize|isOwn)/i.test(text) ||
      /\bcan[A-Z]\w*\(/.test(text),
  )
}

/** The function is told for whom it asks. */
const handedOwner = /^(current_?)?(user|owner|author|customer|account|viewer|actor)(_?id)?$/i
