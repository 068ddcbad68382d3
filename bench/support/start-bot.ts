import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as z from 'zod'

/** The real bot in a process of its own. */
export interface Bot extends AsyncDisposable {
  port: number
  /** From the start of the process to a 200 of /readyz, milliseconds. */
  readyMs: number
  /** Resident memory as the bot itself reports it, bytes. */
  readMemory(): Promise<number>
  /** Ends it as an operator does, and waits. */
  stop(): Promise<void>
  /** Ends it as a power cut does, and waits. */
  kill(): Promise<void>
}

const main = join(import.meta.dirname, '../../src/main.js')
const readyLine = z.object({ msg: z.literal('ready'), port: z.number() })

/** Runs `src/main.js` with these settings alone; throws when it ends before it is ready. */
export async function startBot(env: Record<string, string>): Promise<Bot> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, [main], {
    // Away from the project's folder, whose .env would be read.
    cwd: env.ARCHITECT_DATA_DIR,
    env: { ...env, PORT: '0', HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await readPort(child)
  const { status } = await fetchText(port, '/readyz')
  if (status !== 200) throw new Error(`the bot said that it is ready, and /readyz answered ${status}`)
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return {
    port,
    readyMs: performance.now() - startedMs,
    readMemory: async () => {
      const { text } = await fetchText(port, '/metrics')
      return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1])
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  }
}

async function readPort({ stdout }: ChildProcess): Promise<number> {
  if (!stdout) throw new Error('the bot was started without a pipe')
  const lines = createInterface({ input: stdout })
  for await (const line of lines) {
    const ready = readyLine.safeParse(JSON.parse(line))
    if (!ready.success) continue
    stdout.resume()
    return ready.data.port
  }
  throw new Error('the bot ended before it was ready')
}

function fetchText(port: number, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get({ port, path, host: '127.0.0.1', agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => (text += piece))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    }).on('error', reject)
  })
}
