import type { Codebase } from '../../../codebase.ts'
import { answersIn, type Answer } from '../../../facts/answers.ts'
import { isAccountModel, passwordField, type Entity } from '../../../facts/entities.ts'
import { chainTop } from '../../../facts/promises.ts'
import type { Query } from '../../../facts/queries.ts'
import { resultNames, sends } from '../../../facts/query-results.ts'
import { sqlText } from '../../../facts/sql-text.ts'
import { functionAround, literalText, unwrap, type FunctionNode } from '../../../parse/ast.ts'
import { valuesReturned } from '../../../parse/returns.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf, requestOf, routesOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** Answers that hold whole rows of people, unless the model keeps the password back. */
export function* wholeRows(codebase: Codebase): Iterable<Match> {
  if (hidesPasswords(codebase)) return
  for (const query of codebase.queries) yield* rows(codebase, query)
  yield* joined(codebase)
  yield* handedOn(codebase)
}

/** A model-wide rule keeps the field back: `select: false`, a default scope, `toJSON`, `@Exclude`. */
function hidesPasswords(codebase: Codebase): boolean {
  const people = codebase.entities.filter((entity) => isAccountModel(entity.name.replace(/Schema$/, '')))
  if (people.some((entity) => entity.fields.some((field) => passwordField.test(field.name) && field.hidden)))
    return true
  if (codebase.production.some((file) => file.text.includes('ClassSerializerInterceptor'))) return true
  const text = codebase.production
    .filter((file) => /user|account|model|entit/i.test(file.path))
    .map((file) => file.text)
    .join('\n')
  return /toJSON\b[\s\S]{0,400}(delete|omit|exclude|password)|defaultScope[\s\S]{0,200}exclude|@Exclude\(/.test(text)
}

function* rows(codebase: Codebase, query: Query): Iterable<Match> {
  if (query.file.kind !== 'production' || !(/find/.test(query.kind) ? involvesPeople(query) : readsPeople(query)))
    return
  const text = query.file.text.slice(query.call.start, query.call.end)
  if (
    (!query.sql &&
      (query.method === 'select'
        ? query.call.arguments.length > 0
        : /attributes|select|projection|fields|columns|omit/i.test(text))) ||
    query.chain.some((name) => /select|project|lean_select/.test(name))
  )
    return
  if (hasNoSecret(codebase, query)) return
  const found = resultNames(query)
  for (const answer of answersIn(query.file, codebase)) {
    if (!/^(json|send|jsonp|body|return)$/.test(answer.how) || answer.handler.framework === 'graphql') continue
    if (isShaped(codebase, answer)) continue
    const whole = found.some(
      ({ name, area }) =>
        answer.node.start >= area.start && answer.node.end <= area.end && sends(answer.value, name, query.file),
    )
    if ((!whole && unwrap(answer.value) !== chainTop(query.call)) || dropsSecret(answer)) continue
    yield {
      file: query.file,
      node: answer.node,
      message: `The answer holds whole rows of \`${query.sql ? 'users' : query.model}\`, the password with them.`,
    }
    return
  }
}

/** The function takes the password away before it answers. */
function dropsSecret({ node, file }: Answer): boolean {
  const around = functionAround(node)
  return (
    around !== undefined &&
    /delete\s+\w+\.\w*(pass|hash)|\.\w*pass\w*\s*=\s*(undefined|null|['"`])|omit\(|exclude|instanceToPlain|plainTo(Instance|Class)/i.test(
      file.text.slice(around.start, node.end),
    )
  )
}

/** Fastify sends the fields that the route’s schema of the answer names, and no other. */
function isShaped(codebase: Codebase, { handler }: Answer): boolean {
  const routes = routesOf(codebase, handler.node)
  return (
    routes.length > 0 &&
    routes.every(
      ({ framework, options, file }) =>
        framework === 'fastify' &&
        options !== undefined &&
        /\bresponse\s*:/.test(file.text.slice(options.start, options.end)),
    )
  )
}

/** The model is defined here, and nothing in it is secret. */
function hasNoSecret(codebase: Codebase, query: Query): boolean {
  if (!isAccountModel(query.model)) return false
  const model = query.model?.toLowerCase()
  const near = (item: Entity) => sharedFolders(item.file.path, query.file.path)
  const entity = codebase.entities
    .filter((item) => item.name.toLowerCase() === model)
    .toSorted((one, other) => near(other) - near(one))[0]
  return (
    entity !== undefined && !entity.fields.some((field) => /pass|pwd|hash|secret|token|salt|otp|ssn/i.test(field.name))
  )
}

/** How many folders two paths have in common: a repository of several services has several models of one name. */
function sharedFolders(path: string, other: string): number {
  const folders = other.split('/')
  const end = path.split('/').findIndex((name, index) => name !== folders[index])
  return end < 0 ? folders.length : end
}

function involvesPeople(query: Query): boolean {
  if (isAccountModel(query.model)) return true
  return /include[\s\S]{0,60}['"]?users?\b/i.test(query.file.text.slice(query.call.start, query.call.end))
}

/** `SELECT * FROM users`. */
function readsPeople(query: Query): boolean {
  const text = query.sql ? sqlText(query.sql, query.file) : undefined
  return (
    text !== undefined &&
    /^\s*select\s+\*\s+from\s+["`[]?(users?|accounts?|customers?|members?|employees?|admins?)\b/i.test(text)
  )
}

const person = /^(user|users|author|owner|customer|seller|sender|member|members|creator|createdBy|postedBy|groupAdmin)$/

/** `Order.find().populate('user')`: the joined rows come whole. */
function* joined(codebase: Codebase): Iterable<Match> {
  const people = codebase.entities.filter((entity) => isAccountModel(entity.name.replace(/Schema$/, '')))
  if (!people.some((entity) => entity.fields.some((field) => passwordField.test(field.name)))) return
  for (const { call, file } of codebase.index.methods('populate')) {
    const [path, fields] = call.arguments
    if (fields || !person.test(literalText(path) ?? '') || !requestOf(codebase, call)) continue
    yield {
      file,
      node: call,
      line: lineOf(path ?? call, file),
      message: `\`populate\` puts whole rows of people into the result, the password with them.`,
    }
  }
}

/** `res.json({ user })` where a function of the project looked the user up with every column. */
function* handedOn(codebase: Codebase): Iterable<Match> {
  const whole = codebase.queries.filter(
    (query) =>
      query.file.kind === 'production' &&
      (/find-(one|many)/.test(query.kind)
        ? isAccountModel(query.model) &&
          !query.chain.includes('select') &&
          !/attributes|select/i.test(query.file.text.slice(query.call.start, query.call.end))
        : readsPeople(query)),
  )
  for (const file of codebase.production) {
    for (const answer of answersIn(file, codebase)) {
      if (!/^(json|send|return)$/.test(answer.how) || answer.handler.framework === 'graphql') continue
      if (isShaped(codebase, answer) || dropsSecret(answer)) continue
      const body = unwrap(answer.value)
      const values =
        body.type === 'ObjectExpression'
          ? body.properties.flatMap((property) => (property.type === 'Property' ? property.value : []))
          : [body]
      for (const value of values) {
        if (value.type !== 'Identifier' || !/^(user|account|member|customer|profile)s?$/i.test(value.name)) continue
        const init = lookUp(file.scopes, value, value.name)?.init
        const made = init && unwrap(init)
        const target = made?.type === 'CallExpression' ? codebase.calls.targetOf(made) : undefined
        if (
          !target ||
          !whole.some(
            (query) =>
              query.file === target.file && query.call.start > target.node.start && query.call.end <= target.node.end,
          )
        )
          continue
        if (maps(target)) continue
        yield { file, node: answer.node, message: `\`${value.name}\` is a whole row, with the password.` }
        break
      }
    }
  }
}

/** The function gives back something it made of the row. */
function maps({ node, file }: { node: FunctionNode; file: SourceFile }): boolean {
  return valuesReturned(node, file).some((returned) => {
    const value = unwrap(returned)
    if (value.type === 'ObjectExpression') return true
    return value.type === 'CallExpression' && value.callee.type === 'Identifier'
  })
}
