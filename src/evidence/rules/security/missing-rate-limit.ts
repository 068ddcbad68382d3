import { decoratorName, decoratorsOf } from '../../facts/handlers.ts'
import { operationsIn } from '../../facts/graphql.ts'
import { isSignedIn } from '../../facts/caller.ts'
import { mailers } from '../../facts/mails.ts'
import { guardsOf, rateLimitNames } from '../../facts/access-control.ts'
import { someReached } from '../../facts/reached.ts'
import { bodyText } from '../../facts/responses.ts'
import type { Codebase } from '../../codebase.ts'
import { propertyOf } from '../../parse/ast.ts'
import { once, says } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Route } from '../../facts/web.ts'
import { importsPackage, lineOf, routeName } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { protects } from '../protection.ts'
import { endOf, isSignUp, takesSecret } from './missing-rate-limit/attempts.ts'
import { limitsByHeader } from './limits-by-header.ts'
import { limitedElsewhere } from '../rate-limits.ts'
import { throttlerLimits } from './throttler-limits.ts'

const byMail: Words = {
  title: 'Anyone can have mails sent without limit',
  why: 'Whoever asks often enough fills the inbox of somebody else, and mail services block a sender that people complain about.',
  effects: { safety: 'Mails that matter no longer arrive.' },
  fix: {
    say: 'Limit it per address of the caller and per recipient, in a store that all processes share.',
    code: {
      Express:
        "app.post('/forgot', rateLimit({ windowMs: 60 * 60_000, limit: 5, keyGenerator: (req) => String(req.body.email), store }), forgot)",
      NestJS: "@Throttle({ default: { limit: 5, ttl: 3_600_000 } })\n@Post('forgot')",
    },
  },
}

export const missingRateLimit: Rule = {
  id: 'missing-rate-limit',
  category: 'missing-rate-limit',
  severity: 'medium',
  confidence: 'high',
  title: 'Passwords or codes can be tried without limit',
  why: 'Without a limit, lists of stolen passwords and all six-digit codes can be tried in minutes, and each try costs you a password hash.',
  effects: {
    safety: 'Accounts fall to guessing.',
    latency: 'Password hashing under attack takes the CPU from everyone.',
  },
  fix: {
    say: 'Limit tries per address and per account, in a store that all processes share.',
    code: {
      Express:
        "import { rateLimit } from 'express-rate-limit'\napp.post('/login', rateLimit({ windowMs: 15 * 60_000, limit: 10, store }), login)",
      Fastify:
        "await app.register(import('@fastify/rate-limit'), { global: false, redis })\napp.post('/login', { config: { rateLimit: { max: 10, timeWindow: '15 minutes' } } }, login)",
      Koa: "import ratelimit from 'koa-ratelimit'\nrouter.post('/login', ratelimit({ driver: 'redis', db: redis, duration: 15 * 60_000, max: 10 }), login)",
      NestJS:
        "// in a module: ThrottlerModule.forRoot([{ ttl: 60_000, limit: 100 }])\n@UseGuards(ThrottlerGuard)\n@Throttle({ default: { limit: 10, ttl: 900_000 } })\n@Post('login')",
    },
  },
  sources: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html#protect-against-automated-attacks',
  ],
  *find(codebase) {
    for (const { call, file } of codebase.index.named(/^express-rate-limit(\.rateLimit)?$/)) {
      if (propertyOf(call.arguments[0], 'store') || call.arguments[0]?.type !== 'ObjectExpression') continue
      yield {
        file,
        node: call,
        severity: 'info',
        message: 'The limit is counted in the memory of each process: with several, each lets callers try that often.',
      }
    }
    yield* limitsByHeader(codebase)
    yield* throttlerLimits(codebase)
    if (limitedElsewhere(codebase)) return
    const open = oncePerRoute(unlimited(codebase))
    yield* uncounted(codebase, open) ?? open
  },
}

/** Middleware that a path is given bit by bit is one route. */
function oncePerRoute(matches: Iterable<Match>): Match[] {
  return [...Map.groupBy(matches, ({ file, message }) => `${file.path} ${message}`).values()].flatMap(
    ([first]) => first ?? [],
  )
}

function* unlimited(codebase: Codebase): Iterable<Match> {
  const counts = countsTries(codebase)
  const limits = importsPackage(codebase, /^(express-rate-limit|express-slow-down)$/)
  for (const route of codebase.web.routes) {
    if (guardsOf(route).some((step) => rateLimitNames.test(step.name))) continue
    const asksByMail = mailsForAnyone(route, codebase)
    const isTried =
      takesSecret(route, codebase) &&
      !(asksByMail && (onlyAsks.test(endOf(route.fullPath)) || asksForReset.test(route.fullPath)))
    if (!isTried && !asksByMail) continue
    if (
      route.own.some(
        (step) =>
          rateLimitNames.test(step.name) ||
          rateLimitNames.test(step.file.text.slice(step.node.start, step.node.end).slice(0, 200)),
      )
    )
      continue
    yield {
      file: route.file,
      node: route.node,
      line: route.line,
      // Tries that are counted further in, per account, are not seen from the route.
      ...(counts || (limits && isMountedUnseen(route))
        ? { severity: 'info' as const, confidence: 'low' as const }
        : isTried && !isSignUp(route, codebase) && !isProvedElsewhere(route, codebase)
          ? {}
          : { severity: 'low' as const }),
      ...(!isTried ? { words: byMail } : isSignUp(route, codebase) ? { words: ofAccounts } : {}),
      message: `${routeName(route)} ${!isTried ? 'sends a mail for anyone who asks, as often as they ask' : isSignUp(route, codebase) ? 'makes accounts without limit' : 'can be tried without limit'}.`,
    }
  }
  yield* operations(codebase, counts)
}

const ofAccounts: Words = {
  title: 'Accounts are made without limit',
  why: 'A script makes them by the thousand: each costs a password hash, most a mail, and what accounts may do is done by all of them.',
  effects: { safety: 'Accounts that nobody is behind.', latency: 'Hashing takes the CPU from everyone.' },
}

const limitsCost = says(/leaky_?bucket|token_?bucket|(query|operation)_?cost\w*limit/i)

const attempts =
  /^(log_?in|sign_?(in|up)|authenticate|register|(user|admin)_?(log_?in|register|sign_?(in|up))|(log_?in|register|sign_?(in|up)|create|add)_?(user|account|customer)|(request_?|send_?)?(forg(o|e)t|reset|recover|change)_?(my_?)?password(_?\w*)?|(request_?)?password_?reset|(verify|confirm|check|send|resend)_?(otp|code|pin|totp|2fa|mfa|two_?factor\w*))$/i

/** GraphQL fields that take a password or a code: the whole interface is one route, which no limit can tell apart. */
function* operations(codebase: Codebase, counts: boolean): ReturnType<Rule['find']> {
  // A leaky bucket of the project's own may stand before all operations.
  if (importsPackage(codebase, /rate-?limit/) || (counts && codebase.production.some(limitsCost))) return
  for (const file of codebase.production) {
    for (const { node, field, type, guards = [] } of operationsIn(file)) {
      if (!attempts.test(field) || /Subscription/.test(type) || guards.some((guard) => isGuard.test(guard))) continue
      const text = bodyText(node, file)
      if (/^(create|add)_?(user|account|customer)$/i.test(field) && !/passw/i.test(text)) continue
      if (/rate_?-?limit|throttl|too_?many/i.test(text)) continue
      if (decoratorsOf(node.parent).some((decorator) => rateLimitNames.test(`@${decoratorName(decorator)}`))) continue
      yield {
        file,
        node,
        ...(counts ? { severity: 'info' as const, confidence: 'low' as const } : {}),
        message: `\`${field}\` can be tried without limit.`,
      }
    }
  }
}

/** Who is an administrator, or signed in, tries nothing here. */
const isGuard = /auth|admin|role|permission|sign(ed)?_?in|logged/i

/** The password goes to a service that counts tries itself. */
function isProvedElsewhere({ handler }: Route, { calls }: Codebase): boolean {
  return (
    handler !== undefined &&
    someReached(handler, 2, calls, (node, file) => {
      const text = bodyText(node, file)
      return provider.test(text) && !/\b(bcrypt\w*|argon2|compare\w*|scrypt\w*)(\.\w+)?\(/i.test(text)
    })
  )
}

const provider =
  /\.auth\.(signInWithPassword|signInWithOtp|verifyOtp|resetPasswordForEmail)\(|\bsignInWithEmailAndPassword\(|\bInitiateAuthCommand\(|\.initiateAuth\(/

/** A router whose mount is not seen may be limited there, as the project limits others. */
function isMountedUnseen(route: Route): boolean {
  return (
    route.unplaced === true || route.path.startsWith('*') || /Controller|Provider/.test(route.file.text.slice(0, 4000))
  )
}

/** The project counts failed tries or locks accounts itself. */
function countsTries(codebase: Codebase): boolean {
  return codebase.production.some(locksAccounts)
}

/** A setting of how many tries there are counts none. */
const locksAccounts = once(
  (file: SourceFile) =>
    !/(^|[/.])(config\w*|settings?|env\w*|constants?)([/.]|$)/i.test(file.path) &&
    [
      ...file.text.matchAll(
        /lock_?out|(failed|login)_?attempts?|logAttempt|too_?many_?attempts|brute_?force|sentinel(?=[A-Z.(])/gi,
      ),
    ].some(({ index }) => !file.comments.some((comment) => comment.start <= index && index < comment.end)),
)

const asksForMail =
  /contact|feedback|support|enquir|inquir|(^|[/_-])subscri|newsletter|wait-?list|re-?send|forg[eo]t|verification|invit|magic-?link\/?$|request[/-]?(token|code|otp)|send-?(e?mail|message|otp|code)|(^|\/)e?mails?\/?$/i

/** What comes by mail is tried on another route. */
const asksForReset = /\/forg[eo]t\/(e-?mail|password)\/?$/i
const onlyAsks = /forg[eo]t[\w-]*\/?$|magic-?link\/?$|re-?send[\w-]*\/?$|request[/-]?(token|code|otp)\/?$/i

/** A form on a page: whoever fills it in makes the service send a mail. */
function mailsForAnyone(route: Route, codebase: Codebase): boolean {
  return (
    route.method === 'POST' &&
    route.handler !== undefined &&
    asksForMail.test(endOf(route.fullPath)) &&
    !/hook|callback|notifications?|bounces?|internal|admin|:\w*(token|code|key)/i.test(route.fullPath) &&
    !isSignedIn(route, codebase) &&
    !protects(route, codebase) &&
    someReached(route.handler, 2, codebase.calls, (node) => mailers(codebase).has(node))
  )
}

/** NestJS: limits that no guard counts are one cause of all that is open. */
function uncounted(codebase: Codebase, open: readonly Match[]): Match[] | undefined {
  const [set] = codebase.index.named(/^@nestjs\/throttler\.ThrottlerModule\.forRoot(Async)?$/)
  if (!set || open.length === 0) return undefined
  const message = `\`ThrottlerModule\` only keeps the numbers, and no \`ThrottlerGuard\` is bound that counts: ${open.length === 1 ? 'an operation that takes passwords or codes is' : `${open.length} operations that take passwords or codes are`} not limited.`
  const also = open.flatMap(({ file, node, line }) => ({
    path: file.path,
    line: line ?? (node && 'scopes' in file ? lineOf(node, file) : 1),
  }))
  const isGraphql = codebase.project.dependencies.some(({ name }) => name === '@nestjs/graphql')
  return [{ file: set.file, node: set.call, words: isGraphql ? ofOperations : ofNumbers, also, message }]
}

const ofNumbers: Words = {
  title: 'Limits are set up, and nothing counts',
  why: 'Whoever reads the module takes the routes for limited, and passwords and codes can be tried without end.',
  fix: {
    say: 'Bind the guard before all routes.',
    code: { NestJS: '// in a module\nproviders: [{ provide: APP_GUARD, useClass: ThrottlerGuard }]' },
  },
}

const ofOperations: Words = {
  ...ofNumbers,
  fix: {
    say: 'Bind a guard before all operations that takes request and response from the context of GraphQL, which has to hold both.',
    code: {
      any: '@Injectable()\nexport class OperationThrottlerGuard extends ThrottlerGuard {\n  getRequestResponse(context: ExecutionContext) {\n    const { req, res } = GqlExecutionContext.create(context).getContext()\n    return { req, res }\n  }\n}\n// providers: [{ provide: APP_GUARD, useClass: OperationThrottlerGuard }]',
    },
  },
}
