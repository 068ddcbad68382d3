import type { Codebase } from '../../codebase.ts'
import type { Handler } from '../../facts/handlers.ts'
import { operationsIn } from '../../facts/graphql.ts'
import { bodyText } from '../../facts/responses.ts'
import type { Route } from '../../facts/web.ts'
import { decoratorName, decoratorsOf } from '../../facts/handlers.ts'
import { ancestor, contains, keyOf, type Node } from '../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../parse/by-name.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { importsPackage, routeName } from '../places.ts'
import { guardsOf, hasValidation } from '../../facts/access-control.ts'
import { isAccountModel, type Entity } from '../../facts/entities.ts'
import { someReached } from '../../facts/reached.ts'
import type { Match, Rule } from '../rule.ts'

export const noPasswordPolicy: Rule = {
  id: 'no-password-policy',
  category: 'weak-password-policy',
  severity: 'medium',
  confidence: 'medium',
  title: 'Any password is accepted',
  why: 'Where nothing asks for a length, accounts get passwords of one letter, which are guessed at once.',
  effects: { safety: 'Accounts fall to guessing.' },
  fix: {
    say: 'Ask for a length when an account is made or its password changed: at least eight characters, fifteen without a second factor.',
    code: {
      NestJS: '@IsString()\n@Length(8, 128)\npassword: string',
      Fastify: "password: { type: 'string', minLength: 8, maxLength: 128 }",
      Express:
        "if (typeof password !== 'string' || password.length < 8 || password.length > 128)\n  return res.status(400).json({ error: 'a password has 8 to 128 characters' })",
      any: 'const password = z.string().min(8).max(128)',
    },
  },
  sources: ['https://pages.nist.gov/800-63-4/sp800-63b.html'],
  limits: 'A length that is asked for in the browser, or by an identity provider, is not seen.',
  *find(codebase) {
    if (
      importsPackage(codebase, checkers) ||
      (importsPackage(codebase, providers) && !importsPackage(codebase, hashers))
    )
      return
    const asks = codebase.production.some(asksForLength)
    if (asks && codebase.entities.some(checksPassword)) return
    if (!asks) for (const file of codebase.production) yield* bareIn(file)
    const seen = new Set<Handler>()
    for (const route of codebase.web.routes) {
      const { handler } = route
      if (
        !handler ||
        seen.has(handler) ||
        handler.framework === 'nest' ||
        !makesAccounts(route, handler) ||
        hasValidation(route) ||
        (asks && isAskedOnTheWay(route, handler, codebase))
      )
        continue
      seen.add(handler)
      const place = readsPassword(handler)
      if (place)
        yield {
          file: handler.file,
          node: place,
          message: `${routeName(route)} takes any password: nothing asks how long it is.`,
        }
    }
    if (!asks) yield* operations(codebase)
  },
}

const checkers =
  /^(zxcvbn|@zxcvbn-ts\/core|password-validator|owasp-password-strength-test|joi-password|passport-local-mongoose|better-auth)/
/** They keep the passwords, unless the project does so itself. */
const providers = /^(firebase-admin|@clerk\/|@auth0\/|keycloak)/
const hashers = /^(bcrypt(js)?|argon2|@node-rs\/(bcrypt|argon2)|scrypt\w*)$/

/** GraphQL fields that make accounts or change passwords. */
function* operations(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { node, field, type } of operationsIn(file)) {
      if (!/Mutation/.test(type) || !setsPassword.test(field)) continue
      if (/passw/i.test(bodyText(node, file)))
        yield { file, node, message: `\`${field}\` takes any password: nothing asks how long it is.` }
    }
  }
}

const setsPassword =
  /regist|sign_?up|(create|add|new)_?(user|account|member|customer)|(change|reset|set|update)_?(my_?)?(user_?)?password/i

/** Some code of the project says how long, or of what form, a password must be. */
const asksForLength = once(({ text }: SourceFile) => saysLength(text))

/** The model checks what it is given before it is hashed. */
function checksPassword({ name, fields, file }: Entity): boolean {
  return (
    isAccountModel(name.replace(/Schema$/, '')) &&
    fields.some(
      ({ name: field, node }) =>
        /^passw/i.test(field) && node && /min|len\b|match|validate/i.test(file.text.slice(node.start, node.end)),
    )
  )
}

/** Elsewhere a length is asked for: here by the handler, by what it calls, or by a step before it. */
function isAskedOnTheWay(route: Route, handler: Handler, codebase: Codebase): boolean {
  return (
    /[sS]chema\w*\.(safe)?[pP]arse(Async)?\(|\bvalidate(Async|Sync|Body|Input)?(<[\w\s,.[\]]+>)?\(/.test(
      bodyText(handler.node, handler.file),
    ) ||
    namesSchema(handler, codebase) ||
    someReached(handler, 3, codebase.calls, (node, file) =>
      file === handler.file ? saysLength(file.text.slice(node.start, node.end)) : asksForLength(file),
    ) ||
    guardsOf(route).some(
      ({ node, file, function: step, functionFile }) =>
        saysLength(file.text.slice(node.start, node.end)) ||
        (step !== undefined && functionFile !== undefined && saysLength(bodyText(step, functionFile))),
    )
  )
}

/** `parse(reply, signUpBody, req.body)`: a schema that says how long, given to a helper. */
function namesSchema({ node, file }: Handler, { meanings }: Codebase): boolean {
  return file.calls.some(
    (call) =>
      contains(node, call) &&
      call.arguments.some((given) => {
        const meaning = given.type === 'Identifier' ? meanings.of(given, file) : undefined
        const made = meaning?.kind === 'package' ? meaning.made : undefined
        return made !== undefined && saysLength(made.file.text.slice(made.node.start, made.node.end))
      }),
  )
}

/** `/^(?=.*\d).{10,}$/.test(password)`: a pattern that asks for more than a letter or two. */
const demands = /(\(\?=|\{([6-9]|\d\d),)[^\n]*\/[a-z]*\s*\.test\(\s*[\w.]*passw/i

function saysLength(text: string): boolean {
  if (!/passw/i.test(text)) return false
  if (demands.test(text)) return true
  return /passw\w*[^;\n]{0,80}\.(length|min|minLength|regex|matches|isLength|isStrongPassword|test|match)\b|passw\w*['"]?\s*[:=]\s*[^;]{0,160}?\b(min_?length|minLength|min|pattern|match|len|validate)\b|(is_?strong|validate)_?passw|passwordSchema|password_?(re|regex|pattern|policy|strength|rules?)\b|@(MinLength|Length|IsStrongPassword|Matches)\([^@;]{0,200}passw|check\(\s*['"]passw|body\(\s*['"]passw/i.test(
    text,
  )
}

function makesAccounts(route: Route, handler: Handler): boolean {
  const name = route.own.at(-1)?.name ?? ''
  if (/log-?_?in|sign-?_?in|auth_?user/i.test(`${route.path} ${name}`)) return false
  if (!/POST|PUT|PATCH/.test(route.method)) return false
  const text = bodyText(handler.node, handler.file)
  if (!/password/i.test(text)) return false
  if (/(change|reset|update|set|new)-?_?password/i.test(`${route.fullPath} ${name}`)) return true
  return (
    /\bhash(Sync)?\(\s*(\w+\.)*(new_?)?password\b/i.test(text) ||
    /regist|sign-?_?up|(create|add|new)_?-?(user|account|member|customer)|user_?create/i.test(
      `${route.path} ${name}`,
    ) ||
    (/\/(users?|accounts?)\/?$/.test(route.fullPath) && route.method === 'POST')
  )
}

const given = /^(new_?|user_?)?password(_?new)?$/i

/** Where the handler takes the password from the request. */
function readsPassword(handler: Handler): Node | undefined {
  const { node, file } = handler
  const inside = (item: Node) => item.start > node.start && item.end < node.end
  return (
    file.properties.find(
      (item) => inside(item) && given.test(keyOf(item) ?? '') && item.parent?.type === 'ObjectPattern',
    ) ??
    file.members.find(
      (item) =>
        inside(item) &&
        given.test(keyOf(item) ?? '') &&
        /^(req|request|ctx|args|input|body|data)\b/.test(file.text.slice(item.start, item.end)),
    )
  )
}

const bareIn = once((file: SourceFile) => [...bareFields(file), ...bareSchemas(file)])

/** `@IsNotEmpty() password: string` in a body class. */
function* bareFields(file: SourceFile): Iterable<Match> {
  for (const node of file.classes) {
    if (!/(create|register|sign-?up|new)/i.test(node.id?.name ?? '')) continue
    const field = node.body.body.find((member) => member.type === 'PropertyDefinition' && keyOf(member) === 'password')
    const decorators = decoratorsOf(field).map(decoratorName)
    if (
      field &&
      decorators.length > 0 &&
      !decorators.some((name) => /Length|Strong|Match|Min|Column|Prop$|Field$/.test(name))
    )
      yield { file, node: field, message: 'The password must be there, and may be as short as it likes.' }
  }
}

/** `password: z.string()` in the schema of a sign-up. */
function* bareSchemas(file: SourceFile): Iterable<Match> {
  for (const property of goingBy(propertiesOf(file), 'password')) {
    const text = file.text.slice(property.value.start, property.value.end)
    if (
      !/^(z|zod|[jJ]oi|yup|Yup)\s*\.\s*string\(/.test(text) ||
      /\.(min|regex|pattern|length|matches|refine|test|custom|superRefine)\(/.test(text)
    )
      continue
    const holder = ancestor(
      property,
      (node) => node.type === 'VariableDeclarator' || node.type === 'PropertyDefinition',
    )
    const name = holder ? file.text.slice(holder.start, holder.start + 60) : ''
    if (/create|register|sign-?up|new_?user/i.test(name))
      yield { file, node: property, message: 'The password must be a text, and may be as short as it likes.' }
  }
}
