import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from '../log.ts'

export type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void

/** Serves `METHOD /path` routes on one port; anything else is 404, and a route that throws is 500 and logged. */
export class HttpServer {
  readonly #server: Server

  constructor(routes: Readonly<Record<string, Route>>, log: Logger) {
    this.#server = createServer((request, response) => {
      const path = (request.url ?? '/').split('?', 1)[0]
      const route = routes[`${request.method} ${path}`]
      if (!route) {
        response.writeHead(404).end()
        return
      }
      Promise.try(route, request, response).catch((error: unknown) => {
        log.error({ err: error, path }, 'request failed')
        if (!response.headersSent) response.writeHead(500)
        response.end()
      })
    })
    this.#server.requestTimeout = 30_000
    this.#server.headersTimeout = 10_000
  }

  /** Listens and tells the port, which matters when 0 was asked for; throws when it is taken. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    // A server that listens on TCP has an address with a port.
    return (this.#server.address() as AddressInfo).port
  }

  /** Takes no more connections and ends the idle ones. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    setTimeout(() => this.#server.closeAllConnections(), 1000).unref()
    await closed
  }
}
