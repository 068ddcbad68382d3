import type { Codebase } from '../../codebase.ts'
import { objectOf } from '../../facts/sessions.ts'
import { isView } from '../../facts/views.ts'
import { literalText, pathOf, propertyOf } from '../../parse/ast.ts'
import { once, says } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { applicationPlace, importsPackage, inDevelopment } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

const packages =
  /^(helmet|koa-helmet|@fastify\/helmet|fastify-helmet|lusca|hono\/secure-headers|hood|@nestjs\/helmet|nuxt-security|shrink-ray)$/

export const missingHelmet: Rule = {
  id: 'missing-helmet',
  category: 'missing-helmet',
  severity: 'medium',
  confidence: 'high',
  title: 'Responses carry no security headers',
  why: 'Content-Security-Policy, Strict-Transport-Security, X-Content-Type-Options and frame protection are off unless someone sets them; Express tells in `X-Powered-By` what runs.',
  effects: { safety: 'Other flaws (XSS, framing, downgrade) are easier to use.' },
  fix: {
    say: 'Set the headers once, before the routes.',
    code: {
      Express: "import helmet from 'helmet'\napp.use(helmet())",
      Fastify: "import helmet from '@fastify/helmet'\nawait app.register(helmet)",
      NestJS: "import helmet from 'helmet'\napp.use(helmet())",
      Koa: "import helmet from 'koa-helmet'\napp.use(helmet())",
      Hono: "import { secureHeaders } from 'hono/secure-headers'\napp.use(secureHeaders())",
    },
  },
  sources: [
    'https://helmetjs.github.io/',
    'https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html',
  ],
  *find(codebase) {
    const place = applicationPlace(codebase)
    if (!place || codebase.web.routes.length === 0) return
    if (setsHeaders(codebase)) return
    if (importsPackage(codebase, packages)) return yield* withoutPolicy(codebase)
    const isNamed = [...codebase.sources.values()].some((file) => !/test|spec/i.test(file.path) && namesHeader(file))
    yield {
      ...place,
      ...(servesPages(codebase) && !isNamed ? {} : { severity: 'low' as const }),
      message: isNamed
        ? 'Security headers are set for some answers at most: no `helmet` stands before the routes.'
        : 'No security headers are set anywhere: no `helmet`, no such header in code or proxy configuration.',
    }
  },
}

/** The policy that keeps scripts of others out of a page, and the page out of their frames. */
function* withoutPolicy(codebase: Codebase): Iterable<Match> {
  if (!servesPages(codebase)) return
  const registered = codebase.index
    .methods('register')
    .filter(({ call, file }) => call.arguments[0] && packages.test(codebase.meanings.nameOf(call.arguments[0], file)))
    .map(({ call, file }) => ({ call, file, given: call.arguments[1] }))
  const used = codebase.index.named(packages).map(({ call, file }) => ({ call, file, given: call.arguments[0] }))
  for (const { call, file, given } of [...used, ...registered]) {
    const options = given && objectOf(given, file, codebase.meanings)
    if (literalText(propertyOf(options?.node, 'contentSecurityPolicy')) !== 'false' || inDevelopment(call, file))
      continue
    const message = 'Pages are sent without a Content-Security-Policy: it is switched off here.'
    yield { file, node: call, severity: 'low', message }
  }
}

/** Answers that no browser shows as a page are protected less by such headers; mails have templates too. */
function servesPages(codebase: Codebase): boolean {
  return (
    [...codebase.texts.keys()].some((path) => isView(path) && !/mail/i.test(path)) ||
    codebase.index.named(/^express\.static$|^(koa-static|serve-static|@fastify\/static)$/).length > 0 ||
    codebase.index.methods('render', 'sendFile', 'sendfile').some(({ call }) => ofAnswer.test(pathOf(call.callee)))
  )
}

/** A template or a document of a file is rendered too. */
const ofAnswer = /^(res|resp|response|reply|rep|ctx|c|h)\b/i

const header = /x-frame-options|content-security-policy|strict-transport-security/i
const namesHeader = says(header)
const setsHeader = once((file: SourceFile) => header.test(file.text) && /(set|header|append)\w*\(/i.test(file.text))

function setsHeaders(codebase: Codebase): boolean {
  if (codebase.production.some(setsHeader)) return true
  return [...codebase.texts].some(
    ([path, text]) =>
      /nginx|caddy|traefik|\.conf$/i.test(path) && !/\.(mdx?|txt|rst)$/i.test(path) && header.test(text),
  )
}
