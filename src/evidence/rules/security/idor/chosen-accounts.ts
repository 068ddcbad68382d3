import type { Codebase } from '../../../codebase.ts'
import { isRoleStep } from '../../../facts/access-control.ts'
import { asksWhoCalls, guardedByOwner, isSignedIn } from '../../../facts/caller.ts'
import { passwordField } from '../../../facts/entities.ts'
import type { Handler } from '../../../facts/handlers.ts'
import type { Query } from '../../../facts/queries.ts'
import { asksBefore, asksForMore, resolverOf } from '../../../facts/resolver-guards.ts'
import { keyOf, type Node, propertyOf } from '../../../parse/ast.ts'
import { codeText } from '../../../parse/code-text.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { routesOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { ownerIn } from './owners-in-addresses.ts'
import { isAccount, isKeptByUsers } from './owned-models.ts'
import { placeOf } from './places.ts'
import { ofAccounts } from './words.ts'

/** An account picked by an id of the request, which nothing compares with the caller. */
export function* chosenAccounts(codebase: Codebase): Iterable<Match> {
  const told = new Set<string>()
  for (const query of codebase.queries) {
    if (
      query.file.kind !== 'production' ||
      !/find-one|update|delete|find-many/.test(query.kind) ||
      !isAccount(query.model) ||
      isKeptByUsers(query.model, codebase)
    )
      continue
    const [first, second] = query.call.arguments
    const filter = propertyOf(second, 'where') ? second : first
    const value = ownsToo(filter) ? undefined : ownerValue(filter)
    const trace = value && codebase.flow.traceId(value, query.file)
    const handler = trace?.handler
    if (!value || !trace || !handler || asksWhoCalls(handler, codebase)) continue
    if (!/^(params|body|query)$/.test(trace.kind) && !(trace.kind === 'arguments' && changesForAnyone(query, handler)))
      continue
    // What a list is looked through by names nobody.
    if (/^(search\w*|q|query|keywords?|filter|term)$/i.test(trace.keys.at(-1) ?? '')) continue
    // Whether a name is taken is no account of anyone.
    if (/^(account|company|team|org\w*)_?name$/i.test(trace.keys.at(-1) ?? '')) continue
    if (namesPassword(filter, query.file, codebase) || comparesPassword(handler)) continue
    const routes = routesOf(codebase, handler.node)
    // Told by the address already.
    if (trace.kind === 'params' && routes.some((route) => ownerIn(route) !== undefined && isSignedIn(route, codebase)))
      continue
    if (routes.some((route) => guardedByOwner(route) || route.chain.slice(0, -1).some(isRoleStep))) continue
    if (
      routes.some((route) => /login|identify|reset|forgot|register|signup|verify|webhook/i.test(route.path)) ||
      /(reset|verif\w*|email|e-?mail)_?-?(token|code)|\botp\b/i.test(codeText(handler.node, handler.file)) ||
      (trace.kind !== 'body' &&
        routes.some((route) => !isSignedIn(route, codebase)) &&
        !/profile|account/i.test(routes.map((route) => route.path).join()))
    )
      continue
    // A handler that finds the account and then changes it is told once.
    const key = `${handler.file.path} ${handler.node.start} ${trace.source.text}`
    if (told.has(key)) continue
    told.add(key)
    yield {
      ...placeOf(trace, query, handler),
      severity: trace.kind === 'arguments' ? 'high' : 'medium',
      words: ofAccounts,
      message: `The account is chosen by ${trace.kind === 'arguments' ? 'the argument ' : ''}\`${trace.source.text}\`, and nothing compares it with the caller.`,
      steps: trace.steps,
    }
  }
}

/** A mutation that asks for nothing but being signed in. */
function changesForAnyone({ kind }: Query, handler: Handler): boolean {
  const resolver = resolverOf(handler)
  return /^(update|delete)$/.test(kind) && resolver !== undefined && asksBefore(resolver) && !asksForMore(resolver)
}

/** Whoever knows the password is the one: the lookup finds out who calls. */
function namesPassword(filter: Node | undefined, file: SourceFile, codebase: Codebase, depth = 0): boolean {
  const where = propertyOf(filter, 'where') ?? filter
  if (!where || depth > 3) return false
  if (where.type === 'ObjectExpression')
    return where.properties.some((item) => item.type === 'Property' && passwordField.test(keyOf(item) ?? ''))
  const binding = where.type === 'Identifier' ? lookUp(file.scopes, where, where.name) : undefined
  if (!binding || binding.path.length > 0) return false
  const { parameter, init } = binding
  if (!parameter) return init !== undefined && namesPassword(init, file, codebase, depth + 1)
  const sites = codebase.calls.sitesOf(parameter.of)
  return (
    sites.length > 0 &&
    sites.every((site) => namesPassword(site.call.arguments[parameter.index], site.file, codebase, depth + 1))
  )
}

function comparesPassword({ node, file }: Handler): boolean {
  return /\b(bcrypt\w*|argon2|password\w*|hash\w*)\.(compare|verify)(Sync)?\(|\b(compare|verify|match|check|valid(ate)?)_?Password\(/i.test(
    codeText(node, file),
  )
}

/** The filter names the row and its owner. */
function ownsToo(filter: Node | undefined): boolean {
  const where = propertyOf(filter, 'where') ?? filter
  return (
    where?.type === 'ObjectExpression' &&
    where.properties.length > 1 &&
    where.properties.some(
      (item) => item.type === 'Property' && /^(user|owner|tenant|org\w*|team)_?id$/i.test(keyOf(item) ?? ''),
    )
  )
}

function ownerValue(filter: Node | undefined): Node | undefined {
  const where = propertyOf(filter, 'where') ?? filter
  if (where?.type === 'ObjectExpression') {
    for (const property of where.properties) {
      if (property.type === 'Property' && /^(_?id|user_?id)$/i.test(keyOf(property) ?? '')) return property.value
    }
    return undefined
  }
  return filter && /^(Identifier|MemberExpression)$/.test(filter.type) ? filter : undefined
}
