import type { Codebase } from '../../codebase.ts'
import { isView } from '../../facts/views.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { applicationPlace, importsPackage } from '../places.ts'
import type { Rule } from '../rule.ts'

const packages =
  /^(helmet|koa-helmet|@fastify\/helmet|fastify-helmet|lusca|hono\/secure-headers|hood|@nestjs\/helmet|nuxt-security|shrink-ray)$/

export const missingHelmet: Rule = {
  id: 'missing-helmet',
  category: 'missing-helmet',
  severity: 'medium',
  confidence: 'high',
  title: 'Responses carry no security headers',
  why: 'Content-Security-Policy, Strict-Transport-Security, X-Content-Type-Options and frame protection are off unless someone sets them; `X-Powered-By` tells what runs.',
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
    if (importsPackage(codebase, packages) || setsHeaders(codebase)) return
    yield {
      ...place,
      ...(servesPages(codebase) ? {} : { severity: 'low' as const }),
      message: 'No security headers are set anywhere: no `helmet`, no such header in code or proxy configuration.',
    }
  },
}

/** Answers that no browser shows as a page are protected less by such headers. */
function servesPages(codebase: Codebase): boolean {
  return (
    [...codebase.texts.keys()].some(isView) ||
    codebase.index.named(/^express\.static$|^(koa-static|serve-static|@fastify\/static)$/).length > 0 ||
    codebase.index.methods('render', 'sendFile', 'sendfile').length > 0
  )
}

const header = /x-frame-options|content-security-policy|strict-transport-security/i
const setsHeader = once((file: SourceFile) => header.test(file.text) && /(set|header|append)\w*\(/i.test(file.text))

function setsHeaders(codebase: Codebase): boolean {
  if (codebase.production.some(setsHeader)) return true
  return [...codebase.texts].some(([path, text]) => /nginx|caddy|traefik|\.conf$/i.test(path) && header.test(text))
}
