import type { Codebase } from '../../codebase.ts'
import { errorNames } from '../../facts/promises.ts'
import { isAccountModel } from '../../facts/entities.ts'
import { resolversIn } from '../../facts/graphql.ts'
import {
  ancestor,
  functionAround,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  propertyOf,
  unwrap,
  type CallNode,
  type Node,
} from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

const secretWords =
  /(^|[._])(password|passwd|pwd|passphrase|secret|api_?key|apikey|private_?key|access_?token|refresh_?token|auth_?token|reset_?token|token|authorization|cookie|(credit_?|debit_?|payment_?)?card(_?(number|no|num))?|pan|cvv2?|cvc|iban|(bank_?)?account_?(number|no)|routing_?number|ssn|social_?security(_?(number|no))?|national_?id|passport(_?(number|num|no))?|tax_?id|date_?of_?birth|dob|jwt|otp|env|config|appConfig|credentials?|session)$/i
/** `decryptedPrivateKey`, `userPassword`. */
const secretEndings =
  /^(?!(is|has|show|forgot|reset|change|update|no|needs?)[A-Z]).*[a-z\d](Password|Private_?Key|Secret_?Key|Api_?Key|Access_?Token|Refresh_?Token|Auth_?Token|Reset_?Token|O[Tt][Pp])$/
const harmlessWords = /token_?type|tokens?_?(count|used)|expires|_id$|csrf|session_?id$|length/i

export const sensitiveLogging: Rule = {
  id: 'sensitive-logging',
  category: 'sensitive-logging',
  severity: 'medium',
  confidence: 'medium',
  title: 'Secrets or personal data are written to the log',
  why: 'Logs are kept long, copied to other systems and read by many.',
  effects: { safety: 'Whoever reads the log has the passwords, tokens or people in it.' },
  fix: {
    say: 'Log the fact and an id, and let the logger redact.',
    code: {
      any: "const logger = pino({ redact: ['req.headers.authorization', '*.password', '*.token'] })\nlogger.info({ userId: user.id }, 'signed in')",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude'],
  *find(codebase) {
    for (const { call, file } of [
      ...codebase.index.named(/^console\.(log|info|warn|error|debug|dir)$/),
      ...codebase.index.methods('info', 'debug', 'log', 'warn').filter((found) => isLogger(found.call.callee)),
    ]) {
      // What a command prints is for who runs it.
      if (/(^|\/)(commands?|cli)\//.test(file.path)) continue
      for (const argument of call.arguments) {
        const what = secretIn(argument, file, codebase)
        if (!what || isForDevelopers(call, what, file)) continue
        const severity = wholeInput.test(what) && !ofPeople.test(file.path) ? { severity: 'low' as const } : {}
        yield { file, node: call, ...severity, message: `${what} is written to the log.` }
        break
      }
    }
    yield* queryLogs(codebase)
  },
}

/** The whole body at the level `debug`, and what runs only in development. */
function isForDevelopers(call: CallNode, what: string, file: SourceFile): boolean {
  if (
    wholeInput.test(what) &&
    !ofPeople.test(file.path) &&
    call.callee.type === 'MemberExpression' &&
    keyOf(call.callee) === 'debug' &&
    pathOf(call.callee.object) !== 'console'
  )
    return true
  const choice = ancestor(
    call,
    (at) => at.type === 'IfStatement' && inDevelopment.test(file.text.slice(at.test.start, at.test.end)),
  )
  return choice !== undefined
}

const inDevelopment = /^\(?\s*is_?dev|^[\w.]*\b(DEBUG|VERBOSE)\b|NODE_ENV\s*(===?\s*['"](dev|test)|!==?\s*['"]prod)/i

/** What a request brings may hold anything; where people sign in or pay, it holds what they keep to themselves. */
const wholeInput = /`\w+\.(body|query|headers|params)`/
const ofPeople = /auth|login|sign|passw|user|account|member|customer|profile|pay|card|order|checkout/i

function isLogger(callee: Node): boolean {
  return (
    callee.type === 'MemberExpression' &&
    /(^|\.)(log|logger|winston|req\.log|fastify\.log|app\.log)$/i.test(pathOf(callee.object)) &&
    !pathOf(callee.object).startsWith('console')
  )
}

function secretIn(node: Node, file: SourceFile, codebase: Codebase): string | undefined {
  const inner = unwrap(node)
  if (inner.type === 'BinaryExpression' && inner.operator === '+')
    return secretIn(inner.left, file, codebase) ?? secretIn(inner.right, file, codebase)
  if (inner.type === 'ObjectExpression')
    return inner.properties
      .map((property) => secretIn(property.type === 'Property' ? property.value : property.argument, file, codebase))
      .find(Boolean)
  if (inner.type === 'TemplateLiteral')
    return inner.expressions.map((part) => secretIn(part, file, codebase)).find(Boolean)
  if (inner.type === 'CallExpression') {
    const name = pathOf(inner.callee)
    if (/JSON\.stringify|inspect|toString/.test(name))
      return inner.arguments.map((part) => secretIn(part, file, codebase)).find(Boolean)
    return name.endsWith('getAppEnv') ? 'The whole environment' : undefined
  }
  if (isClaims(inner, file)) return undefined
  const made = madeHere(inner, file)
  const named = made && (namesSecret(made) ?? secretIn(made, file, codebase))
  if (named) return named
  const fields = argumentsWithSecrets(inner, file)
  if (fields) return fields
  const path = pathOf(inner)
  if (path.includes('?') || inner.type === 'Literal') return undefined
  if (path === 'process.env') return 'The whole environment'
  if (/(^|\.)(NODE_ENV|env)$/.test(path)) return undefined
  if (/^(req|request)\.(headers|session|cookies|body|user)$/.test(path)) return `\`${path}\``
  if (/^(req|request|res|response)$/.test(path)) return isRequestLike(inner, file, codebase)
  const last = path.split('.').at(-1) ?? ''
  if ((secretWords.test(path) || secretEndings.test(last)) && !harmlessWords.test(path))
    return /config$/i.test(path) ? configWithSecrets(path, codebase) : `\`${path}\``
  if (/(uri|url|connection_?string|dsn)$/i.test(path) && /mongo|database|db|redis|amqp|connection/i.test(path))
    return `\`${path}\`, which may hold a password,`
  return isPeople(inner, file, codebase) ? `\`${path}\`, rows of people,` : undefined
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

function namesSecret(node: Node): string | undefined {
  if (node.type !== 'ObjectExpression') return undefined
  const secret = node.properties.find(
    (property) =>
      property.type === 'Property' &&
      /^(password|passwd|pwd|secret|cvv|credit_?card|card_?number)$/i.test(keyOf(property) ?? ''),
  )
  return secret && secret.type === 'Property' ? `\`${keyOf(secret)}\`` : undefined
}

function configWithSecrets(path: string, codebase: Codebase): string | undefined {
  const secret = [...codebase.sources.values()].some(
    (file) => /config/.test(file.path) && /secret|password|api_?key/i.test(file.text),
  )
  return secret ? `\`${path}\`, secrets included,` : undefined
}

/** The response of an outgoing call holds headers, tokens and the request that was made. */
function isRequestLike(node: Node, file: SourceFile, codebase: Codebase): string | undefined {
  if (node.type !== 'Identifier') return undefined
  const binding = lookUp(file.scopes, node, node.name)
  const owner = binding?.parameter?.of
  if (!owner) return undefined
  if (codebase.web.handlers.has(owner)) return `The whole \`${node.name}\` object`
  const call = owner.parent
  return call?.type === 'CallExpression' &&
    /axios|fetch|got|request/.test(file.text.slice(call.start, call.start + 200))
    ? `The whole \`${node.name}\` object`
    : undefined
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

function* queryLogs(codebase: Codebase): Iterable<Match> {
  for (const { call, file, name } of codebase.index.named(
    /^sequelize(\.Sequelize)?$|^mongoose\.set$|^typeorm\.(createConnection|DataSource)$/,
  )) {
    if (call.type !== 'NewExpression' && name.startsWith('sequelize')) continue
    const options = call.arguments.at(-1)
    if (name === 'mongoose.set') {
      if (
        literalText(call.arguments[0]) === 'debug' &&
        literalText(call.arguments[1]) === 'true' &&
        !/NODE_ENV|development/.test(file.text.slice(Math.max(0, call.start - 200), call.start))
      ) {
        yield { file, node: call, severity: 'low', message: 'Every query with its values is written to the log.' }
      }
      continue
    }
    if (name.startsWith('typeorm')) continue
    const logging = propertyOf(options, 'logging')
    const text = logging ? textOf(logging, file) : ''
    if (logging && !/^(true|console\.log)$/.test(text)) continue
    if (!logging && options?.type !== 'ObjectExpression' && !configured(options, file, codebase)) continue
    yield {
      file,
      node: call,
      severity: 'low',
      message: logging
        ? 'Every query with its values is written to the log.'
        : 'Sequelize writes every query with its values to the log unless `logging` says otherwise.',
    }
  }
  for (const file of codebase.production) {
    for (const node of loggingOn(file))
      yield { file, node, severity: 'low', message: 'Every query with its values is written to the log.' }
  }
}

const loggingOn = once((file: SourceFile) =>
  file.properties.filter(
    (property) =>
      keyOf(property) === 'logging' &&
      /^(true|['"]all['"]|!\s*is_?test)$/i.test(textOf(property.value, file)) &&
      property.parent?.type === 'ObjectExpression' &&
      (propertyOf(property.parent, 'entities') ||
        propertyOf(property.parent, 'synchronize') ||
        propertyOf(property.parent, 'type')),
  ),
)

/** Options from a name: logging is left on unless the name's file turns it off. */
function configured(options: Node | undefined, file: SourceFile, codebase: Codebase): boolean {
  if (!options) return true
  return (
    !/logging/.test(file.text) &&
    ![...codebase.texts].some(([path, text]) => /config/.test(path) && /\blogging\b/.test(text))
  )
}
