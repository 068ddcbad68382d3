import { right } from './words.ts'
import type { Codebase } from '../../../codebase.ts'
import { isAccountModel } from '../../../facts/entities.ts'
import type { Query } from '../../../facts/queries.ts'
import { keyOf } from '../../../parse/ast.ts'
import { isValidated, lineOf, sourceText } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { callersOf } from '../../callers.ts'
import { dataOf } from './written-data.ts'

export const privileged =
  /^((user_?)?roles?|is_?admin|admin|permissions?|is_?staff|is_?superuser|verified|is_?verified|balance|credits?|owner_?id|user_?type|account_?type|privilege|scopes?|plan)$/i

export const owners = /^(user|owner|author|account|customer|creator)_?(id)?$|^(role|is_?admin|tenant_?id)$/i

/** A field that says who may do what, set from the request. */
export function* privilegedFields(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries)
    if (query.file.kind === 'production' && /insert|update/.test(query.kind)) yield* roleFields(codebase, query)
}

/** A check of the shape takes any role, but where it lists the ones that are let through. */
function mayNameAdministrators(field: string, codebase: Codebase): boolean {
  if (!/^(role|roles|is_?admin|user_?type|account_?type)$/i.test(field)) return false
  const lists = new RegExp(
    String.raw`\b${field}\b[^;{}]{0,80}\(\s*\[([^\]]*)\]|\(\s*\[([^\]]*)\][^;{}]{0,80}\b${field}\b`,
    'g',
  )
  return !codebase.production.some(({ text }) =>
    [...text.matchAll(lists)].some(
      ([, after, before]) =>
        /['"]/.test(after ?? before ?? '') && !/admin|super|root|owner/i.test(after ?? before ?? ''),
    ),
  )
}

function* roleFields(codebase: Codebase, query: Query): Iterable<Match> {
  for (const data of dataOf(query)) {
    const fields = data.type === 'ObjectExpression' ? data.properties : []
    for (const property of fields) {
      if (property.type !== 'Property' || !privileged.test(keyOf(property) ?? '')) continue
      // What a client of OAuth asks for is what it may be refused.
      if (/^scopes?$/i.test(keyOf(property) ?? '') && /oauth|oidc/i.test(query.file.path)) continue
      const trace = codebase.flow.trace(property.value, query.file)
      if (!trace || !/^(body|query|arguments)$/.test(trace.kind)) continue
      const isKnown = isValidated(codebase, trace)
      if (isKnown && !(isAccountModel(query.model) && mayNameAdministrators(keyOf(property) ?? '', codebase))) continue
      if (callersOf(trace, codebase) !== 'anyone') continue
      yield {
        ...(isKnown ? { severity: 'medium' as const, confidence: 'medium' as const } : {}),
        file: query.file,
        node: property,
        line: trace.source.file === query.file ? trace.source.line : lineOf(property, query.file),
        words: right,
        message: `\`${keyOf(property)}\` is set from ${trace.kind === 'arguments' ? 'the argument ' : ''}${sourceText(trace, query.file, property)}.`,
        steps: trace.steps,
      }
    }
  }
  const saved = query.call.arguments[0]
  if (saved?.type !== 'Identifier') return
  for (const assignment of query.file.assignments) {
    const left = assignment.left
    if (
      left.type !== 'MemberExpression' ||
      left.object.type !== 'Identifier' ||
      left.object.name !== saved.name ||
      !privileged.test(keyOf(left) ?? '')
    )
      continue
    const trace = codebase.flow.trace(assignment.right, query.file)
    if (
      trace &&
      /^(body|query)$/.test(trace.kind) &&
      !isValidated(codebase, trace) &&
      callersOf(trace, codebase) === 'anyone'
    ) {
      yield {
        file: query.file,
        node: assignment,
        words: right,
        message: `\`${keyOf(left)}\` is set from ${sourceText(trace, query.file, assignment)}.`,
        steps: trace.steps,
      }
    }
  }
}
