import { plainModel } from '../../../facts/query-filters.ts'
import type { Codebase } from '../../../codebase.ts'
import { isAccountModel } from '../../../facts/entities.ts'
import { resolversIn } from '../../../facts/graphql.ts'
import { chainTop, errorNames } from '../../../facts/promises.ts'
import type { Query } from '../../../facts/queries.ts'
import {
  ancestor,
  functionAround,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  unwrap,
  type Node,
} from '../../../parse/ast.ts'
import { rowsIn } from '../../../facts/row-origins.ts'
import { first } from '../../../facts/tracing.ts'
import { declaredType, writtenType } from '../../../facts/written-types.ts'
import { codeText } from '../../../parse/code-text.ts'
import { lookUp, type Binding } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { typeTextOf } from './type-texts.ts'

const secretWords =
  /(^|[._])(password|passwd|pwd|passphrase|secret|api_?key|apikey|private_?key|access_?token|refresh_?token|auth_?token|reset_?token|token|authorization|cookie|(credit_?|debit_?|payment_?)?card(_?(number|no|num))?|pan|cvv2?|cvc|iban|(bank_?)?account_?(number|no)|routing_?number|ssn|social_?security(_?(number|no))?|national_?id|passport(_?(number|num|no))?|tax_?id|date_?of_?birth|dob|jwt|otp|config|appConfig|credentials?|session)$/i
/** `decryptedPrivateKey`, `userPassword`. */
const secretEndings =
  /^(?!(is|has|should|can|did|was|will|must|allow|enable|show|forgot|reset|change|update|no|needs?)[A-Z]).*[a-z\d](Password|Private_?Key|Secret_?Key|Api_?Key|Token|Secret|O[Tt][Pp])$/
const harmlessWords =
  /(page|next|continuation|cancel\w*|sync|cursor|device|push|fcm|expo|invalid|missing|delete|remove|revoke|create|generate|bad|no|csrf|xsrf)_?token$|token_?type|tokens?_?(count|used)|expires|_id$|csrf|session_?id$|length/i

/** `maskedToken`, `obfuscated.url`: what is left when the secret was taken out. */
export const takenOut =
  /(?<!(un|non|not|de)_?)(masked|obfuscated|redacted|hidden|censored|anonymi[sz]ed|pseudonymi[sz]ed|scrubbed)/i

/**
 * What of a value that is logged is secret, or says who people are, as a phrase. Of an object that is joined to a text
 * nothing shows.
 */
export function secretIn(node: Node, file: SourceFile, codebase: Codebase, isJoined = false): string | undefined {
  const inner = unwrap(node)
  const joins = inner.type === 'TemplateLiteral' || inner.type === 'BinaryExpression'
  const parts = partsWithin(inner)
  if (parts) return first(parts, (part) => secretIn(part, file, codebase, joins))
  const text = textMadeHere(inner, file)
  if (text) return secretIn(text, file, codebase, true)
  if (inner.type === 'CallExpression')
    return pathOf(inner.callee).endsWith('getAppEnv') ? 'The whole environment' : undefined
  if (isClaims(inner, file) || takenOut.test(pathOf(inner))) return undefined
  return (isJoined ? undefined : secretInside(inner, file, codebase)) ?? secretByName(inner, file, codebase)
}

/** The values that a text, an object, a choice or a rendering is made of. */
function partsWithin(node: Node): readonly Node[] | undefined {
  switch (node.type) {
    case 'BinaryExpression':
      return node.operator === '+' ? [node.left, node.right] : []
    case 'TemplateLiteral':
      return node.expressions
    case 'ObjectExpression':
      return node.properties.flatMap((property) =>
        property.type === 'Property' ? property.value : isBlackened(node) ? [] : property.argument,
      )
    case 'ConditionalExpression':
      return [node.consequent, node.alternate]
    case 'LogicalExpression':
      return node.operator === '&&' ? [node.right] : [node.left, node.right]
    case 'CallExpression':
      return /JSON\.stringify|inspect|toString/.test(pathOf(node.callee)) ? node.arguments : undefined
    default:
      return undefined
  }
}

/** `{ ...body, password: '***' }`: somebody has thought of what must not be seen. */
function isBlackened(node: Node & { type: 'ObjectExpression' }): boolean {
  return node.properties.some(
    (property) =>
      property.type === 'Property' &&
      secretWords.test(keyOf(property) ?? '') &&
      (literalText(property.value) !== undefined || /^(undefined|null)$/.test(pathOf(property.value))),
  )
}

/** What an object shows that is printed whole. */
function secretInside(node: Node, file: SourceFile, codebase: Codebase): string | undefined {
  const made = madeHere(node, file)
  const named = made && (namesSecret(made) ?? secretIn(made, file, codebase))
  if (named) return named
  const fields = argumentsWithSecrets(node, file) ?? typedWithSecrets(node, file, codebase)
  if (fields) return fields
  const path = pathOf(node)
  if (path.includes('?')) return undefined
  if (path === 'process.env') return 'The whole environment'
  if (/^(req|request)\.(headers|session|cookies|body|user)$/.test(path)) return `\`${path}\``
  if (/^(req|request|res|response)$/.test(path)) return isRequestLike(node, file, codebase)
  return isWholeBody(node, file, codebase) ? `\`${path}\`, the body,` : undefined
}

function secretByName(node: Node, file: SourceFile, codebase: Codebase): string | undefined {
  const path = pathOf(node)
  const last = path.split('.').at(-1) ?? ''
  if (path.includes('?') || node.type === 'Literal' || isSwitch(last) || /NODE_ENV$|(^|\.)env$/.test(path))
    return undefined
  if ((secretWords.test(path) || secretEndings.test(last)) && !harmlessWords.test(path))
    return /config$/i.test(path) ? configWithSecrets(node, file, codebase) : `\`${path}\``
  if (/session_?id$/i.test(last) && isFromCookie(node, file)) return `\`${path}\`, which opens the session,`
  if (/(uri|url|connection_?string|dsn)$/i.test(path) && /mongo|database|db|redis|amqp|connection/i.test(path))
    return file.text.includes('mongodb-memory-server') ? undefined : `\`${path}\`, which may hold a password,`
  if (isAddressOfDatabase(node, file)) return `\`${path}\`, which may hold a password,`
  if (isPeople(node, file, codebase)) return `\`${path}\`, rows of people,`
  const field = personalField(node, file, codebase)
  return field && `\`${path}\`, with \`${field}\`,`
}

/** `ENABLE_API_KEY`, `REQUIRE_PASSWORD`: whether there is one, not which. */
function isSwitch(name: string): boolean {
  return /^(ACTIVATE|DEACTIVATE|ENABLE|DISABLE|USE|REQUIRE|SKIP|ALLOW|HAS|IS|CHECK|VERIFY|FORCE|LOG|SHOW)_/.test(name)
}

/** A field that says who somebody is, of the rows a name holds. */
function personalField(node: Node, file: SourceFile, codebase: Codebase): string | undefined {
  if (node.type !== 'Identifier' || /id$/i.test(node.name)) return undefined
  return first(rowsIn(node, file, codebase), ({ query }) => {
    if (!/^(find-one|find-many)$/.test(query.kind) && !/^(create|save)$/.test(query.method)) return undefined
    const { model } = query
    const entity =
      model === undefined ? undefined : codebase.entities.find(({ name }) => plainModel(name) === plainModel(model))
    return entity?.fields.find(({ name, hidden }) => !hidden && personal.test(name))?.name
  })
}

const personal = /^((shipping|billing|customer|user|contact)_?)?(e_?mail|phone(_?number)?|mobile|address)$/i

/** A name that stands for all that a request brought: `loginDto`, `const data = req.body`. */
function isWholeBody(node: Node, file: SourceFile, codebase: Codebase): boolean {
  if (node.type !== 'Identifier' || !/(dto|body|payload|credentials)$/i.test(node.name)) return false
  const trace = codebase.flow.trace(node, file)
  return trace?.kind === 'body' && trace.keys.length === 0 && !trace.inText
}

/** What a token says, once it was read. */
function isClaims(node: Node, file: SourceFile): boolean {
  if (node.type !== 'Identifier') return false
  const init = lookUp(file.scopes, node, node.name)?.init
  const call = init && unwrap(init)
  return call?.type === 'CallExpression' && /(decode|verify|parse|validate)\w*$/i.test(pathOf(call.callee))
}

/** All arguments of a GraphQL field that takes a password or a token. */
function argumentsWithSecrets(node: Node, file: SourceFile): string | undefined {
  if (node.type !== 'Identifier') return undefined
  const parameter = lookUp(file.scopes, node, node.name)?.parameter
  const resolver = parameter?.index === 1 ? resolversIn(file).find((item) => item.node === parameter.of) : undefined
  const field =
    resolver && /\b\w*(password|secret|token)\b/i.exec(file.text.slice(resolver.node.start, resolver.node.end))
  return field ? `\`${node.name}\`, with \`${field[0]}\`,` : undefined
}

/** The object literal a logged name was given in the same function. */
function madeHere(node: Node, file: SourceFile): Node | undefined {
  if (node.type !== 'Identifier') return undefined
  const init = lookUp(file.scopes, node, node.name)?.init
  return init?.type === 'ObjectExpression' && functionAround(init) === functionAround(node) ? init : undefined
}

/** The text that a logged name was put together as in the same function. */
function textMadeHere(node: Node, file: SourceFile): Node | undefined {
  const binding = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name) : undefined
  const init = binding?.kind === 'const' ? binding.init : undefined
  return init?.type === 'TemplateLiteral' && functionAround(init) === functionAround(node) ? init : undefined
}

/** `const sessionId = req.cookies.sid`: what the browser proves itself with. */
function isFromCookie(node: Node, file: SourceFile): boolean {
  const init = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name)?.init : node
  return init ? /\bcookies\b/.test(file.text.slice(init.start, init.end)) : false
}

function namesSecret(node: Node): string | undefined {
  if (node.type !== 'ObjectExpression') return undefined
  const secret = node.properties.find(
    (property) =>
      property.type === 'Property' &&
      /^(pass(word|wd)?|pwd|secret|client_?secret|cvv|credit_?card|card_?number)$/i.test(keyOf(property) ?? ''),
  )
  return secret && secret.type === 'Property' ? `\`${keyOf(secret)}\`` : undefined
}

function configWithSecrets(node: Node, file: SourceFile, codebase: Codebase): string | undefined {
  const path = pathOf(node)
  const fields = fieldsOf(node, file, codebase)
  if (fields !== undefined && !/secret|password|token|api_?key|private_?key/i.test(fields)) return undefined
  const secret = [...codebase.sources.values()].some(
    (file) => /config/.test(file.path) && /secret|password|api_?key/i.test(file.text),
  )
  return secret ? `\`${path}\`, secrets included,` : undefined
}

/** The fields a value has by its type, where the project writes that down. */
function fieldsOf(node: Node, file: SourceFile, codebase: Codebase): string | undefined {
  const binding = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name) : undefined
  const type = binding && writtenType(binding, file)
  const name = /^(?:(?:Partial|Readonly|Required)<\s*)?([A-Z]\w*)/.exec(type ?? '')?.[1]
  return name === undefined ? undefined : declaredType(name, codebase)
}

/** The response of an outgoing call holds headers, tokens and the request that was made. */
function isRequestLike(node: Node, file: SourceFile, codebase: Codebase): string | undefined {
  if (node.type !== 'Identifier') return undefined
  const binding = lookUp(file.scopes, node, node.name)
  const owner = binding?.parameter?.of
  if (!owner) return undefined
  if (isSerialized(node)) return undefined
  if (codebase.web.handlers.has(owner)) return `The whole \`${node.name}\` object`
  const call = owner.parent
  return call?.type === 'CallExpression' &&
    /axios|fetch|got|request/.test(file.text.slice(call.start, call.start + 200))
    ? `The whole \`${node.name}\` object`
    : undefined
}

/** `logger.info({ req })`: loggers have a rule for what to take of a request that goes by this name. */
function isSerialized({ parent }: Node): boolean {
  const call = parent?.type === 'Property' ? ancestor(parent, ({ type }) => type === 'CallExpression') : undefined
  return call?.type === 'CallExpression' && !pathOf(call.callee).startsWith('console')
}

/** An insertion of Knex gives the new keys, unless it is asked for all columns. */
function givesKeys({ client, kind, call, file }: Query): boolean {
  return client === 'knex' && kind === 'insert' && !/\.returning\(\s*['"`]\*/.test(codeText(chainTop(call), file))
}

function isPeople(node: Node, file: SourceFile, codebase: Codebase): boolean {
  if (node.type !== 'Identifier' || errorNames.test(node.name)) return false
  const named = /^(users?|accounts?|members?|customers?|savedUser|newUser|people|profile)$/i.test(node.name)
  const binding = lookUp(file.scopes, node, node.name)
  const owner = binding?.parameter?.of
  const init = binding?.init
  const query = codebase.queries.find(
    (item) =>
      item.file === file &&
      isAccountModel(item.model) &&
      item.kind !== 'count' &&
      !givesKeys(item) &&
      ((init && item.call.start >= init.start && item.call.end <= init.end) ||
        (owner &&
          owner.parent?.type === 'CallExpression' &&
          item.call.start >= owner.parent.start &&
          item.call.end <= owner.parent.end &&
          parameterName(owner.params.at(-1))?.name === node.name)),
  )
  if (query) return true
  if (
    init &&
    /getRepository\(["']?Users?/.test(file.text) &&
    /repo\.(find|save)/.test(file.text.slice(init.start, init.end))
  )
    return true
  return (
    named &&
    (owner !== undefined || init !== undefined) &&
    codebase.queries.some((item) => item.file === file && isAccountModel(item.model)) &&
    !binding?.annotation
  )
}

/** `const uri = settings.get('MONGO_URI')`. */
function isAddressOfDatabase(node: Node, file: SourceFile): boolean {
  if (node.type !== 'Identifier' || !/(uri|url|dsn|connection)/i.test(node.name)) return false
  const init = lookUp(file.scopes, node, node.name)?.init
  return init !== undefined && databaseSetting.test(file.text.slice(init.start, init.end))
}

const databaseSetting =
  /^(await )?[\w.]*(\.get\(\s*['"`]|process\.env\.)(MONGO\w*|DATABASE|DB|REDIS|POSTGRES\w*|PG|MYSQL|AMQP|RABBIT\w*)_(URI|URL|DSN)\b/

/** A value of a type that has a field for a password, printed whole. */
function typedWithSecrets(node: Node, file: SourceFile, codebase: Codebase): string | undefined {
  if (node.type !== 'Identifier') return undefined
  const binding = lookUp(file.scopes, node, node.name)
  const text = binding && typeTextOf(annotated(binding, file), file, codebase)
  const field = text && /\b(password|passwd|cvv|card_?number|pin_?code)\??\s*:\s*string\b/i.exec(text)?.[1]
  return field ? `\`${node.name}\`, with \`${field}\`,` : undefined
}

/** `const { person } = request`: the type is that of what is taken apart. */
function annotated(binding: Binding, file: SourceFile): Node | undefined {
  if (binding.annotation) return binding.annotation
  const init = binding.path.length === 1 && binding.init ? unwrap(binding.init) : undefined
  return init?.type === 'Identifier' ? lookUp(file.scopes, init, init.name)?.annotation : undefined
}
