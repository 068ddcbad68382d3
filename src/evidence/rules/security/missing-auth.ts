import type { Rule } from '../rule.ts'
import { forgottenGuards } from './missing-auth/forgotten-guards.ts'
import { forgottenResolvers } from './missing-auth/forgotten-resolvers.ts'
import { guardsThatGoOn } from './missing-auth/guards-that-go-on.ts'
import { guardsThatAgree } from './missing-auth/guards-that-agree.ts'
import { openAdministration } from './missing-auth/open-administration.ts'
import { openRoutes } from './missing-auth/open-routes.ts'
import { routesOfUnboundGuards } from './missing-auth/unbound-guards.ts'
import { unsignedEvents } from './missing-auth/unsigned-events.ts'

export const missingAuth: Rule = {
  id: 'missing-auth',
  category: 'missing-auth',
  severity: 'high',
  confidence: 'medium',
  title: 'A route is open to anyone',
  why: 'Nothing before the handler, and nothing in it, asks who is calling.',
  effects: { safety: 'Anyone who knows the address can read or change the data.' },
  fix: {
    say: 'Put the guard on the router, so that a new route is closed until someone opens it.',
    code: {
      Express: "const orders = express.Router()\norders.use(requireUser)\norders.delete('/:id', deleteOrder)",
      Fastify:
        "fastify.register(async (orders) => {\n  orders.addHook('onRequest', requireUser)\n  orders.delete('/:id', deleteOrder)\n})",
      Koa: "const orders = new Router({ prefix: '/orders' })\norders.use(requireUser)\norders.delete('/:id', deleteOrder)",
      NestJS: "@UseGuards(AuthGuard)\n@Controller('orders')",
    },
  },
  sources: [
    'https://owasp.org/Top10/A01_2021-Broken_Access_Control/',
    'https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html',
  ],
  limits:
    'Authentication in front of the service (a gateway, a mesh) is seen only when it is configured in the same repository.',
  *find(codebase) {
    yield* guardsThatGoOn(codebase)
    yield* guardsThatAgree(codebase)
    yield* openAdministration(codebase)
    yield* openRoutes(codebase)
    yield* forgottenGuards(codebase)
    yield* forgottenResolvers(codebase)
    yield* routesOfUnboundGuards(codebase)
    yield* unsignedEvents(codebase)
  },
}
