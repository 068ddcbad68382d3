import { applicationPlace, importsPackage } from '../places.ts'
import type { Rule } from '../rule.ts'

export const missingErrorMiddleware: Rule = {
  id: 'missing-error-middleware',
  category: 'missing-error-handling',
  severity: 'medium',
  confidence: 'high',
  title: 'No error handler ends the application',
  why: 'What handlers throw or pass on is answered by Express’s own page: nothing logs it in your form, and clients get HTML where they expect JSON.',
  effects: {
    safety: 'The page shows the stack trace unless `NODE_ENV` is `production`.',
    maintenance: 'The cause is only on standard error, without the request it belongs to.',
  },
  fix: {
    say: 'End the application with one error handler, after all routes.',
    code: {
      Koa: "app.use(async (ctx, next) => {\n  try {\n    await next()\n  } catch (error) {\n    ctx.status = error.status ?? 500\n    ctx.body = { error: error.expose ? error.message : 'internal error' }\n    ctx.app.emit('error', error, ctx)\n  }\n})",
      Express:
        "app.use((error, req, res, next) => {\n  if (res.headersSent) return next(error)\n  logger.error({ err: error, path: req.path })\n  res.status(error.status ?? 500).json({ error: 'internal error' })\n})",
    },
  },
  sources: ['https://expressjs.com/en/guide/error-handling.html#writing-error-handlers'],
  *find(codebase) {
    const place = applicationPlace(codebase)
    const server = codebase.web.servers.find((item) => item.framework === 'express')
    if (!place || !server || codebase.web.routes.length === 0) return
    const handles = [...codebase.web.handlers.values()].some((handler) => handler.error !== undefined)
    const library = importsPackage(
      codebase,
      /^(errorhandler|express-error-handler|api-error-handler|strong-error-handler|@sentry\/node|express-http-problem-details|next|@nestjs\/core)$/,
    )
    const named = codebase.web.uses.some((use) => use.steps.some((step) => /error/i.test(step.name)))
    if (handles || library || named) return
    yield {
      ...place,
      message:
        'There is no error middleware: Express answers errors with its own page, with the stack trace unless `NODE_ENV` is `production`.',
    }
  },
}
