import { plainModel } from '../../../facts/query-filters.ts'
import type { Codebase } from '../../../codebase.ts'
import { passwordField, type Entity } from '../../../facts/entities.ts'
import type { Query } from '../../../facts/queries.ts'
import { keyOf, literalText, propertyOf, unwrap } from '../../../parse/ast.ts'
import { once, says } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { fieldIn, hashesWeakly } from './hashing.ts'

const plainPasswords = once((file: SourceFile) =>
  file.properties.filter((property) => {
    if (keyOf(property) !== 'password' || property.parent?.type !== 'ObjectExpression') return false
    const value = unwrap(property.value)
    return value.type === 'Identifier' && value.name === 'password'
  }),
)

/** Code makes or changes such rows, or speaks of passwords: a table alone stores none. */
function isWritten({ name }: Entity, { queries, production }: Codebase): boolean {
  const written = queries.some(
    ({ kind, model }) => /insert|update/.test(kind) && plainModel(model ?? '') === plainModel(name),
  )
  return written || production.some(speaksOfPasswords)
}

const speaksOfPasswords = says(/passw|pwd/i)

export function* stored(codebase: Codebase): Iterable<Match> {
  const weakly = codebase.production.some(hashesWeakly)
  for (const entity of weakly ? [] : codebase.entities) {
    // What the service signs in with itself, it has to read.
    if (
      /proxy|smtp|mail|server|connection|integration|instance|credential|config|setting|webhook|database|source|broker|device/i.test(
        entity.name,
      )
    )
      continue
    if (entity.fields.some(({ name }) => /^(host(name)?|url|uri|endpoint|server|port)$/i.test(name))) continue
    const field = entity.fields.find(
      (item) => passwordField.test(item.name) && !/hash|crypt|encod|digest/i.test(item.name),
    )
    if (field && isWritten(entity, codebase) && !isSetByFunction(field)) {
      yield {
        file: entity.file,
        ...(field.node ? { node: field.node } : { line: field.line ?? 1, subject: field.name }),
        confidence: 'medium',
        message: `\`${field.name}\` is stored and nothing in the project hashes it.`,
      }
    }
  }
  for (const query of codebase.queries) {
    if (query.kind !== 'insert' || query.file.kind !== 'production' || isHashedByModel(query, codebase)) continue
    const password = fieldIn(query.call.arguments[0], query.file)
    if (password?.type === 'Property' && literalText(password.value) === undefined)
      yield {
        file: query.file,
        node: password,
        confidence: 'medium',
        message: 'The password is stored as it was received.',
      }
  }
  for (const file of codebase.production) {
    for (const property of plainPasswords(file)) {
      const holder = property.parent?.parent
      if (
        holder?.type === 'VariableDeclarator' &&
        /user|account|member/i.test(file.text.slice(holder.id.start, holder.id.end)) &&
        /insert|save|create/i.test(file.text)
      ) {
        yield { file, node: property, confidence: 'medium', message: 'The password is stored as it was received.' }
      }
    }
  }
}

/** `password: { type: String, set: encrypt }`: Mongoose keeps what the function gives. */
function isSetByFunction({ node }: Entity['fields'][number]): boolean {
  const options = node?.type === 'Property' ? node.value : node
  return propertyOf(options ?? undefined, 'set') !== undefined
}

function isHashedByModel({ model }: Query, { entities }: Codebase): boolean {
  return entities.some(({ name, fields }) => name.replace(/Schema$/, '') === model && fields.some(isSetByFunction))
}
