import {
  ancestor,
  contains,
  functionAround,
  keyOf,
  literalText,
  propertyOf,
  type FunctionNode,
  type Node,
} from '../../parse/ast.ts'
import type { Codebase } from '../../codebase.ts'
import { verbs } from '../../facts/frameworks.ts'
import { says } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { objectOf } from '../../facts/sessions.ts'
import { headersIn } from '../../facts/answer-headers.ts'
import type { Match, Rule, Severity } from '../rule.ts'

export const cors: Rule = {
  id: 'cors',
  category: 'cors',
  severity: 'medium',
  confidence: 'high',
  title: 'Every site may read responses',
  why: 'With credentials allowed for any origin, a page on another site can read what the signed-in user can read.',
  effects: { safety: 'Other sites read private answers in the name of your users.' },
  fix: {
    say: 'List the origins.',
    code: {
      Express: "app.use(cors({ origin: ['https://app.example.com'], credentials: true }))",
      Fastify: "await app.register(cors, { origin: ['https://app.example.com'], credentials: true })",
      Koa: "app.use(cors({ origin: 'https://app.example.com', credentials: true }))",
      NestJS: "app.enableCors({ origin: ['https://app.example.com'], credentials: true })",
    },
  },
  sources: ['https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS#requests_with_credentials'],
  *find(codebase) {
    yield* configured(codebase)
    yield* fastifyPlugins(codebase)
    yield* repeatedOrigins(codebase)
  },
}

const anyWithSessions = {
  severity: 'low',
  confidence: 'medium',
  message: 'Any origin is allowed although sessions are kept in cookies.',
  words: {
    why: 'Without `credentials` browsers keep private answers back; other sites read the rest, and one option more opens all of it.',
    effects: { safety: 'Private answers are one option away from every site.' },
  },
} as const

function* configured(codebase: Codebase): Iterable<Match> {
  const calls = [
    ...codebase.index.named(/^(cors|@koa\/cors|hono\.cors\.cors)$/),
    ...codebase.index.methods('enableCors'),
  ]
  for (const { call, file } of calls) {
    if (onlyInDevelopment(call, file)) continue
    const [argument] = call.arguments
    // A function decides for each request, and what else is no object is unknown.
    const options = argument && objectOf(argument, file, codebase.meanings)?.node
    if (argument && !options) continue
    const origin = propertyOf(options, 'origin')
    const isAny = literalText(origin) === '*'
    const credentials = literalText(propertyOf(options, 'credentials')) === 'true'
    if (origin && options && credentials && (isAny || reflects(origin, file)))
      yield { ...placeOf(call, options, origin, file), severity: reach(codebase), message: anyWithCredentials }
    else if ((isAny || !origin) && call.callee.type === 'Identifier' && !isOfRoute(call) && keepsCookies(codebase))
      yield { file, node: call, ...anyWithSessions }
  }
}

const anyWithCredentials = 'Any origin is allowed together with credentials.'

/**
 * Where the caller’s token is in a header, no other site can send it; and browsers send a cookie along with another
 * site's request only where it says `SameSite=None`.
 */
function reach(codebase: Codebase): Severity {
  if (!readsCookies(codebase)) return 'low'
  return codebase.production.some(sendsEverywhere) ? 'high' : 'medium'
}

const sendsEverywhere = says(/same_?site\b[^\n]{0,60}['"`]?none\b/i)

/** At the origin where the options are written apart from the call. */
function placeOf(call: Node, options: Node, origin: Node, file: SourceFile): { file: SourceFile; node: Node } {
  const isApart = !contains(call, options) && contains(file.program, options)
  return { file, node: isApart ? origin : call }
}

/** Whether whatever origin asks is the one allowed. */
function reflects(origin: Node, file: SourceFile): boolean {
  if (literalText(origin) === 'true') return true
  const text = file.text.slice(origin.start, origin.end)
  return (
    origin.type === 'ArrowFunctionExpression' && repeats.test(text) && !/includes|indexOf|===|test|has\(/.test(text)
  )
}

const repeats =
  /\(null,\s*(true|origin)\)|=>\s*(origin|\w+\.(get|header|req\.header)\(\s*['"]origin['"]\s*\)|\w+\.(request\.)?headers?\.origin)\s*$/i

function* fastifyPlugins(codebase: Codebase): Iterable<Match> {
  if (codebase.sessions.length === 0) return
  for (const { call, file } of codebase.index.methods('register')) {
    const [plugin, options] = call.arguments
    if (plugin && codebase.meanings.nameOf(plugin, file) === '@fastify/cors' && !propertyOf(options, 'origin'))
      yield { file, node: call, ...anyWithSessions }
  }
}

/** The header is set to what the caller names, whoever it is. */
function* repeatedOrigins(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { call, name, value } of headersIn(file, codebase)) {
      if (name !== 'access-control-allow-origin' || !codebase.flow.trace(value, file)) continue
      const around = functionAround(call)
      const before = file.text.slice(Math.max(around?.start ?? 0, call.start - 600), call.start)
      if (/includes|indexOf|allowed|whitelist|origin\s*===?\s*['"`]/i.test(before)) continue
      if (around?.type === 'FunctionDeclaration' && isNamedOnce(around, file)) continue
      yield {
        file,
        node: call,
        severity: /access-control-allow-credentials/i.test(file.text) ? reach(codebase) : 'low',
        message: 'The allowed origin repeats whatever origin asks.',
      }
    }
  }
}

/** A function that its file declares and never names again answers nobody. */
function isNamedOnce({ id }: FunctionNode, { text }: SourceFile): boolean {
  return id !== null && text.split(new RegExp(String.raw`\b${id.name}\b`)).length === 2
}

/** One route may be meant for other sites. */
function isOfRoute(call: Node): boolean {
  return call.parent?.type === 'CallExpression' && verbs.has(keyOf(call.parent.callee) ?? '')
}

/** In the branch that production does not take. */
function onlyInDevelopment(node: Node, file: SourceFile): boolean {
  const branch = ancestor(node, (at) => at.type === 'IfStatement', functionAround(node))
  if (branch?.type !== 'IfStatement') return false
  const test = file.text.slice(branch.test.start, branch.test.end)
  const isElse = branch.alternate !== null && contains(branch.alternate, node)
  return isElse
    ? /^[^!]*(isProd|production)/i.test(test)
    : /^!\s*\w*isProd|isDev|(?<!!==?\s*)['"](dev(elopment)?|local)['"]|!==?\s*['"]production/i.test(test)
}

/** Something is read from a cookie, or kept under a session. */
function readsCookies(codebase: Codebase): boolean {
  return (
    keepsCookies(codebase) ||
    codebase.production.some((file) =>
      /\bcookies?\b\??[.[(]|@Cookies\(|useCookie|cookieAuth|passport\.session/i.test(file.text),
    )
  )
}

/** Browsers sign callers in by a cookie. */
function keepsCookies(codebase: Codebase): boolean {
  return (
    codebase.sessions.length > 0 ||
    codebase.production.some((file) =>
      /\.(cookie|setCookie|cookies\.set)\(\s*['"]\w*(token|sess|auth|jwt)/i.test(file.text),
    )
  )
}
