import type { SocketTransport } from '../socket-transport.ts'
import type { Json } from '../world.ts'

/** A one-use WebSocket address on the stand-in itself. */
export function openConnection(sockets: SocketTransport, baseUrl: string, appId: string): Json {
  const address = baseUrl.replace(/^http/, 'ws')
  return { url: `${address}/link/?ticket=${sockets.issueTicket()}&app_id=${appId}` }
}
