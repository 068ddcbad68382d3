import type { Codebase } from '../../codebase.ts'
import { objectOf } from '../../facts/sessions.ts'
import { isStandIn, knownToken, looksSecret, passwordInUrl, secretName } from '../../facts/secrets.ts'
import { ancestor, keyOf, literalText, pathOf, propertyOf, unwrap, type Node } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile, TextFile } from '../../parse/source-file.ts'
import { bySentence, lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const hardcodedSecret: Rule = {
  id: 'hardcoded-secret',
  category: 'hardcoded-secret',
  severity: 'high',
  confidence: 'high',
  title: 'A secret stands in the repository',
  why: 'Everyone who can read the code, now or later, has it, and it cannot be changed without a release.',
  effects: {
    safety: 'Sessions, tokens or data can be forged or read by anyone with the source.',
    maintenance: 'Changing it takes a deploy.',
  },
  fix: {
    say: 'Read it from the environment, refuse to start without it, and replace the one that was published.',
    code: { any: 'const env = z.object({ SESSION_SECRET: z.string().min(32) }).parse(process.env)' },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html'],
  *find(codebase) {
    for (const file of codebase.sources.values()) {
      if (!/^(production|migration|script)$/.test(file.kind) || isTestLike(file)) continue
      yield* file.kind === 'migration' ? asOne(secretsIn(file), file) : secretsIn(file)
      yield* koaKeys(file, codebase)
    }
    yield* signingKeys(codebase)
    yield* databasePasswords(codebase)
    for (const { call, file } of codebase.index.named(
      /^(bcrypt|bcryptjs|bcrypt-nodejs)\.hash(Sync)?$|^argon2\.hash$/,
    )) {
      const text = literalText(call.arguments[0])
      if (text !== undefined && text.length > 2 && !isTestLike(file) && call.arguments[0])
        yield {
          file,
          node: call.arguments[0],
          severity: 'medium',
          message: 'An account is made with a password that is in the source.',
        }
    }
    for (const { options, optionsFile, package: name } of codebase.sessions) {
      const secret = propertyOf(options, 'secret') ?? propertyOf(options, 'keys') ?? propertyOf(options, 'password')
      const first = secret?.type === 'ArrayExpression' ? secret.elements[0] : secret
      const committed = first && constantText(first, optionsFile, codebase)
      yield* first ? constantElsewhere(first, optionsFile, codebase) : []
      if (first && committed !== undefined)
        yield {
          file: optionsFile,
          node: first,
          message: `The secret that signs ${name} cookies is in the source${committed}.`,
        }
    }
    for (const file of codebase.files.values()) yield* inTextOf(file)
  },
}

/** Accounts to try things out with are one thing, however many there are. */
function asOne(matches: Iterable<Match>, file: SourceFile): Iterable<Match> {
  const placed = [...matches].map((match) =>
    match.node ? { ...match, line: match.line ?? lineOf(match.node, file) } : match,
  )
  return bySentence(placed)
}

/** Where a constant stands: here (empty text), or the file it is imported from; undefined when it is not constant. */
function constantText(node: Node, file: SourceFile, codebase: Codebase): string | undefined {
  if (literalText(node) !== undefined) return ''
  const meaning = codebase.meanings.of(node, file)
  if (meaning.kind === 'value' && literalText(meaning.node) !== undefined) return ` (${meaning.file.path})`
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

const secretsIn = once((file: SourceFile) => [...inSource(file)])

function* inSource(file: SourceFile): Iterable<Match> {
  for (const literal of file.literals) {
    if (typeof literal.value !== 'string' || literal.value.length < 4) continue
    const value = literal.value
    const token = knownToken(value)
    const password = passwordInUrl(value)
    if (token) yield { file, node: literal, severity: 'critical', message: `This is ${token}.` }
    else if (password)
      yield {
        file,
        node: literal,
        ...(opensOnlyHere(value, '') ? { severity: 'low' as const } : {}),
        message: 'This address holds a password.',
      }
    else {
      const name = holderOf(literal)
      if (
        name !== undefined &&
        !/[\s/]/.test(name) &&
        secretName.test(name) &&
        isSecret(value, name, literal, file) &&
        !isComparison(literal) &&
        !isExample(literal) &&
        !isTail(literal) &&
        !isWordOfGrammar(literal, name)
      ) {
        yield { file, node: literal, ...judge(literal, name, file) }
      }
    }
  }
}

/**
 * A stand-in for a missing key of another service opens nothing; a stand-in for the key that signs one's own tokens does.
 */
function isSecret(value: string, name: string, literal: Node, file: SourceFile): boolean {
  const fallback = isFallback(literal, file)
  if (fallback && /api_?key|access_?key|client_?secret|api_?secret/i.test(name))
    return looksSecret(value, name) && value.length >= 16 && /\d/.test(value) && !/^[0-]+$/.test(value)
  return fallback || looksSecret(value, name)
}

function isTestLike(file: SourceFile): boolean {
  return /(^|\/)(translations?|locales?|i18n|l10n)\/|(integration|e2e)\/setup\.|(^|\/)test(ing)?\.[jt]s$|test-?fixtures|\.skip\./.test(
    file.path,
  )
}

function* signingKeys(codebase: Codebase): Iterable<Match> {
  for (const { call, file, name } of codebase.index.named(
    /^(jsonwebtoken|hono\.jwt)\.(sign|verify)$|^jwt-simple\.(encode|decode)$|^(crypto\.create(Hmac|Cipher|Decipher|Cipheriv|Decipheriv)|cookie-parser)$/,
  )) {
    if (isTestLike(file)) continue
    const key = name === 'cookie-parser' ? call.arguments[0] : call.arguments[1]
    const text = literalText(key)
    if (key && text !== undefined && text.length > 2)
      yield { file, node: key, message: 'The key that signs or encrypts is written here.' }
    if (key) yield* constantElsewhere(key, file, codebase)
  }
}

/** A key that goes by a name whose own name does not give it away: the place where its text stands. */
function* constantElsewhere(node: Node, file: SourceFile, codebase: Codebase): Iterable<Match> {
  if (node.type !== 'Identifier') return
  const meaning = codebase.meanings.of(node, file)
  if (meaning.kind !== 'value' || meaning.node === node) return
  const text = literalText(meaning.node)
  if (text === undefined || text.length < 4 || !/^(production|script)$/.test(meaning.file.kind)) return
  if (secretName.test(node.name) && looksSecret(text, node.name)) return
  yield {
    file: meaning.file,
    node: meaning.node,
    message: `\`${node.name}\` signs or encrypts, and its text is written here.`,
  }
}

const connects =
  /^(mysql2?(\.promise)?\.create(Connection|Pool)|pg\.(Client|Pool)|mongodb\.MongoClient(\.connect)?|mongoose\.(connect|createConnection)|typeorm\.(DataSource|createConnection)|knex|sequelize(\.Sequelize)?|mssql\.connect|oracledb\.getConnection|tedious\.Connection)$/

/** A password in the options of a database connection is one, however simple it is. */
function* databasePasswords(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(connects)) {
    if (isTestLike(file)) continue
    const options = call.arguments.flatMap((argument) => objectOf(argument, file, codebase.meanings) ?? [])
    for (const { node, file: home } of options) {
      const nested = ['auth', 'connection', 'authentication', 'options'].flatMap((name) => propertyOf(node, name) ?? [])
      const value = [node, ...nested].flatMap(
        (item) => propertyOf(item, 'password') ?? propertyOf(item, 'pass') ?? [],
      )[0]
      const text = literalText(value)
      if (!value || text === undefined || looksSecret(text, 'password') || passwordInUrl(text)) continue
      const message =
        text === '' ? 'The database is opened without a password.' : 'The password of the database is written here.'
      yield { file: home, node: value, severity: 'medium', message }
    }
  }
}

function judge(
  literal: Node,
  name: string,
  file: SourceFile,
): { message: string; severity?: 'low' | 'medium' | 'high'; confidence?: 'medium' } {
  const parent = literal.parent
  if (
    parent?.type === 'LogicalExpression' ||
    parent?.type === 'ConditionalExpression' ||
    parent?.type === 'AssignmentPattern'
  ) {
    const message = `\`${name}\` falls back to a secret that is in the source when the setting is missing.`
    const isOwn = /passw|pass$|pwd/i.test(name) && isOfDeveloper.test(literalText(literal) ?? '')
    return isOwn ? { message, severity: 'low' } : { message }
  }
  if (
    /localhost|127\.0\.0\.1/.test(file.text.slice(Math.max(0, literal.start - 200), literal.end + 200)) &&
    /passw|pass$/i.test(name)
  ) {
    return { message: `\`${name}\` is written in the source.`, severity: 'medium' }
  }
  // Accounts to try things out with.
  const severity = file.kind === 'migration' || file.kind === 'script' ? { severity: 'low' as const } : {}
  return { ...severity, message: `\`${name}\` is written in the source.` }
}

/** What the database beside a developer is opened with: it keeps nobody out, and no server has it. */
const isOfDeveloper =
  /^(admin|root|postgres|mysql|mariadb|mongo|redis|guest|password|pass|user|test|example|12345?6?)$/i

/** The name a literal is stored under, through defaults and fallbacks. */
function holderOf(literal: Node): string | undefined {
  let at: Node = literal
  for (let up = at.parent; up; up = at.parent) {
    if (up.type === 'LogicalExpression' && up.right === at) at = up
    else if (up.type === 'ConditionalExpression' && up.test !== at) at = up
    else if (up.type === 'BinaryExpression' && (up.operator === '|' || up.operator === '+') && up.right === at) at = up
    else if (/^TS(As|Satisfies|NonNull)/.test(up.type) || up.type === 'ArrayExpression') at = up
    else break
  }
  const parent = at.parent
  if (parent?.type === 'Property' && parent.value === at) return keyOf(parent)
  if (parent?.type === 'PropertyDefinition' && parent.value === at) return keyOf(parent)
  if (parent?.type === 'VariableDeclarator' && parent.init === at) return pathOf(parent.id)
  if (parent?.type === 'AssignmentExpression' && parent.right === at) {
    const left = unwrap(parent.left)
    return left.type === 'MemberExpression' ? keyOf(left) : pathOf(left)
  }
  if (parent?.type === 'AssignmentPattern' && parent.right === at) return pathOf(parent.left)
  return undefined
}

/** `process.env.X || 'text'`: whatever the text, it is what production runs with when the setting is missing. */
function isFallback(literal: Node, file: SourceFile): boolean {
  const parent = literal.parent
  if (parent?.type === 'ConditionalExpression')
    return parent.alternate === literal && /process\.env\b/.test(file.text.slice(parent.test.start, parent.test.end))
  if (parent?.type !== 'LogicalExpression' && parent?.type !== 'BinaryExpression') return false
  const left = file.text.slice(parent.left.start, parent.left.end)
  return (
    parent.right === literal &&
    /process\.env\b/.test(left) &&
    /^\S{6,}$/.test(String(literalText(literal))) &&
    !/localhost|^https?:|^\d+$/.test(String(literalText(literal)))
  )
}

/** `examples: [{ password: '…' }]` in a schema describes a request. */
function isExample(literal: Node): boolean {
  return ancestor(literal, (at) => at.type === 'Property' && /^examples?$/i.test(keyOf(at) ?? '')) !== undefined
}

/** `token.slice(0, 8) + '.*** HIDDEN'`: what is put behind a value that is not written here. */
function isTail(literal: Node): boolean {
  const up = literal.parent
  return (
    up?.type === 'BinaryExpression' && up.operator === '+' && up.right === literal && literalText(up.left) === undefined
  )
}

function isComparison(literal: Node): boolean {
  const parent = literal.parent
  return parent?.type === 'BinaryExpression' && /^[!=]==?$/.test(parent.operator)
}

/** `{ token: 'comment', regex: … }` and `{ type: …, token: 'auto' }` name kinds of tokens; a secret has no plain small word. */
function isWordOfGrammar(literal: Node, name: string): boolean {
  const word = literalText(literal) ?? ''
  if (/token$/i.test(name) && /^[a-z]+-?\d?$/.test(word)) return true
  if (!/^token$/i.test(name) || !/^[a-z]+([A-Z.][a-z]+)*$/.test(word)) return false
  const holder = literal.parent?.parent
  return holder?.type !== 'ObjectExpression' || holder.properties.length > 1
}

const inTextOf = once(({ path, text }: TextFile) => [...inText(path, text)])

function* inText(path: string, text: string): Iterable<Match> {
  const file = { path, text }
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (/(^|\/)\.(devcontainer|gitpod)/.test(path)) return
  if (/[.-](example|sample|template|dist)\.(json|ya?ml|env)$|(^|[/.-])(test|testing|e2e)\.(json|ya?ml)$/i.test(path))
    return
  if (/(^|\/)(cypress|e2e|playwright)\//.test(path)) return
  if (/(^|\/)(node_modules|test|tests|__tests__|spec|fixtures?|examples?|docs?)\//.test(path)) return
  if (/\.(pem|key|p12|pfx)$/.test(name) || /^id_(rsa|dsa|ecdsa|ed25519)$/.test(name)) {
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
      yield /BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(text)
        ? { file, line: 1, severity: 'low', message: 'A private key, locked with a password, is in the repository.' }
        : { file, line: 1, severity: 'critical', message: 'A private key is in the repository.' }
  } else if (
    /^\.env(\.(?!example|sample|template|test|dist|defaults?)[\w-]+)?$/.test(name) ||
    (/^[\w-]+\.env$/.test(name) && !/example|sample|template|test|dist|default/i.test(name))
  )
    yield* inDotenv(file)
  else if (/^(docker-)?compose([.-].*)?\.ya?ml$/.test(name)) yield* inCompose(file)
  else if (
    /\.(json|ya?ml)$/.test(name) &&
    !/package|lock|tsconfig|swagger|openapi|i18n|locale|lang|schema|postman/i.test(path) &&
    text.length < 200_000
  )
    yield* inConfig(file)
  else if (/Dockerfile/.test(name)) yield* inDockerfile(file)
  else if (name.endsWith('.prisma')) yield* inPrisma(file)
}

function* inDotenv(file: { path: string; text: string }): Iterable<Match> {
  for (const [index, row] of file.text.split('\n').entries()) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*["']?([^"'#\n]+)/.exec(row)
    const value = match?.[2]?.trim() ?? ''
    if (!match?.[1] || /^(NX_)?(REACT_APP|NEXT_PUBLIC|VITE|NUXT_PUBLIC|PUBLIC|EXPO_PUBLIC)_/.test(match[1])) continue
    if (passwordInUrl(value) || knownToken(value) || (secretName.test(match[1]) && looksSecret(value, match[1]))) {
      const isHarmless =
        opensOnlyHere(value, file.text) || isOfImage(match[1], value) || /\.(dev\w*|test|ci|e2e|local)$/.test(file.path)
      const severity = isHarmless ? { severity: 'low' as const } : {}
      yield { file, line: index + 1, ...severity, message: `\`${match[1]}\` is committed with its value.` }
    }
  }
}

/** What a database or store beside the service is started with. */
function isOfImage(name: string, value: string): boolean {
  return (
    /^(POSTGRES|PG|MYSQL|MARIADB|MONGO|REDIS|MINIO|RABBITMQ|DB|DATABASE)/i.test(name) && /^[a-z]+\d{0,4}$/i.test(value)
  )
}

/** The database of a developer: at an address without dots, or with the name and password of its image. */
function opensOnlyHere(value: string, text: string): boolean {
  if (value.includes('://')) return /@(localhost|127\.0\.0\.1|[a-z_-]+)(:\d+)?(\/|$)/i.test(value)
  return (
    /^(admin|root|postgres|mysql|password|pass|user|test|guest|123456?)$/i.test(value) &&
    /localhost|127\.0\.0\.1/.test(text)
  )
}

function* inCompose(file: { path: string; text: string }): Iterable<Match> {
  if (
    /(^|\/)(\.github|[\w-]*(test|example|sample|fixture)[\w-]*|cypress|e2e)\/|[.-](test|ci|e2e|integration|local|dev)\./i.test(
      file.path,
    )
  )
    return
  const found: Match[] = []
  for (const [index, row] of file.text.split('\n').entries()) {
    const match = /^\s*-?\s*["']?([A-Za-z_]\w*)["']?\s*[:=]\s*["']?([^"'\s#]+)/.exec(row)
    if (!match?.[1] || !match[2]) continue
    const value = match[2]
    if (
      value.startsWith('$') ||
      value.includes('${') ||
      /_(FILE|PATH|URL|URI|HOST|VERSION|NAME|HEADER|ALGORITHM|TTL|EXPIRY|EXPIRATION|LENGTH)$/i.test(match[1])
    )
      continue
    const named = /passw|secret|token|api_?key/i.test(match[1]) && !/allow_empty|random/i.test(match[1])
    if (isStandIn(value)) continue
    if ((named && !/^(true|false|yes|no|\d)$/i.test(value)) || passwordInUrl(value)) {
      found.push({
        file,
        line: index + 1,
        severity: isForProduction(file) && !isKnownDatabase(match[1], value) ? 'medium' : 'low',
        message: `\`${match[1]}\` is written in the compose file.`,
      })
    }
  }
  const weak = found.filter((match) => match.severity === 'low')
  yield* found.filter((match) => match.severity !== 'low')
  const [first, ...rest] = weak
  if (first) yield { ...first, also: rest.map((match) => ({ path: file.path, line: match.line ?? 1 })) }
}

/** Most compose files start what a developer needs; some say that they run the service itself. */
function isForProduction(file: { path: string; text: string }): boolean {
  return /prod|deploy|swarm|live/i.test(file.path) || /NODE_ENV['"]?\s*[:=]\s*['"]?production/i.test(file.text)
}

/** The password of a database that is reached only beside it. */
function isKnownDatabase(name: string, value: string): boolean {
  return /^(POSTGRES|MYSQL|MARIADB|MONGO|PG|DB|DATABASE)\w*(PASSWORD|URL|URI)$/i.test(name) || value.includes('://')
}

function* inConfig(file: { path: string; text: string }): Iterable<Match> {
  if (
    !/(^|\/)(config|conf|settings|env|secrets?|credentials?)[^/]*(\/[^/]*)?$|(^|\/)(ormconfig|nodemon|app|production|development|default|local)\.(json|ya?ml)$/i.test(
      file.path,
    )
  )
    return
  for (const [index, row] of file.text.split('\n').entries()) {
    const match = /^\s*["']?([\w-]+)["']?\s*:\s*["']([^"']+)["']/.exec(row)
    if (!match?.[1] || !match[2]) continue
    const value = match[2]
    if (passwordInUrl(value) || knownToken(value) || (secretName.test(match[1]) && looksSecret(value, match[1]))) {
      const severity = /\.(dev\w*|local)\.(json|ya?ml)$/i.test(file.path) ? { severity: 'low' as const } : {}
      yield { file, line: index + 1, ...severity, message: `\`${match[1]}\` is committed with its value.` }
    }
  }
}

function* inPrisma(file: { path: string; text: string }): Iterable<Match> {
  for (const [index, row] of file.text.split('\n').entries()) {
    const address = /^\s*\w*[uU]rl\s*=\s*"([^"]+)"/.exec(row)?.[1]
    if (address && passwordInUrl(address)) yield { file, line: index + 1, message: 'This address holds a password.' }
  }
}

/** Koa signs cookies with `app.keys`. */
/** `holder.keys = ['…']`. */
const writtenKeys = once((file: SourceFile) =>
  file.assignments.flatMap(({ left, right }) => {
    if (left.type !== 'MemberExpression' || keyOf(left) !== 'keys' || right.type !== 'ArrayExpression') return []
    const literal = right.elements.find((item) => literalText(item) !== undefined)
    return literal ? [{ object: left.object, literal }] : []
  }),
)

function* koaKeys(file: SourceFile, codebase: Codebase): Iterable<Match> {
  for (const { object, literal } of writtenKeys(file)) {
    if (codebase.meanings.nameOf(object, file) === 'koa()')
      yield { file, node: literal, message: 'The key that signs cookies is written here.' }
  }
}

function* inDockerfile(file: { path: string; text: string }): Iterable<Match> {
  for (const [index, row] of file.text.split('\n').entries()) {
    const match = /^\s*(?:ENV|ARG)\s+(\w+)[=\s]+["']?([^"'\s]+)/.exec(row)
    if (match?.[1] && match[2] && secretName.test(match[1]) && looksSecret(match[2], match[1])) {
      yield { file, line: index + 1, message: `\`${match[1]}\` is baked into the image.` }
    }
  }
}
