import { checkWritable } from '../db/check-writable.ts'
import type { Store } from '../db/open-store.ts'
import { createReadyz, healthz } from '../http/health.ts'
import type { Route } from '../http/server.ts'
import { loadOnce } from '../lib/load-once.ts'
import { countWrongByRule } from '../reviews/exception-store.ts'
import type { Slack } from '../slack/create-slack.ts'
import { measureTurns } from '../turns/measure.ts'

/** What operators ask: whether the process lives, whether it takes questions, and its numbers. */
export function buildHealth(store: Store, slack: Slack): Record<string, Route> {
  // Many operators never scrape, and its library takes long to load.
  const metrics = loadOnce(async () => {
    const { createMetrics } = await import('../http/metrics.ts')
    return createMetrics(async () => ({
      ...(await measureTurns(store)),
      findings_called_wrong: (await countWrongByRule(store)).map(({ rule, wrong }) => ({ rule, value: wrong })),
    }))
  })
  return {
    'GET /healthz': healthz,
    'GET /readyz': createReadyz({
      database: () => checkWritable(store),
      slack: () => slack.trouble,
    }),
    'GET /metrics': async (request, response) => (await metrics())(request, response),
  }
}
