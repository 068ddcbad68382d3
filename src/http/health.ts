import type { Route } from './server.ts'

/** What must hold for the bot to be of use; each answers with a sentence when it does not. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<string | undefined> | string | undefined>>

/** `/healthz`: the process is alive and its event loop turns. */
export const healthz: Route = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n')
}

/** `/readyz`: 200 when every check holds, else 503 with what is wrong. */
export function createReadyz(checks: ReadinessChecks): Route {
  return async (_request, response) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, (await check()) ?? 'ok'] as const),
    )
    const ready = results.every(([, result]) => result === 'ok')
    response.writeHead(ready ? 200 : 503, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(Object.fromEntries(results))}\n`)
  }
}
