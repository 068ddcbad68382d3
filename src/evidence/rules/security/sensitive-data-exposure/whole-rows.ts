import { shapesAnswers } from '../../../facts/route-schemas.ts'
import type { Codebase } from '../../../codebase.ts'
import { declaredTypeOf } from '../../../facts/implementations.ts'
import { answersByTypes } from '../../../facts/handlers.ts'
import { isForAdministrators } from '../../../facts/access-control.ts'
import { answersIn, type Answer } from '../../../facts/answers.ts'
import { passwordField } from '../../../facts/entities.ts'
import { rowsIn, type Row } from '../../../facts/row-origins.ts'
import { routesReaching } from '../../../facts/routes-reaching.ts'
import { standApart } from '../../../facts/ways-apart.ts'
import { wrappedIn } from '../../../facts/wrapped-values.ts'
import { functionAround, keyOf, unwrap, type Node } from '../../../parse/ast.ts'
import { once, onceFor, says } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { bySentence } from '../../matches.ts'
import { lineOf, routesOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { personAsked, secretsShown } from './shown-secrets.ts'
import { inModel } from './words.ts'

/** Answers that hold whole rows of people, with fields that the model does not keep back. */
export function* wholeRows(codebase: Codebase): Iterable<Match> {
  if (codebase.production.some(cutsToSchema)) return
  const found = codebase.production.flatMap((file) =>
    answersIn(file, codebase).flatMap((answer) => shownRows(answer, codebase)),
  )
  const saidNearby = new Set(found.filter(isNearest).map(({ row }) => row.query))
  // What a service gives back is said there, not again where its caller passes it on.
  const told = found
    .filter((shown) => isNearest(shown) || !saidNearby.has(shown.row.query))
    .map((shown) => placed(shown, codebase))
  const tokens = told.filter(({ secrets, row }) => !secrets.some(isPassword) && personAsked(row.query, codebase))
  const passwords = told.filter((shown) => !tokens.includes(shown))
  const places = [...Map.groupBy(passwords, placeText).values()]
  const forFew = places.filter((shown) => shown.every((item) => isForFew(item, codebase)))
  for (const shown of places) if (!forFew.includes(shown)) yield* matchOf(shown)
  const few = forFew.flatMap(matchOf).map((match) => ({ ...match, severity: 'medium' as const }))
  for (const ofFile of Map.groupBy(few, ({ file }) => file).values()) yield* bySentence(ofFile)
  yield* forgottenFields(tokens, codebase)
}

/** nestjs-zod: every answer is cut to the schema that its handler names. */
const cutsToSchema = says(/\bZodSerializerInterceptor\b/)

function matchOf(shown: readonly Placed[]): Match[] {
  const [first] = shown
  if (!first) return []
  const secrets = [...new Set(shown.flatMap((item) => item.secrets))]
  return [
    {
      ...first.place,
      ...(secrets.some(isPassword) ? {} : { severity: 'medium' as const }),
      message: `The answer holds whole rows of \`${nameOf(first.row)}\`, ${listed(secrets)} with them.`,
    },
  ]
}

/** Administrators alone see it, or people see their own row, or the one they have just made. */
function isForFew({ answer, row }: Shown, codebase: Codebase): boolean {
  return row.query.kind === 'insert' || isOwnRow(answer, row) || isForStaff(answer, codebase)
}

const callersId = /\b(req|request|ctx|context)\.(state\.)?(user|auth|session)\b[\w.?]*(id|sub)\b/i

function isForStaff({ node, handler }: Answer, codebase: Codebase): boolean {
  const around = functionAround(node) ?? handler.node
  const routes = routesReaching(around, codebase)
  return routes.length > 0 && routes.every(isForAdministrators)
}

/** `users.findById(request.user.id)`, or a function of the project that is given the caller's id. */
function isOwnRow({ value, file }: Answer, { query }: Row): boolean {
  if (query.kind === 'find-many') return false
  const held = value.type === 'Identifier' ? lookUp(file.scopes, value, value.name)?.init : value
  const texts = [
    held ? file.text.slice(held.start, held.end) : '',
    query.file.text.slice(query.call.start, query.call.end),
  ]
  return texts.some((text) => callersId.test(text) && !/\$n(e|in)\b|\bnot\b/i.test(text))
}

type Shown = { answer: Answer; row: Row; secrets: readonly string[] }
type Placed = Shown & { place: { file: SourceFile; node: Node } }

function shownRows(answer: Answer, codebase: Codebase): Shown[] {
  if (!/^(json|send|jsonp|body|return)$/.test(answer.how) || answersByTypes(answer.handler)) return []
  // What a helper answers with is followed from there to who hands it over.
  if (answer.helper || isShaped(codebase, answer)) return []
  return rowsWithSecrets(answer.value, answer.file, codebase).map((held) => ({ answer, ...held }))
}

/** Rows of people that a value is made of, with the secret fields that they bring along. */
export function rowsWithSecrets(
  value: Node,
  file: SourceFile,
  codebase: Codebase,
): { row: Row; secrets: readonly string[] }[] {
  const rows = partsOf(value, file, codebase).flatMap((part) => rowsIn(part, file, codebase))
  return rows.flatMap((row) => {
    // What a class of the project gives under the name of a query is what that class makes of the rows.
    if (isPromised(row.query, codebase)) return []
    const secrets = secretsShown(row.query, codebase).filter((name) => !takesAway(row, name))
    return secrets.length > 0 ? [{ row, secrets }] : []
  })
}

/** `this.users.findById(id)` of an abstract class of the project, whoever stands behind it. */
function isPromised({ client, call, file }: Row['query'], codebase: Codebase): boolean {
  if (client !== 'unknown' || call.callee.type !== 'MemberExpression') return false
  const type = declaredTypeOf(call.callee.object, file)
  return type !== undefined && abstractClasses(codebase).has(type)
}

const abstractClasses = onceFor(
  ({ withTypes }: Codebase) =>
    new Set(withTypes.flatMap(({ classes }) => classes.flatMap(({ abstract, id }) => (abstract && id ? id.name : [])))),
)

/** A token or code that the model hides from nobody: one cause, however many answers hold it. */
function* forgottenFields(shown: readonly Placed[], codebase: Codebase): Iterable<Match> {
  for (const [first, ...others] of Map.groupBy(shown, ({ row }) => personAsked(row.query, codebase)).values()) {
    const entity = first && personAsked(first.row.query, codebase)
    const field = entity?.fields.find(({ name }) => name === first?.secrets[0])
    const file = entity && codebase.files.get(entity.file.path)
    if (!first || !entity || !field || !file) continue
    const also = [first, ...others].map(({ place }) => ({
      path: place.file.path,
      line: lineOf(place.node, place.file),
    }))
    yield {
      file,
      ...(field.node ? { node: field.node } : {}),
      ...(field.line === undefined ? {} : { line: field.line }),
      severity: 'medium',
      words: inModel,
      message: `${listed(first.secrets)} of \`${entity.name}\` ${first.secrets.length > 1 ? 'leave' : 'leaves'} with every row that is answered (${also[0]?.path}:${also[0]?.line}).`,
      also,
    }
  }
}

/** A field whose text opens an account, not a proof that runs out. */
export function isPassword(name: string): boolean {
  return passwordField.test(name) || (/pass|pwd|hash|ssn/i.test(name) && !/reset|forgot/i.test(name))
}

/** What the rows are called: their model, or the people they are. */
export function nameOf({ query }: Row): string {
  return query.sql ? 'users' : (query.model ?? 'users')
}

function placeText({ place }: Placed): string {
  return `${place.file.path}:${lineOf(place.node, place.file)}`
}

/** The values an answer is made of: itself, or what an object written for it holds. */
function partsOf(value: Node, file: SourceFile, codebase: Codebase, depth = 0): Node[] {
  const body = unwrap(value)
  if (body.type === 'ObjectExpression' && depth < 3) {
    const cleared = body.properties.some((item) => item.type === 'Property' && passwordField.test(keyOf(item) ?? ''))
    return body.properties.flatMap((item) =>
      item.type === 'Property' ? partsOf(item.value, file, codebase, depth + 1) : cleared ? [] : [item.argument],
    )
  }
  if (body.type === 'Identifier') return [body, ...carried(body, file)]
  const wrapped = depth < 3 ? wrappedIn(body, file, codebase) : []
  return wrapped.length > 0 ? wrapped.flatMap((item) => partsOf(item, file, codebase, depth + 1)) : [body]
}

/** `result.user = user` before `res.send(result)`. */
function carried(holder: Node & { type: 'Identifier' }, file: SourceFile): Node[] {
  const binding = lookUp(file.scopes, holder, holder.name)
  if (!binding || binding.kind === 'parameter') return []
  return file.assignments.flatMap(({ left, right }) =>
    left.type === 'MemberExpression' &&
    left.object.type === 'Identifier' &&
    left.object.name === holder.name &&
    !standApart(left, holder) &&
    lookUp(file.scopes, left, holder.name) === binding
      ? [right]
      : [],
  )
}

/** Whether one of the functions on the way takes the field away, or shapes the row. */
export function takesAway({ through }: Row, name: string): boolean {
  return through.some(({ node, file }) => {
    const text = file.text.slice(node.start, node.end)
    return (
      new RegExp(
        String.raw`delete\s+[\w.]+\.${name}\b|\.${name}\s*=\s*(undefined|null|['"\`]['"\`])|\bomit\w*\(`,
        'i',
      ).test(text) || /\bexclude\w*\(|instanceToPlain|plainTo(Instance|Class)|sanitize\w*\(/i.test(text)
    )
  })
}

/** The answer stands in the function that asks the database, or in a callback of it. */
function isNearest({ answer: { node, file }, row: { query } }: Shown): boolean {
  // Repositories give rows to whoever asks; what of them leaves is for others to say.
  if (file !== query.file || /repositor|\bdao|queries/i.test(query.file.path)) return false
  let around = functionAround(query.call)
  while (around && !(around.start <= node.start && node.end <= around.end)) around = functionAround(around)
  return around !== undefined
}

/** A helper that is told a user is the place to mend; one that is told anything, the call that tells it. */
function placed(shown: Shown, codebase: Codebase): Placed {
  const { answer, row } = shown
  const named = partsOf(answer.value, answer.file, codebase).some(
    (part) => part.type === 'Identifier' && person.test(part.name),
  )
  const { handedOver } = row
  const place = handedOver && !named ? { file: handedOver.file, node: handedOver.call } : answer
  return { ...shown, place: { file: place.file, node: place.node } }
}

/** Names as a sentence lists them. */
export function listed(names: readonly string[]): string {
  const [first, ...rest] = names.map((name) => `\`${name}\``)
  return rest.length === 0 ? `${first}` : `${[first, ...rest.slice(0, -1)].join(', ')} and ${rest.at(-1)}`
}

/** Whether the framework chooses what leaves: Fastify by the schema of the answer, NestJS by an interceptor. */
export function isShaped(codebase: Codebase, { handler, how }: Answer): boolean {
  if (how === 'return' && handler.framework === 'nest' && codebase.production.some(hasInterceptor)) return true
  const routes = routesOf(codebase, handler.node)
  return (
    routes.length > 0 &&
    routes.every(
      (route) =>
        route.framework === 'fastify' &&
        route.options !== undefined &&
        (/\bresponse\s*:/.test(route.file.text.slice(route.options.start, route.options.end)) ||
          shapesAnswers(route, codebase.meanings)),
    )
  )
}

const hasInterceptor = once(
  (file: SourceFile) =>
    /\bintercept\(/.test(file.text) && /plainTo(Class|Instance)\(|instanceToPlain\(|\bserialize\(/.test(file.text),
)

const person = /^(user|users|author|owner|customer|seller|sender|member|members|creator|createdBy|postedBy|groupAdmin)$/
