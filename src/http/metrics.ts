import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Route } from './server.ts'

/** One number, or one for each rule of the evidence engine. */
type Measured = number | readonly { rule: string; value: number }[]

/** Numbers read from the database when somebody scrapes, by name. */
export type Measure = () => Promise<Readonly<Record<string, Measured>>>

/** `/metrics` in Prometheus' text format: the process, and what the database counts. */
export function createMetrics(measure: Measure): Route {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauges = new Map<string, Gauge>()
  const gaugeFor = (name: string, labelNames: string[]): Gauge => {
    const help = name.replaceAll('_', ' ')
    const gauge = gauges.get(name) ?? new Gauge({ name: `architect_${name}`, help, labelNames, registers: [registry] })
    gauges.set(name, gauge)
    return gauge
  }
  return async (_request, response) => {
    for (const [name, measured] of Object.entries(await measure()))
      if (typeof measured === 'number') gaugeFor(name, []).set(measured)
      else for (const { rule, value } of measured) gaugeFor(name, ['rule']).set({ rule }, value)
    response.writeHead(200, { 'content-type': registry.contentType })
    response.end(await registry.metrics())
  }
}
