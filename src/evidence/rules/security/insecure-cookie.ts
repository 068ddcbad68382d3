import type { Codebase } from '../../codebase.ts'
import {
  assignedLater,
  functionAround,
  hasSpread,
  keyOf,
  pathOf,
  propertyOf,
  literalText,
  type CallNode,
  type Node,
} from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { objectOf } from '../../facts/sessions.ts'
import { responsesIn } from '../../facts/responses.ts'
import { lineOf } from '../places.ts'
import { atOnce } from '../../parse/once.ts'
import type { Match, Rule } from '../rule.ts'

const longestAgeMs = 90 * 24 * 3600 * 1000

export const insecureCookie: Rule = {
  id: 'insecure-cookie',
  category: 'insecure-cookie',
  severity: 'medium',
  confidence: 'high',
  title: 'A cookie lacks the flags that protect it',
  why: 'Without `secure` a cookie travels over plain HTTP, without `httpOnly` scripts can read it, without `sameSite` other sites can send it, and one that lives for years can be stolen for years.',
  effects: { safety: 'A stolen session cookie is a stolen account.' },
  fix: {
    say: 'Set the flags where the session or cookie is made; trust the proxy so that `secure` works behind it.',
    code: {
      Express:
        "app.set('trust proxy', 1)\napp.use(session({ secret, store, resave: false, saveUninitialized: false, name: 'sid', cookie: { secure: true, httpOnly: true, sameSite: 'lax', maxAge: 8 * 3600_000 } }))",
      Koa: "app.proxy = true\napp.use(session({ key: 'sid', store, secure: true, httpOnly: true, sameSite: 'lax', maxAge: 8 * 3600_000 }, app))",
      Fastify:
        "app.register(session, { secret, store, cookie: { secure: true, httpOnly: true, sameSite: 'lax', maxAge: 8 * 3600_000 } })",
    },
  },
  sources: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#cookies',
    'https://expressjs.com/en/resources/middleware/session.html',
  ],
  *find(codebase) {
    for (const { call, file, options, optionsFile, package: name } of codebase.sessions) {
      // What installs the service is gone before anyone signs in.
      if (name.endsWith('@fastify/cookie') || /(^|\/)(install|setup)\w*[./]/i.test(file.path)) continue
      const written =
        propertyOf(options, 'cookie') ?? (/cookie-session|client-sessions/.test(name) ? options : undefined)
      const cookie = written && objectOf(written, optionsFile, codebase.meanings)?.node
      if (written && !cookie) continue
      // What is spread in, or comes from elsewhere, may set them.
      const settings = cookie ?? options
      if (settings ? hasSpread(settings) : call.arguments.length > 0) continue
      const place = cookie ? { file: optionsFile, node: cookie } : { file, node: call }
      // `client-sessions` has a name of its own for cookies that a proxy in front encrypts.
      const secure = propertyOf(cookie, 'secure') ?? propertyOf(cookie, 'secureProxy')
      const httpOnly = propertyOf(cookie, 'httpOnly')
      if ((!secure || literalText(secure) === 'false') && !(cookie && assignedLater(optionsFile, 'secure'))) {
        const at = secure ? { file: optionsFile, node: secure } : place
        yield { ...at, message: 'The session cookie is not `secure`: it is also sent over plain HTTP.' }
      }
      if (httpOnly && literalText(httpOnly) === 'false') {
        yield {
          file: optionsFile,
          node: httpOnly,
          severity: 'high',
          message: 'The session cookie is readable by scripts (`httpOnly: false`).',
        }
      }
      const age = propertyOf(cookie, 'maxAge')
      const ms = age ? productOf(optionsFile.text.slice(age.start, age.end)) : undefined
      if (age && ms !== undefined && ms > longestAgeMs) {
        yield {
          file: optionsFile,
          node: age,
          line: lineOf(age, optionsFile),
          message: `The session cookie lives ${Math.round(ms / 86_400_000)} days.`,
        }
      }
    }
    yield* setCookies(codebase)
  },
}

function* setCookies(codebase: Parameters<Rule['find']>[0]): ReturnType<Rule['find']> {
  for (const file of codebase.production) yield* cookieHeaders(file)
  for (const { file, call, first, safe } of cookieCalls(codebase)) {
    const name = textNamed(call.arguments[first], file, codebase)
    const options = call.arguments[first + 2]
    if (!safe && !options && isNamedLater(call.arguments[first], name)) {
      yield {
        file,
        node: call,
        confidence: 'medium',
        message: 'Cookies of whatever name this is given are set without `httpOnly` and `secure`.',
      }
      continue
    }
    // Nothing is stolen with a yes or no: scripts are to read that somebody is signed in.
    if (/^(true|false|yes|no|[01])$/.test(literalText(call.arguments[first + 1]) ?? '')) continue
    if (!/sess|token|auth|jwt|sid|refresh|remember|user/i.test(name) && !holdsToken(call.arguments[first + 1])) continue
    if (options && options.type !== 'ObjectExpression') continue
    const missing = ['httpOnly', 'secure'].filter(
      // Scripts have to read the token that they send back.
      (flag) =>
        !(flag === 'httpOnly' && /[cx]srf/i.test(name)) &&
        ((!safe && !propertyOf(options, flag)) || literalText(propertyOf(options, flag)) === 'false'),
    )
    if (missing.length > 0 && !(options && file.text.slice(options.start, options.end).includes('...'))) {
      yield {
        file,
        node: call,
        message: `The cookie \`${name}\` is set without ${missing.map((flag) => `\`${flag}\``).join(' and ')}.`,
      }
    }
  }
}

/** `{ accessToken, user }`, under whatever name. */
function holdsToken(value: Node | undefined): boolean {
  return (
    value?.type === 'ObjectExpression' &&
    value.properties.some(
      (item) => item.type === 'Property' && /^((access|refresh|auth|id)_?)?token$|^jwt$/i.test(keyOf(item) ?? ''),
    )
  )
}

/** `res.cookie(key, value)` for each field of an object: what holds the account is among them. */
function isNamedLater(given: Node | undefined, name: string): boolean {
  return name === '' && given?.type === 'Identifier'
}

/** A text, also where it is a constant of another file. */
function textNamed(node: Node | undefined, file: SourceFile, { meanings }: Codebase): string {
  const meaning = node && meanings.of(node, file)
  return literalText(node) ?? (meaning?.kind === 'value' ? literalText(meaning.node) : undefined) ?? ''
}

const attribute = /;\s*(HttpOnly|Path=|Max-Age|Expires=|SameSite)/i
const writesHeader = new RegExp(`set-cookie|${attribute.source}`, 'i')

/** A cookie written as the text of its header, wherever that is made: `Token=${token}; HttpOnly; Path=/`. */
const cookieHeaders = atOnce((file: SourceFile): readonly Match[] =>
  (writesHeader.test(file.text) ? [...file.templates, ...file.literals] : []).flatMap((node) => {
    const text = file.text.slice(node.start, node.end)
    if (!/^[`'"][\w.-]*(sess|token|auth|jwt|sid|refresh)[\w.-]*=/i.test(text) || /max-age=0|=;/i.test(text)) return []
    const isHeader = attribute.test(text) || isGivenAsHeader(node)
    const missing = ['HttpOnly', 'Secure'].filter((flag) => !new RegExp(`;\\s*${flag}`, 'i').test(text))
    if (!isHeader || missing.length === 0 || /\$\{[^}]*(secure|flags|options|attributes)/i.test(text)) return []
    const message = `The cookie is set without ${missing.map((flag) => `\`${flag}\``).join(' and ')}.`
    return [{ file, node, message }]
  }),
)

function isGivenAsHeader(node: Node): boolean {
  const call = node.parent
  return call?.type === 'CallExpression' && /^set-cookie$/i.test(literalText(call.arguments[0]) ?? '')
}

/** `safe`: the flags are set unless the code takes them away, as in Koa. */
type CookieCall = { file: SourceFile; call: CallNode; first: number; safe?: true }

/** Calls that set a cookie: Express's `res.cookie`, Fastify's `reply.setCookie`, Koa's `ctx.cookies.set`, Hono's `setCookie`. */
function cookieCalls(codebase: Codebase): CookieCall[] {
  const own = codebase.production.flatMap((file) =>
    responsesIn(file, codebase.web)
      .filter(({ method }) => method === 'cookie' || method === 'setCookie')
      .map(({ call }) => ({ file, call, first: 0 })),
  )
  const koa = codebase.index
    .methods('set')
    .filter(({ call }) => /(^|\.)cookies\.set$/.test(pathOf(call.callee)))
    .map(({ file, call }) => ({ file, call, first: 0, safe: true as const }))
  const hono = codebase.index
    .named(/^hono\.cookie\.set(Signed)?Cookie$/)
    .map(({ file, call }) => ({ file, call, first: 1 }))
  // The context of a GraphQL server holds the answer.
  const inContext = codebase.index
    .methods('cookie')
    .filter(({ call }) => /(^|\.)(ctx|context)\.(res|response|reply)\.cookie$/.test(pathOf(call.callee)))
    .map(({ file, call }) => ({ file, call, first: 0 }))
  return [...own, ...inContext, ...inResolvers(codebase), ...koa, ...hono]
}

/** `(parent, args, { res }) => res.cookie(…)`: the answer, taken out of the context. */
function inResolvers({ index, web }: Codebase): CookieCall[] {
  return index.methods('cookie').flatMap(({ file, call }) => {
    const around = functionAround(call)
    const isOwn = around && web.handlers.get(around)?.framework === 'graphql'
    return isOwn && /^(res|response|reply)\.cookie$/.test(pathOf(call.callee)) ? [{ file, call, first: 0 }] : []
  })
}

/** The value of a product of numbers such as `1000 * 60 * 60`. */
function productOf(text: string): number | undefined {
  if (!/^[\d\s*_.]+$/.test(text)) return undefined
  return text
    .replaceAll('_', '')
    .split('*')
    .reduce((product, part) => product * Number(part), 1)
}
