import { indentOf } from '../../../../lib/markdown-lines.ts'
import { isStandIn, knownToken, looksSecret, passwordInUrl, secretName } from '../../../facts/secrets.ts'
import { once } from '../../../parse/once.ts'
import type { TextFile } from '../../../parse/source-file.ts'
import { inOne } from '../../matches.ts'
import type { Match, Words } from '../../rule.ts'
import { composed, keyFile } from './words.ts'
import { isDotenv, isEncrypted, settingsIn } from './dotenv.ts'
import { accountsInSql } from './accounts-in-sql.ts'
import { inExample } from './in-examples.ts'

/** Secrets in files that are no code: settings, images, keys. */
export const inTextOf = once(({ path, text }: TextFile) => [...inText(path, text)])

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
        ? {
            file,
            line: 1,
            severity: 'low',
            words: keyFile,
            message: 'A private key, locked with a password, is in the repository.',
          }
        : {
            file,
            line: 1,
            severity: isOfTrial(path) ? 'low' : 'high',
            words: keyFile,
            message: 'A private key is in the repository.',
          }
  } else if (isDotenv(path)) yield* inDotenv(file)
  else if (/^(docker-)?compose([.-].*)?\.ya?ml$/.test(name)) yield* inCompose(file)
  else if (
    /\.(json|ya?ml)$/.test(name) &&
    !/package|lock|tsconfig|swagger|openapi|i18n|locale|lang|schema|postman/i.test(path) &&
    text.length < 200_000
  )
    yield* inConfig(file)
  else if (/Dockerfile/.test(name)) yield* inDockerfile(file)
  else if (name.endsWith('.prisma')) yield* inPrisma(file)
  else if (name.endsWith('.sql')) yield* accountsInSql(file)
  else if (/^\.?env\.((?!test|ci|e2e|acceptance)\w+\.)?(example|sample|template|dist)$/.test(name))
    yield* inExample(file)
}

/** A key that proves a developer's own machine, or one made up to try things out. */
function isOfTrial(path: string): boolean {
  return /localhost|self-?signed|snake-?oil|(^|[/._-])(dev|local|mocks?|demo|examples?|samples?|dummy|performance|perf|load-?tests?|bench(marks?)?)([/._-]|$)/i.test(
    path,
  )
}

function* inDotenv(file: { path: string; text: string }): Iterable<Match> {
  for (const { name, value, line } of settingsIn(file.text)) {
    if (/^(NX_)?(REACT_APP|NEXT_PUBLIC|VITE|NUXT_PUBLIC|PUBLIC|EXPO_PUBLIC)_/.test(name)) continue
    if (!passwordInUrl(value) && !knownToken(value) && !(secretName.test(name) && looksSecret(value, name))) continue
    const isHarmless =
      opensOnlyHere(value, file.text) || isOfImage(name, value) || /\.(dev\w*|test|ci|e2e|local)$/.test(file.path)
    const severity = isHarmless ? { severity: 'low' as const } : {}
    yield { file, line, ...severity, words: committed(file.path), message: `\`${name}\` is committed with its value.` }
  }
}

function committed(path: string): Words {
  return {
    fix: {
      say: 'Take the file out of the repository, keep an example with the names alone, and replace every value that was published.',
      code: { any: `git rm --cached ${path}\necho '${path}' >> .gitignore` },
    },
  }
}

/** What a database or store beside the service is started with. */
function isOfImage(name: string, value: string): boolean {
  return (
    /^(POSTGRES|PG|MYSQL|MARIADB|MONGO|REDIS|MINIO|RABBITMQ|DB|DATABASE)/i.test(name) && /^[a-z]+\d{0,4}$/i.test(value)
  )
}

/** The database of a developer: at an address without dots, or with the name and password of its image. */
export function opensOnlyHere(value: string, text: string): boolean {
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
        words: composed(match[1] ?? 'PASSWORD'),
        message: `\`${match[1]}\` is written in the compose file.`,
      })
    }
  }
  const weak = found.filter((match) => match.severity === 'low')
  yield* found.filter((match) => match.severity !== 'low')
  yield* inOne(weak)
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
  const isProduction = /(^|[/.-])prod(uction)?\.(json|ya?ml)$/i.test(file.path)
  let block = ''
  const rows = file.text.split('\n')
  for (const [index, row] of rows.entries()) {
    block = /^\s*["'](\w+)["']\s*:\s*\{\s*$/.exec(row)?.[1] ?? block
    const match = /^\s*["']?([\w-]+)["']?\s*:\s*["']([^"']+)["']/.exec(row)
    if (!match?.[1] || !match[2]) continue
    const value = match[2]
    if (isEncrypted(value)) continue
    if (passwordInUrl(value) || knownToken(value) || (secretName.test(match[1]) && looksSecret(value, match[1]))) {
      const isHarmless =
        opensOnlyHere(value, file.text) ||
        /[./-](dev\w*|local|ci|e2e|tests?)\.(json|ya?ml)$|example|sample/i.test(file.path) ||
        isOfOwnMachine(rows, index)
      const severity = isHarmless ? { severity: 'low' as const } : {}
      yield { file, line: index + 1, ...severity, message: `\`${match[1]}\` is committed with its value.` }
    } else if (
      /^(password|pass)$/.test(match[1]) &&
      (isProduction || (block === 'production' && /"dialect"/.test(file.text)))
    )
      yield { file, line: index + 1, severity: 'medium', message: 'The password of the database is written here.' }
  }
}

/** A row of settings beside an address of this machine, or in the section of tests or of development. */
function isOfOwnMachine(rows: readonly string[], at: number): boolean {
  const own = indentOf(rows[at] ?? '')
  const isLess = (row: string) => row.trim() !== '' && indentOf(row) < own
  const first = rows.findLastIndex((row, index) => index < at && isLess(row)) + 1
  const last = rows.findIndex((row, index) => index > at && isLess(row))
  const beside = rows.slice(first, last < 0 ? rows.length : last)
  if (beside.some((row) => /\b(localhost|127\.0\.0\.1)\b/.test(row))) return !beside.some((row) => otherHost.test(row))
  let outer = own
  for (const row of rows.slice(0, at).toReversed()) {
    if (row.trim() === '' || indentOf(row) >= outer) continue
    outer = indentOf(row)
    if (/^\s*["']?(test|testing|development|dev|local)["']?\s*:/.test(row)) return true
  }
  return false
}

/** `"SMTP_HOST": "smtp.example.org"`: what stands beside it opens a service elsewhere. */
const otherHost = /^\s*["']?\w*host["']?\s*:\s*["'][\w-]+(\.[\w-]+)*\.[a-z]{2,}["']/i

function* inPrisma(file: { path: string; text: string }): Iterable<Match> {
  for (const [index, row] of file.text.split('\n').entries()) {
    const address = /^\s*\w*[uU]rl\s*=\s*"([^"]+)"/.exec(row)?.[1]
    if (address && passwordInUrl(address)) yield { file, line: index + 1, message: 'This address holds a password.' }
  }
}

function* inDockerfile(file: { path: string; text: string }): Iterable<Match> {
  for (const [index, row] of file.text.split('\n').entries()) {
    const match = /^\s*(?:ENV|ARG)\s+(\w+)[=\s]+["']?([^"'\s]+)/.exec(row)
    if (match?.[1] && match[2] && secretName.test(match[1]) && looksSecret(match[2], match[1])) {
      yield { file, line: index + 1, message: `\`${match[1]}\` is baked into the image.` }
    }
    const copied = /^\s*(?:COPY|ADD)\s+(?:--\S+\s+)*(?:\S*\/)?(\.env(?:\.\w+)*)\s/.exec(row)?.[1]
    if (copied && !/example|sample|template|dist$/i.test(copied))
      yield {
        file,
        line: index + 1,
        severity: 'medium',
        message: `\`${copied}\` is copied into the image: whoever has the image has what is in it.`,
      }
  }
}
