import { right } from './words.ts'
import type { Codebase } from '../../../codebase.ts'
import { isAccountModel } from '../../../facts/entities.ts'
import type { Query } from '../../../facts/queries.ts'
import { keyOf, type Node, type Of } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isValidated, lineOf, sourceText } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { callersOf } from '../../callers.ts'
import { constructed, dataOf } from './written-data.ts'

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
  return (
    /^(role|roles|is_?admin|user_?type|account_?type)$/i.test(field) &&
    rolesListed(field, codebase).every((list) => namesAdministrators.test(list))
  )
}

const namesAdministrators = /admin|super|root|owner/i

/** The lists of words that checks beside the name of a field hold: `check('role').isIn(['Admin', 'User'])`. */
function rolesListed(field: string, { production }: Codebase): string[] {
  const lists = new RegExp(
    String.raw`\b${field}\b[^;{}]{0,80}\(\s*\[([^\]]*)\]|\(\s*\[([^\]]*)\](?:(?!\b(?:check|body|query|param)\()[^;{}]){0,80}\b${field}\b`,
    'g',
  )
  return production.flatMap(({ text }) =>
    [...text.matchAll(lists)].map(([, after, before]) => after ?? before ?? '').filter((list) => /['"]/.test(list)),
  )
}

/** What is written out of the data, also under `$set`, and of a name that was given objects. */
function fieldsOf(data: Node, file: SourceFile, depth = 0): Of<'ObjectExpression'>['properties'] {
  if (depth > 2) return []
  if (data.type === 'Identifier') {
    const binding = lookUp(file.scopes, data, data.name)
    const given = binding && !binding.parameter ? [binding.init, ...binding.writes] : []
    return given.flatMap((value) => (value?.type === 'ObjectExpression' ? value.properties : []))
  }
  if (data.type !== 'ObjectExpression') return []
  return data.properties.flatMap((property) =>
    property.type === 'Property' && keyOf(property) === '$set' ? fieldsOf(property.value, file, depth + 1) : [property],
  )
}

function* roleFields(codebase: Codebase, query: Query): Iterable<Match> {
  const made = constructed(query)
  for (const data of [...dataOf(query), ...(made ? [made] : [])]) {
    for (const property of fieldsOf(data, query.file)) {
      if (property.type !== 'Property' || !privileged.test(keyOf(property) ?? '')) continue
      // What a client of OAuth asks for is what it may be refused.
      if (/^scopes?$/i.test(keyOf(property) ?? '') && /oauth|oidc/i.test(query.file.path)) continue
      const trace = codebase.flow.trace(property.value, query.file)
      if (!trace || !/^(body|query|arguments)$/.test(trace.kind)) continue
      const isKnown = isValidated(codebase, trace)
      if (isKnown && !(isAccountModel(query.model) && mayNameAdministrators(keyOf(property) ?? '', codebase))) continue
      if (callersOf(trace, codebase) !== 'anyone') continue
      yield {
        ...(isKnown ? { confidence: 'medium' as const } : {}),
        // A list with administrators in it lets whoever is signed in become one.
        ...(isKnown && rolesListed(keyOf(property) ?? '', codebase).length === 0
          ? { severity: 'medium' as const }
          : {}),
        file: query.file,
        node: property,
        line: trace.source.file === query.file ? trace.source.line : lineOf(property, query.file),
        words: right,
        message: `\`${keyOf(property)}\` is set from ${trace.kind === 'arguments' ? 'the argument ' : ''}${trace.source.file === query.file ? `\`${trace.source.text}\`` : sourceText(trace, query.file, property)}.`,
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
