import type { Codebase } from '../../codebase.ts'
import { hasAuth } from '../../facts/access-control.ts'
import { bodyText } from '../../facts/responses.ts'
import { contains, literalText, propertyOf } from '../../parse/ast.ts'
import { objectOf } from '../../facts/sessions.ts'
import type { Match, Rule } from '../rule.ts'

export const cacheHeaders: Rule = {
  id: 'cache-headers',
  category: 'missing-cache',
  severity: 'medium',
  confidence: 'medium',
  title: 'Caches keep what they should not, or not what they should',
  why: '`public` lets every cache between here and the reader keep an answer and give it to others, even if it was asked for with a cookie. Built files with a hash in their name never change, and are asked for again on each page when nothing says so.',
  effects: {
    safety: 'One user sees the answer of another.',
    latency: 'One round trip for each file of each page.',
  },
  fix: {
    say: 'Personal answers are `private` or `no-store`; files with a hash in their name may be kept for a year.',
    code: {
      Express:
        "res.set('Cache-Control', 'private, no-store')\napp.use('/assets', express.static('dist/assets', { maxAge: '1y', immutable: true }))",
      Fastify:
        "reply.header('Cache-Control', 'private, no-store')\napp.register(fastifyStatic, { root, maxAge: '1y', immutable: true })",
    },
  },
  sources: [
    'https://www.rfc-editor.org/rfc/rfc9111#name-storing-responses-to-authen',
    'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Cache-Control',
    'https://expressjs.com/en/resources/middleware/serve-static.html',
  ],
  limits: 'Headers a proxy or a content network sets are not seen unless their configuration is in the repository.',
  *find(codebase) {
    yield* sharedAnswers(codebase)
    yield* builtFiles(codebase)
  },
}

function* sharedAnswers(codebase: Codebase): Iterable<Match> {
  const personal = codebase.web.routes.filter(
    (route) =>
      route.handler &&
      hasAuth(route) &&
      /\b(req|request|ctx\.state|ctx|res\.locals|session)\.(user|session|auth|userId|account)\b/.test(
        bodyText(route.handler.node, route.handler.file),
      ),
  )
  if (personal.length === 0) return
  for (const { call, file } of codebase.index.methods('set', 'setHeader', 'header', 'append')) {
    const [name, value] = call.arguments
    if (!/^cache-control$/i.test(literalText(name) ?? '') || !/\bpublic\b|s-maxage/i.test(literalText(value) ?? ''))
      continue
    const route = personal.find(({ handler }) => handler?.file === file && contains(handler.node, call))
    if (route)
      yield {
        file,
        node: call,
        message: `${route.path} answers for the one who is signed in, and lets shared caches keep it.`,
      }
  }
}

function* builtFiles(codebase: Codebase): Iterable<Match> {
  const served = codebase.index.named(/^express\.static$|^serve-static$|^koa-static$/)
  if (
    served.length === 0 ||
    [...codebase.texts].some(
      ([path, text]) => /nginx|Caddyfile|\.conf$|cdn|cloudfront/i.test(path) && /expires|max-age|cache/i.test(text),
    )
  )
    return
  for (const { call, file } of served) {
    const root = call.arguments[0]
    const text = root ? file.text.slice(root.start, root.end) : ''
    if (text.includes('node_modules') || !/['"/](build|dist|_next)['"/)]/.test(text)) continue
    const options = call.arguments[1]
    const found = options && objectOf(options, file, codebase.meanings)?.node
    if (
      options &&
      (!found || ['maxAge', 'maxage', 'setHeaders', 'cacheControl', 'immutable'].some((key) => propertyOf(found, key)))
    )
      continue
    yield {
      file,
      node: call,
      severity: 'info',
      confidence: 'low',
      message: 'Built files are asked for again on each page: there is no `maxAge`.',
    }
  }
}
