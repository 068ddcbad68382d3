import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from '../log.ts'

export type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void

/** Thrown when the bot cannot listen where it is told to; the message says what to do. */
export class ListenError extends Error {
  override name = 'ListenError'
}

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

  /** Listens and tells the port, which matters when 0 was asked for; throws ListenError when it cannot be had. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      const refuse = (error: Error) => reject(explainRefusal(error, port, host))
      this.#server.once('error', refuse)
      this.#server.listen(port, host, () => {
        this.#server.off('error', refuse)
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

function explainRefusal(error: Error, port: number, host: string): Error {
  const sentence = new Map([
    ['EADDRINUSE', `Port ${port} is taken by another program: stop that one, or set PORT to a free port.`],
    ['EACCES', `Port ${port} is reserved for the system: set PORT to one above 1023.`],
    ['EADDRNOTAVAIL', `${host} is no address of this machine: set HOST to one that is, or to 0.0.0.0.`],
    ['ENOTFOUND', `${host} is no address of this machine: set HOST to one that is, or to 0.0.0.0.`],
  ]).get('code' in error ? String(error.code) : '')
  return sentence ? new ListenError(sentence, { cause: error }) : error
}
