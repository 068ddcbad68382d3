import type { Codebase } from '../../codebase.ts'
import { hasAuth } from '../../facts/access-control.ts'
import { answersIn } from '../../facts/answers.ts'
import { isAccountModel, passwordField, type Entity } from '../../facts/entities.ts'
import { chainTop } from '../../facts/promises.ts'
import type { Query } from '../../facts/queries.ts'
import { bodyText, responsesIn } from '../../facts/responses.ts'
import { sqlText } from '../../facts/sql-text.ts'
import {
  functionAround,
  isFunction,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  unwrap,
  type FunctionNode,
  type Node,
} from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf, purposeOf, requestOf, routesOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const sensitiveDataExposure: Rule = {
  id: 'sensitive-data-exposure',
  category: 'sensitive-data-exposure',
  severity: 'high',
  confidence: 'medium',
  title: 'An answer or an address shows what should stay inside',
  why: 'Whole rows carry password hashes and personal data; addresses end in logs, histories and the Referer header.',
  effects: { safety: 'Personal data and credentials reach people who must not have them.' },
  fix: {
    say: 'Choose the fields that leave, once, in the model or a serializer.',
    code: {
      any: "res.json(users.map(({ id, name }) => ({ id, name })))\n// Sequelize: defaultScope: { attributes: { exclude: ['password'] } }",
    },
  },
  sources: ['https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/'],
  *find(codebase) {
    if (!hidesPasswords(codebase)) {
      for (const query of codebase.queries) yield* rows(codebase, query)
      yield* joined(codebase)
      yield* handedOn(codebase)
    }
    yield* environments(codebase)
    yield* credentialsInAddress(codebase)
    yield* openDocumentation(codebase)
    yield* codesInAnswers(codebase)
  },
}

/** A model-wide rule keeps the field back: `select: false`, a default scope, `toJSON`, `@Exclude`. */
function hidesPasswords(codebase: Codebase): boolean {
  const people = codebase.entities.filter((entity) => isAccountModel(entity.name.replace(/Schema$/, '')))
  if (people.some((entity) => entity.fields.some((field) => passwordField.test(field.name) && field.hidden)))
    return true
  const text = codebase.production
    .filter((file) => /user|account|model|entit/i.test(file.path))
    .map((file) => file.text)
    .join('\n')
  return /toJSON\b[\s\S]{0,400}(delete|omit|exclude|password)|defaultScope[\s\S]{0,200}exclude|ClassSerializerInterceptor|@Exclude\(/.test(
    text,
  )
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
    const whole = found.some(
      ({ name, area }) =>
        answer.node.start >= area.start && answer.node.end <= area.end && sends(answer.value, name, query.file),
    )
    if (!whole && unwrap(answer.value) !== chainTop(query.call)) continue
    yield {
      file: query.file,
      node: answer.node,
      message: `The answer holds whole rows of \`${query.sql ? 'users' : query.model}\`, the password with them.`,
    }
    return
  }
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
      (/find-one/.test(query.kind)
        ? isAccountModel(query.model) &&
          !query.chain.includes('select') &&
          !/attributes|select/i.test(query.file.text.slice(query.call.start, query.call.end))
        : readsPeople(query)),
  )
  for (const file of codebase.production) {
    for (const answer of answersIn(file, codebase)) {
      if (!/^(json|send)$/.test(answer.how)) continue
      const body = unwrap(answer.value)
      const values =
        body.type === 'ObjectExpression'
          ? body.properties.flatMap((property) => (property.type === 'Property' ? property.value : []))
          : [body]
      for (const value of values) {
        if (value.type !== 'Identifier' || !/^(user|account|member|customer|profile)$/i.test(value.name)) continue
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
  return file.returns.some((item) => {
    if (!item.argument || functionAround(item) !== node) return false
    const value = unwrap(item.argument)
    if (value.type === 'ObjectExpression') return true
    return value.type === 'CallExpression' && value.callee.type === 'Identifier'
  })
}

/** `SELECT * FROM users`. */
function readsPeople(query: Query): boolean {
  const text = query.sql ? sqlText(query.sql, query.file) : undefined
  return (
    text !== undefined &&
    /^\s*select\s+\*\s+from\s+["`[]?(users?|accounts?|customers?|members?|employees?|admins?)\b/i.test(text)
  )
}

type Named = { name: string; area: FunctionNode }

function resultNames(query: Query): Named[] {
  const names: Named[] = []
  let at: Node = query.call
  const top = chainTop(query.call)
  while (at !== top.parent) {
    if (at.type === 'CallExpression') {
      const method = at.callee.type === 'MemberExpression' ? keyOf(at.callee) : undefined
      const first = at.arguments[0]
      const last = at.arguments.at(-1)
      if (method === 'then' && isFunction(first)) {
        const name = parameterName(first.params[0])?.name
        if (name) names.push({ name, area: first })
      } else if (isFunction(last) && last.params.length >= 2) {
        const name = parameterName(last.params[1])?.name
        if (name) names.push({ name, area: last })
      }
    }
    if (!at.parent || at === top) break
    at = at.parent
  }
  const holder = top.parent?.type === 'AwaitExpression' ? top.parent.parent : undefined
  const around = functionAround(query.call)
  const first =
    holder?.type === 'VariableDeclarator' && holder.id.type === 'ArrayPattern' ? holder.id.elements[0] : null
  const held = holder?.type === 'VariableDeclarator' ? parameterName(first ?? holder.id) : undefined
  if (held && around) names.push({ name: held.name, area: around })
  return names
}

/** The name itself is sent, or as the value of a property; not a field of it. */
function sends(body: Node, name: string, file: SourceFile): boolean {
  const inner = unwrap(body)
  const values =
    inner.type === 'ObjectExpression'
      ? inner.properties.map((property) => (property.type === 'Property' ? property.value : property.argument))
      : [inner]
  return values.some((value) => {
    if (value.type === 'ObjectExpression')
      return value.properties.some(
        (property) =>
          property.type === 'Property' && property.value.type === 'Identifier' && isSame(property.value, name, file),
      )
    return value.type === 'Identifier' && (isSame(value, name, file) || carries(value, name, file))
  })
}

/** `result.user = user` before `res.send(result)`. */
function carries(holder: Node & { type: 'Identifier' }, name: string, file: SourceFile): boolean {
  const binding = lookUp(file.scopes, holder, holder.name)
  if (!binding || binding.kind === 'parameter') return false
  return file.assignments.some(
    ({ left, right }) =>
      left.type === 'MemberExpression' &&
      left.object.type === 'Identifier' &&
      left.object.name === holder.name &&
      right.type === 'Identifier' &&
      right.name === name &&
      lookUp(file.scopes, left, holder.name) === binding,
  )
}

function isSame(node: Node & { type: 'Identifier' }, name: string, file: SourceFile): boolean {
  if (node.name === name) return true
  const binding = lookUp(file.scopes, node, node.name)
  const given = binding
    ? binding.init
    : file.assignments.find(({ left }) => left.type === 'Identifier' && left.name === node.name)?.right
  // `const user = rows[0]` is a whole row too.
  const inner = given?.type === 'MemberExpression' && given.computed ? given.object : given
  return inner?.type === 'Identifier' && inner.name === name
}

/** All settings, secrets included, in an answer. */
function* environments(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    if (!file.text.includes('process.env')) continue
    for (const answer of answersIn(file, codebase)) {
      const named =
        answer.value.type === 'Identifier' ? lookUp(file.scopes, answer.value, answer.value.name)?.init : undefined
      const value = unwrap(named ?? answer.value)
      const parts =
        value.type === 'ObjectExpression'
          ? value.properties.map((property) => (property.type === 'Property' ? property.value : property.argument))
          : [value]
      if (parts.some((part) => pathOf(part) === 'process.env'))
        yield { file, node: answer.node, message: 'The answer holds the whole environment, its secrets with it.' }
    }
  }
}

function* credentialsInAddress(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) yield* addressesIn(file)
}

const addressesIn = once((file: SourceFile) => [...readAddresses(file)])

function* readAddresses(file: SourceFile): Iterable<Match> {
  for (const member of file.members) {
    const name = keyOf(member) ?? ''
    if (!/^(password|passwd|pwd|pin|credit_?card|card_?number|cvv|ssn)$/i.test(name)) continue
    if (
      member.object.type !== 'MemberExpression' ||
      !/^req(uest)?\.(query|params)$/.test(file.text.slice(member.object.start, member.object.end))
    )
      continue
    const around = functionAround(member)
    const earlier = file.members.find(
      (other) =>
        other !== member &&
        other.start < member.start &&
        keyOf(other) === name &&
        functionAround(other) === around &&
        file.text.slice(other.start, other.end) === file.text.slice(member.start, member.end),
    )
    if (!earlier)
      yield {
        file,
        node: member,
        confidence: 'high',
        severity: 'medium',
        message: `\`${name}\` is read from the address, which ends in logs and histories.`,
      }
  }
}

function* openDocumentation(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('register')) {
    const [plugin] = call.arguments
    const text = file.text.slice(call.start, call.end)
    if (
      !plugin ||
      !/^(fastify-swagger|@fastify\/swagger(-ui)?)$/.test(codebase.meanings.nameOf(plugin, file)) ||
      !/exposeRoute\s*:\s*true/.test(text)
    )
      continue
    if (/NODE_ENV|isProd|development/.test(file.text.slice(Math.max(0, call.start - 300), call.end))) continue
    yield {
      file,
      node: call,
      severity: 'low',
      message: 'The description of the whole interface is open to anyone, in production too.',
    }
  }
  const calls = codebase.index.named(
    /^(swagger-ui-express\.setup|express-jsdoc-swagger(\(\))?|swagger-express-middleware|@fastify\/swagger-ui|@nestjs\/swagger\.SwaggerModule\.setup)$/,
  )
  for (const { call, file, name } of calls) {
    if (name === 'express-jsdoc-swagger()') continue
    const route = codebase.web.routes.find(
      (item) => item.file === file && item.node.start <= call.start && call.end <= item.node.end,
    )
    const text = file.text.slice(Math.max(0, call.start - 400), call.end + 400)
    if ((route && hasAuth(route)) || /NODE_ENV|development|isProd|config\.env|basicAuth|production/i.test(text))
      continue
    const guarded = [...codebase.sources.values()].some(
      (other) =>
        /docs?|swagger/i.test(other.text) && /env\s*===?\s*['"]development['"][\s\S]{0,300}docs?/i.test(other.text),
    )
    if (!guarded)
      yield {
        file,
        node: call,
        severity: 'low',
        message: 'The description of the whole interface is open to anyone, in production too.',
      }
  }
}

const resetCode =
  /^(reset_?(token|code|link|url|password_?(token|url))|otp|otp_?code|verification_?(code|token)|one_?time_?(code|password))$/i

/** A one-time code or token in the text of an error answer. */
function* codesInAnswers(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const response of responsesIn(file, codebase.web)) {
      if (!/^(json|send)$/.test(response.method) || !response.call.arguments[0]) continue
      const [sent] = response.call.arguments
      const text = file.text.slice(sent.start, sent.end)
      const code =
        sent.type === 'ObjectExpression' &&
        sent.properties.find(
          (property) =>
            property.type === 'Property' &&
            resetCode.test(keyOf(property) ?? '') &&
            /^(Identifier|MemberExpression|TemplateLiteral)$/.test(property.value.type),
        )
      if (
        code &&
        /forgot|reset|recover|otp|verif/i.test(
          `${purposeOf(codebase, response.call)} ${file.path} ${routesOf(codebase, response.handler.node)
            .map((route) => route.fullPath)
            .join(' ')}`,
        )
      ) {
        yield { file, node: code, message: 'The answer shows the code that only the owner of the mailbox may see.' }
        continue
      }
      if (
        /['"`][^'"`]*\b(otp|code|token)\b[^'"`]*['"`]\s*\+\s*\w*(token|otp|code)\w*|`[^`]*(otp|code)[^`]*\$\{\w*(token|otp|code)\w*\}/i.test(
          text,
        ) &&
        /generat|otp|totp/i.test(bodyText(response.handler.node, response.handler.file))
      ) {
        yield { file, node: response.call, message: 'The answer shows the code that was asked for.' }
      }
    }
  }
}
