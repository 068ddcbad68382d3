import type { Codebase } from '../../../codebase.ts'
import type { Query } from '../../../facts/queries.ts'
import { keyOf } from '../../../parse/ast.ts'
import { isValidated, lineOf, sourceText } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { callersOf } from './callers.ts'
import { dataOf } from './written-data.ts'

export const privileged =
  /^(role|roles|is_?admin|admin|permissions?|is_?staff|is_?superuser|verified|is_?verified|balance|credits?|owner_?id|user_?type|account_?type|privilege|scopes?|plan)$/i

export const owners = /^(user|owner|author|account|customer|creator)_?(id)?$|^(role|is_?admin|tenant_?id)$/i

/** A field that says who may do what, set from the request. */
export function* privilegedFields(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries)
    if (query.file.kind === 'production' && /insert|update/.test(query.kind)) yield* roleFields(codebase, query)
}

function* roleFields(codebase: Codebase, query: Query): Iterable<Match> {
  for (const data of dataOf(query)) {
    const fields = data.type === 'ObjectExpression' ? data.properties : []
    for (const property of fields) {
      if (property.type !== 'Property' || !privileged.test(keyOf(property) ?? '')) continue
      const trace = codebase.flow.trace(property.value, query.file)
      if (!trace || !/^(body|query|arguments)$/.test(trace.kind) || isValidated(codebase, trace)) continue
      if (callersOf(trace, codebase) !== 'anyone') continue
      yield {
        file: query.file,
        node: property,
        line: trace.source.file === query.file ? trace.source.line : lineOf(property, query.file),
        message: `\`${keyOf(property)}\` is set from ${sourceText(trace, query.file, property)}.`,
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
    if (trace && /^(body|query)$/.test(trace.kind) && !isValidated(codebase, trace)) {
      yield {
        file: query.file,
        node: assignment,
        message: `\`${keyOf(left)}\` is set from ${sourceText(trace, query.file, assignment)}.`,
        steps: trace.steps,
      }
    }
  }
}
