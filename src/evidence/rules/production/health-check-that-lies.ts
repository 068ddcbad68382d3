import { bodyText } from '../../facts/responses.ts'
import { lineOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const healthCheckThatLies: Rule = {
  id: 'health-check-that-lies',
  category: 'missing-health-check',
  severity: 'low',
  confidence: 'medium',
  title: 'The readiness route answers yes whatever happens',
  why: 'It is called ready but looks at nothing: requests are sent to a process whose database is away.',
  effects: { safety: 'Requests fail that another instance would answer.' },
  fix: {
    say: 'Ask what the service needs.',
    code: {
      any: "app.get('/readyz', async (req, res) => {\n  await pool.query('select 1')\n  res.sendStatus(200)\n})",
    },
  },
  sources: ['https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/'],
  *find(codebase) {
    if (codebase.project.dataClients.length === 0) return
    for (const route of codebase.web.routes) {
      if (!/ready|readiness/i.test(route.path) || !route.handler || route.own.length > 1) continue
      const text = bodyText(route.handler.node, route.handler.file)
      if (/await|then\(|query|ping|ready|state|check|isOpen|connected/i.test(text)) continue
      yield {
        file: route.handler.file,
        node: route.handler.node,
        line: lineOf(route.handler.node, route.handler.file),
        message: `${route.path} answers without looking at anything.`,
      }
    }
  },
}
