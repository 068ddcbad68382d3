import type { Codebase } from '../codebase.ts'
import { says } from '../parse/once.ts'
import { importsPackage } from './places.ts'

/** A limit for all routes: Fastify's and NestJS's plugins, a global `use`, or the proxy. */
export function limitedElsewhere(codebase: Codebase): boolean {
  if (importsPackage(codebase, /^(@fastify\/rate-limit|fastify-rate-limit|rate-limiter-flexible)$/)) return true
  if (importsPackage(codebase, /^@nestjs\/throttler$/) && codebase.production.some(namesThrottler)) return true
  if (limitsKoa(codebase)) return true
  return [...codebase.texts].some(
    ([path, text]) =>
      /nginx|\.conf$|kong|traefik/i.test(path) &&
      !/\.(mdx?|txt|rst)$/i.test(path) &&
      /limit_req|rate-?limit/i.test(text),
  )
}

/** `ThrottlerModule` only keeps the numbers: a guard counts. */
const namesThrottler = says(/\b\w*Thr?ottl\w*Guard\b/i)

/** Koa: what the application itself uses stands before every router, wherever that comes from. */
function limitsKoa({ web }: Codebase): boolean {
  return web.uses.some(
    ({ path, steps, app }) =>
      path === undefined &&
      steps.some(({ name }) => /^(koa2?-ratelimit|koa-simple-ratelimit)\b/.test(name)) &&
      web.servers.some((server) => server.framework === 'koa' && server.node === app),
  )
}
