import type { Codebase } from '../../codebase.ts'
import { bodyText } from '../../facts/responses.ts'
import { lineOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const healthCheckThatLies: Rule = {
  id: 'health-check-that-lies',
  category: 'missing-health-check',
  severity: 'low',
  confidence: 'medium',
  title: 'The health route answers yes whatever happens',
  why: 'It says that the service is ready, or its database well, and looks at nothing: requests are sent to a process whose database is away.',
  effects: { safety: 'Requests fail that another instance would answer.' },
  fix: {
    say: 'Ask what the service needs.',
    code: {
      Mongoose:
        "app.get('/readyz', async (req, res) => {\n  const isReady = await mongoose.connection.db.admin().ping().then(() => true, () => false)\n  res.sendStatus(isReady ? 200 : 503)\n})",
      Prisma:
        "app.get('/readyz', async (req, res) => {\n  const isReady = await prisma.$queryRaw`SELECT 1`.then(() => true, () => false)\n  res.sendStatus(isReady ? 200 : 503)\n})",
      TypeORM:
        "app.get('/readyz', async (req, res) => {\n  const isReady = await dataSource.query('SELECT 1').then(() => true, () => false)\n  res.sendStatus(isReady ? 200 : 503)\n})",
      Sequelize:
        "app.get('/readyz', async (req, res) => {\n  const isReady = await sequelize.authenticate().then(() => true, () => false)\n  res.sendStatus(isReady ? 200 : 503)\n})",
      any: "app.get('/readyz', async (req, res) => {\n  const isReady = await pool.query('select 1').then(() => true, () => false)\n  res.sendStatus(isReady ? 200 : 503)\n})",
    },
  },
  sources: ['https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/'],
  *find(codebase) {
    if (codebase.project.dataClients.length === 0) return
    const probed = readinessPaths(codebase)
    for (const route of codebase.web.routes) {
      if (!route.handler || route.own.length > 1 || !/GET|ALL/.test(route.method)) continue
      const text = bodyText(route.handler.node, route.handler.file)
      const place = {
        file: route.handler.file,
        node: route.handler.node,
        line: lineOf(route.handler.node, route.handler.file),
      }
      if (/await|then\(|\bif\s*\(|query|ping|state|check|isOpen|isReady|\w*[rR]eady\(|connected\b(?!['"])/i.test(text))
        continue
      const claim = /health|ready|status/i.test(route.path) ? claimed.exec(text)?.[1] : undefined
      if (claim !== undefined)
        yield { ...place, message: `${route.path} says that \`${claim}\` is well without looking.` }
      else if (/ready|readiness/i.test(route.path) || probed.has(route.path))
        yield { ...place, message: `${route.path} answers without looking at anything.` }
    }
  },
}

/** `database: 'connected'`, written as it is. */
const claimed =
  /\b(database|db|mongo(?:db)?|redis|postgres(?:ql)?|mysql|cache|queue)['"]?\s*:\s*(?:['"](?:ok|up|connected|healthy)['"]|true\b)/i

/** Paths that a Kubernetes manifest of the repository asks for readiness. */
function readinessPaths(codebase: Codebase): Set<string> {
  const paths = [...codebase.texts].flatMap(([path, text]) =>
    /\.ya?ml$/.test(path) && text.includes('readinessProbe')
      ? [...text.matchAll(/readinessProbe:\s*\n(?:\s+[^\n]*\n){0,3}?\s+path:\s*['"]?([^\s'"]+)/g)].map(
          (match) => match[1] ?? '',
        )
      : [],
  )
  return new Set(paths)
}
