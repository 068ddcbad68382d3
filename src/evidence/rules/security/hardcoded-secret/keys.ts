import type { Codebase } from '../../../codebase.ts'
import { decoratorsOf } from '../../../facts/handlers.ts'
import { knownText } from '../../../facts/known-text.ts'
import { secretName } from '../../../facts/secrets.ts'
import { ancestor, keyOf, literalText, pathOf, propertyOf, type Node } from '../../../parse/ast.ts'
import { atOnce, says } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { isTestLike } from './in-source.ts'
import { givenKeys } from './key-places.ts'

const writtenHere = 'The key that signs or encrypts is written here.'

const fallsBack =
  'The key that signs or encrypts falls back to a text that is in the source when the setting is missing.'

/** Keys given to what signs or encrypts. */
export function* signingKeys(codebase: Codebase): Iterable<Match> {
  for (const { node, file, mayBeEmpty } of givenKeys(codebase)) {
    if (isTestLike(file)) continue
    const text = literalText(node)
    const instead = node.type === 'LogicalExpression' ? literalText(node.right) : undefined
    if (node.type === 'LogicalExpression' && instead !== undefined && instead.length > 2)
      yield { file, node: node.right, message: fallsBack }
    else if (text === undefined) yield* constantElsewhere(node, file, codebase, mayBeEmpty)
    else if (text.length > 2 && !isPublic(text)) yield { file, node, message: writtenHere }
  }
}

/** A key that only proves what another signed. */
function isPublic(text: string): boolean {
  return /-----BEGIN ([A-Z]+ )?(PUBLIC KEY|CERTIFICATE)-----/.test(text)
}

/** The keys of session and cookie middleware. */
export function* sessionKeys(codebase: Codebase): Iterable<Match> {
  for (const { options, optionsFile, package: name } of codebase.sessions) {
    const secret = propertyOf(options, 'secret') ?? propertyOf(options, 'keys') ?? propertyOf(options, 'password')
    const first = secret?.type === 'ArrayExpression' ? secret.elements[0] : secret
    if (!first) continue
    const written = literalText(first) === undefined ? [...constantElsewhere(first, optionsFile, codebase)] : []
    const committed = written.length > 0 ? undefined : constantText(first, optionsFile, codebase)
    yield* written
    if (committed !== undefined)
      yield {
        file: optionsFile,
        node: first,
        ...(name === '@fastify/cookie' && !codebase.production.some(signsCookies) ? { severity: 'low' } : {}),
        message: `The secret that signs ${name} cookies is in the source${committed}.`,
      }
  }
}

/** Where no cookie is signed, the key is given and never used. */
const signsCookies = says(
  /\b(un)?signCookie\(|\bsigned\s*:(?!\s*false)|fastify\/(secure-)?session|csrf-protection|fastify-csrf/,
)

/** A key that is no text where it is handed over: the place where its text stands, or that it may be empty. */
function* constantElsewhere(node: Node, file: SourceFile, codebase: Codebase, mayBeEmpty = false): Iterable<Match> {
  const known = knownText(node, file, codebase)
  if (!known || !/^(production|script)$/.test(known.file.kind)) return
  const name = /^(Identifier|MemberExpression)$/.test(node.type) ? (pathOf(node).split('.').at(-1) ?? '') : undefined
  const place = { file: known.file, node: known.node }
  if (known.text === '' && mayBeEmpty && name !== undefined && !isRequired(name, known))
    yield { ...place, message: `\`${name}\` signs or encrypts, and may be empty.` }
  if (known.text === '' || isPublic(known.text)) return
  const message = name === undefined ? writtenHere : `\`${name}\` signs or encrypts, and its text is written here.`
  yield { ...place, message }
}

/** `if (!settings.key) throw …` where the setting is read, or a validator on the field that holds it. */
function isRequired(name: string, { node, file }: { node: Node; file: SourceFile }): boolean {
  const field = ancestor(node, ({ type }) => type === 'PropertyDefinition')
  if (field && decoratorsOf(field).length > 0) return true
  return new RegExp(String.raw`!\s*[\w.]*\b${name}\b`).test(file.text)
}

/** Where a constant stands: here (empty text), or in the settings, under the same name; undefined when it is not constant. */
function constantText(node: Node, file: SourceFile, codebase: Codebase): string | undefined {
  if (literalText(node) !== undefined) return ''
  const key =
    node.type === 'Identifier' || node.type === 'MemberExpression' ? pathOf(node).split('.').at(-1) : undefined
  if (key === undefined || !secretName.test(key) || /process\.env/.test(file.text.slice(node.start, node.end)))
    return undefined
  const committed = [...codebase.sources.values()].find(
    (other) =>
      /(^|\/)config/.test(other.path) &&
      /^(production|script)$/.test(other.kind) &&
      other.properties.some(
        (property) =>
          keyOf(property) === key &&
          typeof literalText(property.value) === 'string' &&
          property.value.type === 'Literal',
      ),
  )
  return committed ? ` (${committed.path})` : undefined
}

/** `holder.keys = ['…']`. */
const writtenKeys = atOnce((file: SourceFile) =>
  file.assignments.flatMap(({ left, right }) => {
    if (left.type !== 'MemberExpression' || keyOf(left) !== 'keys' || right.type !== 'ArrayExpression') return []
    const literal = right.elements.find((item) => literalText(item) !== undefined)
    return literal ? [{ object: left.object, literal }] : []
  }),
)

/** Koa signs cookies with `app.keys`. */
export function* koaKeys(file: SourceFile, codebase: Codebase): Iterable<Match> {
  for (const { object, literal } of writtenKeys(file)) {
    if (codebase.meanings.nameOf(object, file) === 'koa()')
      yield { file, node: literal, message: 'The key that signs cookies is written here.' }
  }
}
