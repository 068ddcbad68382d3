import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  keyOf,
  literalText,
  propertyOf,
  type Node,
} from '../../parse/ast.ts'
import type { Codebase } from '../../codebase.ts'
import { verbs } from '../../facts/frameworks.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { objectOf } from '../../facts/sessions.ts'
import { headersIn } from '../../facts/answer-headers.ts'
import type { Match, Rule } from '../rule.ts'

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
      NestJS: "app.enableCors({ origin: ['https://app.example.com'], credentials: true })",
    },
  },
  sources: ['https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS#requests_with_credentials'],
  *find(codebase) {
    const configured = [
      ...codebase.index.named(/^(cors|@koa\/cors|hono\.cors\.cors)$/),
      ...codebase.index.methods('enableCors'),
    ]
    for (const { call, file } of configured) {
      if (onlyInDevelopment(call, file)) continue
      const argument = call.arguments[0]
      // Decided for each request.
      if (argument && (isFunction(argument) || codebase.meanings.functionOf(argument, file))) continue
      const options = argument ? objectOf(argument, file, codebase.meanings)?.node : undefined
      if (argument && !options) continue
      const origin = propertyOf(options, 'origin')
      const text = literalText(origin)
      const credentials = literalText(propertyOf(options, 'credentials')) === 'true'
      const reflects =
        text === 'true' ||
        (origin?.type === 'ArrowFunctionExpression' &&
          /\(null,\s*(true|origin)\)|=>\s*(origin|\w+\.(get|header|req\.header)\(\s*['"]origin['"]\s*\)|\w+\.(request\.)?headers?\.origin)\s*$/i.test(
            file.text.slice(origin.start, origin.end),
          ) &&
          !/includes|indexOf|===|test|has\(/.test(file.text.slice(origin.start, origin.end)))
      if (credentials && (reflects || text === '*')) {
        const apart =
          options !== undefined && origin !== undefined && !contains(call, options) && contains(file.program, options)
        yield {
          file,
          node: apart ? origin : call,
          // Where the caller’s token is in a header, no other site can send it.
          severity: readsCookies(codebase) ? 'high' : 'low',
          message: 'Any origin is allowed together with credentials.',
        }
      } else if (
        !isOfRoute(call) &&
        (!options || text === '*' || !origin) &&
        keepsCookies(codebase) &&
        call.callee.type === 'Identifier'
      ) {
        yield {
          file,
          node: call,
          severity: 'low',
          confidence: 'medium',
          message: 'Any origin is allowed although sessions are kept in cookies.',
        }
      }
    }
    for (const { call, file } of codebase.index.methods('register')) {
      const plugin = call.arguments[0]
      if (!plugin || codebase.meanings.nameOf(plugin, file) !== '@fastify/cors' || codebase.sessions.length === 0)
        continue
      if (!propertyOf(call.arguments[1], 'origin'))
        yield {
          file,
          node: call,
          severity: 'low',
          confidence: 'medium',
          message: 'Any origin is allowed although sessions are kept in cookies.',
        }
    }
    yield* repeatedOrigins(codebase)
  },
}

/** The header is set to what the caller names, whoever it is. */
function* repeatedOrigins(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { call, name, value } of headersIn(file, codebase)) {
      if (name !== 'access-control-allow-origin' || !codebase.flow.trace(value, file)) continue
      const before = file.text.slice(Math.max(0, call.start - 600), call.start)
      if (/includes|indexOf|allowed|whitelist|origin\s*===?\s*['"`]/i.test(before)) continue
      yield {
        file,
        node: call,
        severity: /access-control-allow-credentials/i.test(file.text) ? 'high' : 'low',
        message: 'The allowed origin repeats whatever origin asks.',
      }
    }
  }
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
    : /^!\s*\w*isProd|isDev|['"]development['"]|!==?\s*['"]production/i.test(test)
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
