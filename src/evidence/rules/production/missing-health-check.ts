import { hasAuth } from '../../facts/access-control.ts'
import { bodyText } from '../../facts/responses.ts'
import type { Route } from '../../facts/web.ts'
import { answersRequests, applicationPlace, importsPackage } from '../places.ts'
import type { Rule } from '../rule.ts'

export const missingHealthCheck: Rule = {
  id: 'missing-health-check',
  category: 'missing-health-check',
  severity: 'low',
  confidence: 'high',
  title: 'Nothing tells whether the service works',
  why: 'Without a route to ask, a balancer sends requests to a process that hangs, and a deploy goes on although the new version does not start.',
  effects: { maintenance: 'Failures are found by users.' },
  fix: {
    say: 'Answer two questions: alive, and ready with its database.',
    code: {
      Mongoose:
        "app.get('/healthz', (req, res) => res.sendStatus(200))\napp.get('/readyz', async (req, res) => {\n  const isReady = await mongoose.connection.db.admin().ping().then(() => true, () => false)\n  res.sendStatus(isReady ? 200 : 503)\n})",
      Prisma:
        "app.get('/healthz', (req, res) => res.sendStatus(200))\napp.get('/readyz', async (req, res) => {\n  const isReady = await prisma.$queryRaw`SELECT 1`.then(() => true, () => false)\n  res.sendStatus(isReady ? 200 : 503)\n})",
      TypeORM:
        "app.get('/healthz', (req, res) => res.sendStatus(200))\napp.get('/readyz', async (req, res) => {\n  const isReady = await dataSource.query('SELECT 1').then(() => true, () => false)\n  res.sendStatus(isReady ? 200 : 503)\n})",
      Sequelize:
        "app.get('/healthz', (req, res) => res.sendStatus(200))\napp.get('/readyz', async (req, res) => {\n  const isReady = await sequelize.authenticate().then(() => true, () => false)\n  res.sendStatus(isReady ? 200 : 503)\n})",
      any: "app.get('/healthz', (req, res) => res.sendStatus(200))\napp.get('/readyz', async (req, res) => {\n  const isReady = await pool.query('select 1').then(() => true, () => false)\n  res.sendStatus(isReady ? 200 : 503)\n})",
    },
  },
  sources: ['https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/'],
  *find(codebase) {
    const place = applicationPlace(codebase)
    if (!place || !answersRequests(codebase)) return
    if (
      codebase.web.routes.some(
        (route) =>
          (/health|ready|alive|liveness|\/ping$|heartbeat|\/status\/?$|_ah\/|\/up$/i.test(
            route.path === '/' ? route.fullPath : route.path,
          ) ||
            /health_?(check|z)$/i.test(route.own.at(-1)?.name ?? '') ||
            saysAlive(route)) &&
          /GET|ALL|HEAD/.test(route.method) &&
          !isOther(route),
      )
    )
      return
    if (
      importsPackage(
        codebase,
        /terminus|under-pressure|healthcheck|health-check|lightship|express-status-monitor|actuator/,
      )
    )
      return
    if (codebase.production.some((file) => /['"`]\/?(health|healthz|readyz|livez|health-?check)['"`/]/.test(file.text)))
      return
    yield { ...place, message: 'There is no route that tells whether the service is alive and ready.' }
  },
}

/** `GET /` that answers `{ running: true }` or `{ status: 'ok' }`. */
function saysAlive({ fullPath, own }: Route): boolean {
  const last = own.at(-1)
  return (
    fullPath === '/' &&
    last?.function !== undefined &&
    last.functionFile !== undefined &&
    alive.test(bodyText(last.function, last.functionFile))
  )
}

const alive =
  /\b(running|alive|healthy|uptime|ok)['"]?\s*:\s*(true|process\.uptime)|\bstatus['"]?\s*:\s*['"](ok|up|alive|healthy|running)['"]/i

/** A `/ping` behind a sign-in, or one that shows a page, pings another host for the user. */
function isOther(route: Route): boolean {
  if (!route.path.endsWith('/ping')) return false
  return (
    hasAuth(route) ||
    (route.handler !== undefined && /render\(|exec/.test(bodyText(route.handler.node, route.handler.file)))
  )
}
