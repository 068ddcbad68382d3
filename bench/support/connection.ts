import { connect, type Socket } from 'node:net'
import { once } from 'node:events'

/** One keep-alive connection with one request at a time: so cheap that it hardly takes time from the server beside it. */
export class Connection {
  readonly #socket: Socket
  #answer = ''
  #settle: (status: number) => void = () => {}
  #fail: (error: Error) => void = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', (piece: string) => this.#receive(piece))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new Connection(socket)
  }

  /** Sends a whole request and resolves with the status of its answer. */
  exchange(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#settle = resolve
      this.#fail = reject
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(piece: string): void {
    this.#answer += piece
    if (!isWhole(this.#answer)) return
    const status = Number(this.#answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
    this.#answer = ''
    this.#settle(status)
  }
}

function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1]
  if (length === undefined) return answer.endsWith('\r\n0\r\n\r\n')
  return answer.length >= headEnd + 4 + Number(length)
}
