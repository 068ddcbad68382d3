import type { Codebase } from '../../../codebase.ts'
import { isAccountModel } from '../../../facts/entities.ts'
import { someReached } from '../../../facts/reached.ts'
import { bodyText } from '../../../facts/responses.ts'
import type { Route } from '../../../facts/web.ts'
import { keyOf, literalText, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { purposeOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { isSignIn } from './signs-in.ts'

const confirmed = /^(is_?)?(e?mail_?)?(is_?)?(verified|confirmed|activated)$/i

/** Addresses are confirmed, and nothing ever asks whether they were. */
export function* unusedVerification(codebase: Codebase): Iterable<Match> {
  const fields = codebase.entities
    .filter(({ name }) => isAccountModel(name.replace(/Schema$/, '')))
    .flatMap((entity) => entity.fields.filter(({ name, type }) => confirmed.test(name) && /bool/i.test(type)))
  const [field] = fields
  if (!field) return
  const using = codebase.production.filter(({ text }) => text.includes(field.name))
  const asked = isAsked(field.name)
  if (!using.some((file) => confirms(field.name, file, codebase)) || using.some(({ text }) => asked.test(text))) return
  const route = codebase.web.routes.find((item) => isSignIn(item, codebase) && comparesPassword(item, codebase))
  if (!route?.handler) return
  yield {
    file: route.handler.file,
    node: route.handler.node,
    severity: 'medium',
    confidence: 'medium',
    message: `Accounts that were never confirmed can sign in: \`${field.name}\` is set, and nothing asks for it.`,
  }
}

/** A function that is named for it sets the field. */
function confirms(name: string, { assignments, properties }: SourceFile, codebase: Codebase): boolean {
  const set = [
    ...assignments.filter(
      ({ left, right }) => left.type === 'MemberExpression' && keyOf(left) === name && isTrue(right),
    ),
    ...properties.filter((property) => keyOf(property) === name && isTrue(property.value)),
  ]
  return set.some((node) => {
    const purpose = purposeOf(codebase, node)
    return /verif|confirm|activat/i.test(purpose) && !/regist|sign_?up|create|seed/i.test(purpose)
  })
}

function isTrue(node: Node): boolean {
  return literalText(node) === 'true'
}

/** In a condition, in a filter, or compared. */
function isAsked(name: string): RegExp {
  return new RegExp(
    String.raw`!\s*[\w.?!]+\.${name}\b|\.${name}\s*(\)|&&|\|\||\?[^.]|===?|!==?)|(if|&&|\|\|)\s*\(?\s*!?${name}\b|\bfind\w*\([^;]{0,200}\b${name}['"]?\s*:\s*true|['"]${name}['"]\s*(\)|,\s*true)`,
  )
}

function comparesPassword({ handler }: Route, codebase: Codebase): boolean {
  return (
    handler !== undefined &&
    someReached(handler, 3, codebase.calls, (node, file) =>
      /\bcompare\w*\(|argon2\.verify\(|check\w*Password\(|verify\w*Password\(/i.test(bodyText(node, file)),
    )
  )
}
