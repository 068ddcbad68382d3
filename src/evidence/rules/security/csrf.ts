import { graphqlServers } from '../../facts/graphql.ts'
import { objectOf } from '../../facts/sessions.ts'
import { literalText, propertyOf } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { applicationPlace, importsPackage } from '../places.ts'
import type { Rule } from '../rule.ts'
import { signInWithoutState } from './csrf/sign-in-without-state.ts'

const packages = /csrf|csurf|lusca|@dr\.pogodin\/csurf|hono\/csrf/

export const csrf: Rule = {
  id: 'csrf',
  category: 'csrf',
  severity: 'medium',
  confidence: 'medium',
  title: 'Cookie sessions without protection against cross-site requests',
  why: 'A browser sends the session cookie with requests that other sites make it send, so those sites can act as the signed-in user.',
  effects: { safety: 'A visited page can post forms in the name of your users.' },
  fix: {
    say: 'Set `sameSite` on the session cookie and check a token on every request that changes state.',
    code: {
      Express:
        "import cookieParser from 'cookie-parser'\nimport { doubleCsrf } from 'csrf-csrf'\nconst { doubleCsrfProtection, generateCsrfToken } = doubleCsrf({ getSecret: () => secret, getSessionIdentifier: (req) => req.session.id })\napp.use(cookieParser(), doubleCsrfProtection)\napp.get('/csrf', (req, res) => res.json({ token: generateCsrfToken(req, res) }))",
      Fastify:
        "await app.register(import('@fastify/csrf-protection'), { sessionPlugin: '@fastify/session' })\napp.get('/csrf', async (request, reply) => ({ token: reply.generateCsrf() }))\napp.post('/orders', { onRequest: app.csrfProtection }, placeOrder)",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html'],
  *find(codebase) {
    yield* signInWithoutState(codebase)
    const sessions = codebase.sessions.filter((session) => !/@fastify\/cookie/.test(session.package))
    const place = applicationPlace(codebase)
    const inCookies = codebase.production.some(signsInByCookie)
    if ((sessions.length === 0 && !inCookies) || !place) return
    if (importsPackage(codebase, packages) || codebase.production.some(checksTokens)) return
    // What comes from the settings was thought about.
    const sameSite = sessions.some(({ options, optionsFile }) => {
      const cookie = propertyOf(options, 'cookie')
      const inCookie = cookie && objectOf(cookie, optionsFile, codebase.meanings)?.node
      const given = propertyOf(inCookie ?? options, 'sameSite')
      return given !== undefined && !/^(none|false)$/i.test(literalText(given) ?? '')
    })
    const changes =
      codebase.web.routes.some((route) => /POST|PUT|PATCH|DELETE/.test(route.method)) ||
      codebase.index.named(graphqlServers).length > 0
    if (sameSite || !changes) return
    if (sessions.length === 0 && codebase.production.some(limitsSites)) return
    yield {
      ...place,
      message: 'Sessions are kept in cookies, and no request that changes state is checked for where it comes from.',
    }
  },
}

const checksTokens = once(
  (file: SourceFile) =>
    /[cx]srf/i.test(file.text) &&
    proof.test(file.text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')) &&
    /token/i.test(file.text),
)

/** A token against forgery by one of its names, or a function that makes or checks it. */
const proof =
  /\b_?[cx]srf\b|[cx]srf\w*(token|protect|guard|check|middleware|secret|header|cookie)|\w*(token|check|verify|protect)\w*[cx]srf|[cx]srf\w*\(/i

/** A token in a cookie is what signs the caller in; one that is only good for a new token lets other sites do nothing. */
const signsInByCookie = once((file: SourceFile) => /cookies?\b/.test(file.text) && readsToken.test(file.text))
const readsToken =
  /\b(req|request)\.cookies\??\.(?!\w*refresh)\w*(token|jwt|auth|session)\w*|\{[^{}]*\b(?!\w*refresh)\w*(token|jwt|auth|session)\w*[^{}]*\}\s*=\s*(req|request)\.cookies\b|\b(req|request)\.headers\??\.cookie\??\.(split|match)\([\s\S]{0,300}['"`](?!\w*refresh)\w*(token|jwt|auth|session)\w*=?['"`]/i
const limitsSites = once((file: SourceFile) => /sameSite['"]?\s*:\s*['"](strict|lax)/i.test(file.text))
