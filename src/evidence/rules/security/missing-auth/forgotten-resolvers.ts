import type { Codebase } from '../../../codebase.ts'
import { namesCaller } from '../../../facts/caller.ts'
import { operationsIn, type Resolver } from '../../../facts/graphql.ts'
import { queriesByFile } from '../../../facts/queries.ts'
import { someReached } from '../../../facts/reached.ts'
import { contains } from '../../../parse/ast.ts'
import { codeText } from '../../../parse/code-text.ts'
import { importsPackage, lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { openOperation } from './words.ts'

/** Where nearly all queries and mutations ask in their resolvers who is calling, those that do not; one finding for all. */
export function* forgottenResolvers(codebase: Codebase): Iterable<Match> {
  if (importsPackage(codebase, asksElsewhere)) return
  const resolvers = codebase.production.flatMap(operationsIn).filter(isPlain)
  const silent = resolvers.filter((resolver) => !asks(resolver, codebase))
  const asking = resolvers.length - silent.length
  if (asking < fewest || silent.length > asking / 4) return
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

function asks({ node, file }: Resolver, codebase: Codebase): boolean {
  return someReached({ node, file }, 2, codebase.calls, (at, home) => {
    const text = codeText(at, home)
    return caller.test(text) || namesCaller(text, codebase)
  })
}

const caller =
  /\b(ctx|context|req|request|info)\??\.(current\w*|auth\w*|\w*(user|viewer|caller|identity)|session|account|token|claims)\b|\bis_?authenticated\b|\b(ensure|require|assert|check|authorize|must_?be)\w*(auth|user|admin|permission|signed|logged)/i

/** Who signs in is not known yet, and some things every visitor may see. */
const forAll =
  /(log|sign)_?(in|on|up|out)|regist|forgot|reset|recover|^(verify|confirm|activate|accept)|refresh|revoke|oauth|health|ping|version|captcha|otp|public|settings?$|config|locales?|countr|community|plugins?/i

function readsRows({ node, file }: Resolver, { queries }: Codebase): boolean {
  return (queriesByFile(queries).get(file) ?? []).some(({ call }) => contains(node, call))
}
