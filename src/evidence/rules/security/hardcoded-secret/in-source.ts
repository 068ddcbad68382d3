import { runsInMongoShell } from '../../../facts/mongo-shell.ts'
import { knownToken, looksSecret, passwordInUrl, secretName } from '../../../facts/secrets.ts'
import {
  ancestor,
  contains,
  functionAround,
  keyOf,
  literalText,
  pathOf,
  propertyOf,
  unwrap,
  type Node,
} from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { isDefaultOfEnvironment, settingWithDefault } from './defaults.ts'
import { opensOnlyHere } from './in-settings.ts'
import { isMeantOtherwise } from './meant-otherwise.ts'
import { hashed, ofShell } from './words.ts'

export const secretsIn = atOnce((file: SourceFile) => [...inSource(file)])

function* inSource(file: SourceFile): Iterable<Match> {
  for (const literal of file.literals) {
    if (typeof literal.value !== 'string' || literal.value.length < 3) continue
    const value = literal.value
    const token = knownToken(value)
    const password = passwordInUrl(value)
    if (isShown(literal)) continue
    if (token)
      yield {
        file,
        node: literal,
        severity: isStandInName(literal) ? 'medium' : isOfPage(literal) ? 'low' : 'critical',
        message: `This is ${token}.`,
      }
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
        !isMeantOtherwise(literal, value, name)
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
  const fallback = isFallback(literal, name, file)
  if (
    fallback &&
    /^([mM]ock|[fF]ake|[dD]ummy|MOCK|FAKE|DUMMY)(?![a-z])/.test(value) &&
    (!signsOwn.test(name) || ofProvider.test(name))
  )
    return false
  if (fallback && /api_?key|access_?key|client_?secret|api_?secret/i.test(name))
    return looksSecret(value, name) && value.length >= 16 && /\d/.test(value) && !/^[0-]+$/.test(value)
  return fallback || looksSecret(value, name)
}

const ofProvider = /^(twitter|google|git_?(hub|lab)|facebook|linkedin|apple|discord|slack|stripe|twilio|aws|azure)_/i

const signsOwn = /jwt|session|cookie|token|sign|encrypt|hmac/i

export function isTestLike(file: SourceFile): boolean {
  return /(^|\/)(translations?|locales?|i18n|l10n)\/|(integration|e2e)\/setup\.|(^|\/)test(ing)?([-_.](env|settings|config|setup))?\.[cm]?[jt]s$|test-?fixtures|\.skip\.|(^|\/)(openapi|swagger)\//.test(
    file.path,
  )
}

function judge(
  literal: Node,
  name: string,
  file: SourceFile,
): Pick<Match, 'message' | 'severity' | 'confidence' | 'words'> {
  if (isHash.test(literalText(literal) ?? ''))
    return { severity: 'low', words: hashed, message: `The hash of \`${name}\` is written in the source.` }
  const { parent } = carrierOf(literal)
  if (
    parent?.type === 'LogicalExpression' ||
    parent?.type === 'ConditionalExpression' ||
    parent?.type === 'AssignmentPattern' ||
    settingWithDefault(literal) !== undefined
  ) {
    const message = `\`${name}\` falls back to a secret that is in the source when the setting is missing.`
    const isOwn = passwordName.test(name) && isOfDeveloper.test(literalText(literal) ?? '')
    if (
      isOwn ||
      isOfDevelopment.test(file.path) ||
      isBesideProduction(literal, file) ||
      isRefusedByName(literal, name, file)
    )
      return { message, severity: 'low' }
    return isFirstAccount(literal) ? { message, severity: 'medium' } : { message }
  }
  if (
    /localhost|127\.0\.0\.1/.test(file.text.slice(Math.max(0, literal.start - 200), literal.end + 200)) &&
    /passw|pass$/i.test(name)
  ) {
    return { message: `\`${name}\` is written in the source.`, severity: 'medium' }
  }
  if (runsInMongoShell(file))
    return { severity: 'low', words: ofShell, message: `\`${name}\` is written in the source.` }
  const severity =
    isOfPage(literal) || isToTryOut(literal, file) || isRefusedLater(literal, file) ? { severity: 'low' as const } : {}
  return { ...severity, message: `\`${name}\` is written in the source.` }
}

/** `if (settings.STORAGE_KEY === 'storage') addIssue(…)`, where production starts. */
function isRefusedByName(literal: Node, name: string, file: SourceFile): boolean {
  const text = literalText(literal) ?? ''
  const compared = `${name} === '${text}'`
  return file.text.replaceAll('"', "'").includes(compared) && /production/i.test(file.text)
}

/** `const tlsDefaults = { key: '…' }`: what runs until somebody gives their own. */
function isStandInName(literal: Node): boolean {
  const declared = ancestor(literal, ({ type }) => type === 'VariableDeclarator')
  return declared?.type === 'VariableDeclarator' && /default|example|sample|dummy|fake|test/i.test(pathOf(declared.id))
}

/** What every visitor of a page is given: the settings of Firebase, the key that Algolia is searched with. */
function isOfPage({ parent }: Node): boolean {
  return ['authDomain', 'x-algolia-application-id'].some((name) => propertyOf(parent?.parent, name) !== undefined)
}

/** In `if (!secret) { if (isProduction) throw …; secret = 'secret' }`: production does not get as far. */
function isRefusedLater(literal: Node, file: SourceFile): boolean {
  const branch = literal.parent?.type === 'AssignmentExpression' ? ancestor(literal, isBranch) : undefined
  return branch !== undefined && /production/i.test(file.text.slice(branch.start, literal.start))
}

/** `isProduction ? required('KEY') : (given ?? 'secret')` */
function isBesideProduction(literal: Node, file: SourceFile): boolean {
  const choice = ancestor(literal, ({ type }) => type === 'ConditionalExpression')
  if (choice?.type !== 'ConditionalExpression') return false
  const test = file.text.slice(choice.test.start, choice.test.end)
  const isOther = /^!|!==?/.test(test)
  return /prod/i.test(test) && contains(isOther ? choice.consequent : choice.alternate, literal)
}

function isBranch({ type }: Node): boolean {
  return type === 'IfStatement'
}

/** The account that a new installation starts with, told to whoever sets it up. */
function isFirstAccount(literal: Node): boolean {
  const around = functionAround(literal)
  const method = around?.parent?.type === 'MethodDefinition' ? keyOf(around.parent) : around?.id?.name
  return /^(init|seed|create(default|initial|first))\w*(admin|user|account)/i.test(method ?? '')
}

/** Accounts that are made to try things out, the server of a developer, and settings that only a tool reads. */
function isToTryOut(literal: Node, file: SourceFile): boolean {
  if (file.kind === 'migration' || file.kind === 'script') return true
  if (isOfDevelopment.test(file.path) || isSaidToBe(literal, file)) return true
  const holder = literal.parent?.parent
  const user = propertyOf(holder, 'user') ?? propertyOf(holder, 'username')
  return user !== undefined && literalText(user) === literalText(literal)
}

/** The comment above says what it is for: `The password of every fixture.` */
function isSaidToBe(literal: Node, file: SourceFile): boolean {
  const statement = ancestor(literal, (at) => at.parent?.type === 'Program')
  if (!statement) return false
  const above = file.comments.findLast(({ end }) => end <= statement.start)
  return (
    above !== undefined &&
    file.text.slice(above.end, statement.start).trim() === '' &&
    /\b(fixtures?|demo|seed(s|ed)?|(for|in) (the )?tests?)\b/i.test(above.text)
  )
}

const isOfDevelopment = /(^|[/.-])(dev|local|development)\.[cm]?[jt]s$|(^|\/)demo[-.][^/]+$|(^|\/)knexfile\.[cm]?[jt]s$/

/** What bcrypt, scrypt and Argon2 make of a password. */
const isHash = /^\$(2[abxy]?|argon2\w*|scrypt)\$/

const passwordName = /passw|pass$|pwd/i

/** What the database beside a developer is opened with, a plain word: it keeps nobody out, and no server has it. */
const isOfDeveloper = /^([a-z]+|12345?6?)$/i

/** What becomes of a literal before it is stored: `Buffer.from('…', 'base64').toString()`, `'…'.trim()`. */
function carrierOf(literal: Node): Node {
  let at = literal
  for (let up = at.parent; up; up = at.parent) {
    const isRead =
      up.type === 'CallExpression' && up.arguments[0] === at && /^(Buffer\.from|atob)$/.test(pathOf(up.callee))
    const isMethod = up.type === 'MemberExpression' && up.object === at && /^(toString|trim)$/.test(keyOf(up) ?? '')
    if (isRead) at = up
    else if (isMethod && up.parent?.type === 'CallExpression' && up.parent.callee === up) at = up.parent
    else break
  }
  return at
}

/** The name a literal is stored under, through defaults and fallbacks. */
function holderOf(literal: Node): string | undefined {
  const setting = settingWithDefault(literal)
  if (setting !== undefined) return setting
  let at = carrierOf(literal)
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
  if (parent?.type === 'CallExpression' && parent.arguments[1] === at && isOfSettings(parent.callee))
    return literalText(parent.arguments[0])
  return undefined
}

/** `app.set('tokenSecret', 'text')`. */
function isOfSettings(callee: Node): boolean {
  return (
    callee.type === 'MemberExpression' &&
    keyOf(callee) === 'set' &&
    /(^|\.)(app|server|nconf|config\w*|settings?)$/i.test(pathOf(callee.object))
  )
}

/** `process.env.X || 'text'`: whatever the text, it is what production runs with when the setting is missing. */
function isFallback(literal: Node, name: string, file: SourceFile): boolean {
  const given = carrierOf(literal)
  const { parent } = given
  if (parent?.type === 'ConditionalExpression')
    return parent.alternate === given && isSetting.test(file.text.slice(parent.test.start, parent.test.end))
  if (!standsIn(literalText(literal) ?? '', name)) return false
  if (settingWithDefault(literal) !== undefined) return true
  if (parent?.type === 'AssignmentPattern') return isDefaultOfEnvironment(parent, file)
  if (parent?.type !== 'LogicalExpression' && parent?.type !== 'BinaryExpression') return false
  return parent.right === given && isSetting.test(file.text.slice(parent.left.start, parent.left.end))
}

const isSetting = /process\??\.env\b|\bconfig\w*(\(\))?\.get(OrThrow)?(<\w+>)?\(/i

/** A text that would be taken for the secret: a password may be short, a switch is none. */
function standsIn(text: string, name: string): boolean {
  if (/localhost|^https?:|\s/.test(text) || /^(test|none|null|true|false|off)$/i.test(text)) return false
  return passwordName.test(name) ? text.length > 2 : /^.{6,}$/.test(text) && !/^\d+$/.test(text)
}

/** `Joi.string().example('…')` describes a field. */
function isShown({ parent }: Node): boolean {
  return parent?.type === 'CallExpression' && /^(example|describe|description|meta)$/.test(keyOf(parent.callee) ?? '')
}
