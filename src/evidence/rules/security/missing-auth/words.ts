import type { Words } from '../../rule.ts'

/** The caller is known, but not asked for a role. */
export const withoutRole: Words = {
  title: 'Anyone who is signed in may do what is an administrator’s to do',
  why: 'The guard before this route lets every account pass, and its path says that it is for administrators.',
  effects: { safety: 'Any account can read or change what only administrators should.' },
  fix: {
    say: 'Ask for the role after the login, on the router where all its routes need it.',
    code: {
      Express: "router.get('/admin/users', requireUser, requireRole('admin'), listUsers)",
      Fastify: "fastify.get('/admin/users', { onRequest: [requireUser, requireRole('admin')] }, listUsers)",
      NestJS: "@UseGuards(AuthGuard, RolesGuard)\n@Roles('admin')\n@Get('admin/users')",
    },
  },
}

/** A comment holds the guard that the route had, or should have. */
export const leftInComment: Words = {
  title: 'A guard stands in a comment',
  why: 'Whoever wrote the comment meant the route to turn away more callers than it does.',
  effects: { safety: 'Those whom the guard would turn away can read or change the data.' },
  fix: {
    say: 'Bring the guard back.',
    code: { Express: "router.post('/benefits', requireUser, requireAdmin, updateBenefits)" },
  },
}

/** A guard that answers and comes back as if it had let the caller pass. */
export const goesOn: Words = {
  title: 'A guard does not stop the request',
  why: 'After it has answered, the guard returns as it does for those who may pass, and whoever called it goes on.',
  effects: {
    safety: 'The protected code runs for anyone, and what it changes stays changed.',
    maintenance: 'The request is answered twice, which throws.',
  },
  fix: {
    say: 'Make it a middleware that calls `next` only for those who may pass, and put it before the handlers.',
    code: {
      Express:
        "function requireLogin(req, res, next) {\n  if (!req.session.user) return res.redirect('/login')\n  next()\n}\nrouter.get('/orders', requireLogin, listOrders)",
    },
  },
}

/** AdminJS without its login. */
export const withoutLogin: Words = {
  title: 'The administration is open to anyone',
  why: '`buildRouter` serves the administration as it is; only `buildAuthenticatedRouter` asks for a login.',
  effects: { safety: 'Anyone who knows the address can read and change every record it shows.' },
  fix: {
    say: 'Build the router that asks for a login.',
    code: {
      any: 'const router = AdminJSExpress.buildAuthenticatedRouter(admin, { authenticate, cookiePassword: process.env.COOKIE_SECRET })',
    },
  },
}

/** Events are believed where no secret is set. */
export const unsigned: Words = {
  title: 'Events are taken that nobody signed',
  why: 'Where the secret is not set, what anyone posts to the webhook counts as an event of the payment service.',
  effects: { safety: 'Payments can be reported that were never made.' },
  fix: {
    say: 'Refuse to start without the secret, and verify every event.',
    code: {
      any: 'const event = stripe.webhooks.constructEvent(rawBody, signature, process.env.STRIPE_WEBHOOK_SECRET)',
    },
  },
}

/** A resolver without the check that nearly all others begin with. */
export const openOperation: Words = {
  title: 'A query or mutation asks nobody who is calling',
  why: 'GraphQL has one address for everything: an operation that does not ask itself is open to whoever can send a request.',
  effects: { safety: 'Anyone reads or changes what the other operations keep for those signed in.' },
  fix: {
    say: 'Begin the resolver as the others do, or put the check into one wrapper around all resolvers and open those that are meant to be public.',
    code: {
      any: "resolve: async (_parent, args, context) => {\n  if (!context.user) throw new GraphQLError('unauthenticated')\n  return await loadOrder(args.id, context.user)\n}",
    },
  },
}

/** A guard whose code refuses nobody. */
export const agrees: Words = {
  title: 'A guard lets everyone pass',
  why: 'It stands where a guard stands and has the name of one, but no way through it refuses: the routes behind it are as open as without it.',
  effects: {
    safety: 'Anyone who knows the address can call the routes that rely on it.',
    maintenance: 'Whoever reads the routes takes them for guarded.',
  },
  fix: {
    say: 'Write the check, or take the guard away where the routes are meant to be open.',
    code: {
      Express:
        'export function requireUser(req, res, next) {\n  if (!req.session.userId) return res.status(401).end()\n  next()\n}',
      Fastify:
        "export async function requireUser(request, reply) {\n  if (!request.session.userId) return reply.code(401).send({ error: 'sign in first' })\n}",
      NestJS:
        'canActivate(context: ExecutionContext): boolean {\n  const { user } = context.switchToHttp().getRequest()\n  if (!user) throw new UnauthorizedException()\n  return true\n}',
    },
  },
}
