import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Route } from './server.ts'

/** Numbers read from the database when somebody scrapes, by name. */
export type Measure = () => Promise<Readonly<Record<string, number>>>

/** `/metrics` in Prometheus' text format: the process, and what the database counts. */
export function createMetrics(measure: Measure): Route {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauges = new Map<string, Gauge>()
  return async (_request, response) => {
    for (const [name, value] of Object.entries(await measure())) {
      let gauge = gauges.get(name)
      if (!gauge) {
        gauge = new Gauge({ name: `architect_${name}`, help: name.replaceAll('_', ' '), registers: [registry] })
        gauges.set(name, gauge)
      }
      gauge.set(value)
    }
    response.writeHead(200, { 'content-type': registry.contentType })
    response.end(await registry.metrics())
  }
}
