import type { Codebase } from '../../../codebase.ts'
import { namesCaller } from '../../../facts/caller.ts'
import { operationsIn, type Resolver } from '../../../facts/graphql.ts'
import { queriesByFile, type Query } from '../../../facts/queries.ts'
import { subjectOf } from '../../../facts/query-filters.ts'
import { asksBefore, takesCaller } from '../../../facts/resolver-guards.ts'
import { someReached } from '../../../facts/reached.ts'
import { sqlText } from '../../../facts/sql-text.ts'
import { contains } from '../../../parse/ast.ts'
import { codeText } from '../../../parse/code-text.ts'
import { isAccount, isPrivate } from '../idor/owned-models.ts'
import { firstOfFile } from '../../matches.ts'
import { importsPackage, lineOf } from '../../places.ts'
import type { Match, Severity } from '../../rule.ts'
import { openOperation } from './words.ts'

/** Where nearly all queries and mutations ask in their resolvers who is calling, those that do not; one finding for all. */
export function* forgottenResolvers(codebase: Codebase): Iterable<Match> {
  if (importsPackage(codebase, asksElsewhere)) return
  const resolvers = codebase.production.flatMap(operationsIn).filter(isPlain)
  const silent = resolvers.filter((resolver) => !asks(resolver, codebase))
  const asking = resolvers.length - silent.length
  if (asking < fewest || silent.length > asking / 4)
    return yield* asking < 2 ? [] : harmfulOperations(silent, `${asking} of ${resolvers.length}`, codebase)
  const open = silent.filter((resolver) => !forAll.test(resolver.field) && readsRows(resolver, codebase))
  const [first, ...rest] = open
  if (!first) return
  const others = rest.map(({ field }) => `\`${field}\``)
  const more =
    others.length === 0
      ? ''
      : ` So it is with ${others.slice(0, 5).join(', ')}${others.length > 5 ? ` and ${others.length - 5} more` : ''}.`
  yield {
    file: first.file,
    node: first.node,
    line: lineOf(first.node, first.file),
    severity: 'medium',
    cause: 'open operations',
    words: openOperation,
    also: rest.map(({ file, node }) => ({ path: file.path, line: lineOf(node, file) })),
    message: `\`${first.field}\` answers whoever asks: ${asking} of ${resolvers.length} queries and mutations look at the caller, and this one does not.${more}`,
  }
}

const fewest = 8

/** These ask before the resolver, by the schema or by rules of their own. */
const asksElsewhere =
  /^(graphql-shield|mercurius-auth|@pothos\/plugin-scope-auth|@envelop\/generic-auth|graphql-modules)$/

/** Guards of classes stand in decorators, and a subscription is asked for when its socket opens. */
function isPlain({ node, type, field }: Resolver): boolean {
  return node.parent?.type !== 'MethodDefinition' && !type.startsWith('Subscription') && field !== ''
}

function asks(resolver: Resolver, codebase: Codebase): boolean {
  const { node, file } = resolver
  if (asksBefore(resolver) || takesCaller(resolver)) return true
  return someReached({ node, file }, 2, codebase.calls, (at, home) => {
    const text = codeText(at, home)
    return caller.test(text) || namesCaller(text, codebase)
  })
}

const caller =
  /\b(ctx|context|req|request|info)\??\.(current\w*|auth\w*|\w*(user|viewer|caller|identity)|session|account|token|claims)\b|\bis_?authenticated\b|\b(ensure|require|assert|check|authorize|must_?be)\w*(auth|user|admin|permission|signed|logged)/i

/** Some ask and others do not: what gives out accounts and private records, or changes rows, is named one by one. */
function* harmfulOperations(silent: readonly Resolver[], asking: string, codebase: Codebase): Iterable<Match> {
  const found = silent.flatMap((resolver): Match[] => {
    const harm = forAll.test(resolver.field) ? undefined : harmOf(resolver, codebase)
    if (!harm) return []
    const { node, file, field } = resolver
    const message = `\`${field}\` ${harm.what} for whoever asks: ${asking} queries and mutations look at the caller, and this one does not.`
    return [{ file, node, line: lineOf(node, file), severity: harm.severity, words: openOperation, message }]
  })
  yield* firstOfFile(found, { least: 6 })
}

type Harm = { what: string; severity: Severity }

function harmOf(resolver: Resolver, codebase: Codebase): Harm | undefined {
  const queries = codebase.queries.filter(({ call, file }) => file === resolver.file && contains(resolver.node, call))
  const changed = queries.find(({ kind }) => /^(insert|update|delete)$/.test(kind))
  if (changed && /Mutation/.test(resolver.type)) return { what: `changes ${thingOf(changed)}`, severity: 'high' }
  const reads = queries.filter(({ kind }) => kind !== 'insert')
  const secret = reads.find((query) => isPrivate.test(subjectOf(query) ?? ''))
  if (secret) return { what: `reads ${thingOf(secret)}`, severity: 'high' }
  const people = reads.find((query) => isAccount(subjectOf(query)) && tellsMore(query))
  return people && { what: `reads ${thingOf(people)}`, severity: 'medium' }
}

/** More of people than that they are there. */
function tellsMore({ sql, file }: Query): boolean {
  const text = sql && sqlText(sql, file)
  return text === undefined || /\*|pass|mail|phone|token|secret|address|birth/i.test(text)
}

function thingOf(query: Query): string {
  const subject = subjectOf(query)
  return subject === undefined ? 'rows' : `\`${subject}\``
}

/** Who signs in is not known yet, and some things every visitor may see. */
const forAll =
  /(log|sign)_?(in|on|up|out)|regist|forgot|reset|recover|^(verify|confirm|activate|accept)|refresh|revoke|oauth|health|ping|version|captcha|otp|public|settings?$|config|locales?|countr|community|plugins?/i

function readsRows({ node, file }: Resolver, { queries }: Codebase): boolean {
  return (queriesByFile(queries).get(file) ?? []).some(({ call }) => contains(node, call))
}
