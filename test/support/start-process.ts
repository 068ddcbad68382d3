import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env as ownEnv } from 'node:process'
import type { Overrides } from '../../src/app.ts'
import { closeServer, listen } from './slack/server.ts'
import { waitFor } from './slack/wait.ts'

const root = join(import.meta.dirname, '../..')

/** How a process ended: with a code, or by a signal. */
export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** The bot as the operating system sees it. */
export class BotProcess implements AsyncDisposable {
  readonly url: string
  /** Everything it printed. */
  printed = ''
  readonly #child: ChildProcess
  readonly #exit: Promise<Exit>

  constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
    this.#exit = once(child, 'exit').then(([code, signal]: unknown[]) => ({ code, signal }) as Exit) // what the event carries
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.printed += text))
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** SIGKILL: nothing of the process runs after this resolves. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exit
  }

  /** SIGSTOP: it keeps its sockets and files, and does nothing. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  /** SIGCONT */
  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  /** SIGTERM; resolves when it has ended. */
  terminate(): Promise<Exit> {
    this.#child.kill('SIGTERM')
    return this.#exit
  }

  /** Resolves when it ended by itself. */
  exit(): Promise<Exit> {
    return this.#exit
  }

  /** What `/healthz` or `/readyz` answers; undefined while nobody answers. */
  async ask(path: '/healthz' | '/readyz'): Promise<{ status: number; body: string } | undefined> {
    try {
      const response = await fetch(this.url + path, { signal: AbortSignal.timeout(1000) })
      return { status: response.status, body: await response.text() }
    } catch {
      return undefined
    }
  }

  /** Resolves once `path` answers with `status`; rejects when it does not within `timeoutMs`, or when the process ends. */
  async waitUntil(path: '/healthz' | '/readyz', status: number, timeoutMs = 20_000): Promise<void> {
    let answered: number | undefined
    const poll = async () => {
      while (answered !== status && !this.ended) {
        answered = (await this.ask(path))?.status
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    void poll()
    await waitFor(() => answered === status || this.ended, { timeoutMs, what: `${path} to answer ${status}` })
    if (answered !== status) throw new Error(`the bot ended instead of answering ${path}:\n${this.printed}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw()
    await this.kill()
  }
}

/** Starts the real program, `src/main.ts`, with nothing but `env`; with overrides, the same program that waits for less long. */
export function startProcess(env: Record<string, string>, overrides?: Overrides): BotProcess {
  return overrides
    ? startProgram(['test/support/run-with.ts', JSON.stringify(overrides)], env)
    : startProgram(['src/main.ts'], env)
}

/** Starts one of the project's programs with nothing but `env`. */
export function startProgram([file = '', ...args]: readonly string[], env: Record<string, string>): BotProcess {
  // Not in the project's folder: somebody's own .env may lie there.
  const cwd = tmpdir()
  const path = ownEnv['PATH'] ?? ''
  const child = spawn(process.execPath, [join(root, file), ...args], {
    cwd,
    env: { PATH: path, ...env },
    stdio: 'pipe',
  })
  return new BotProcess(child, `http://${env['HOST']}:${env['PORT']}`)
}

/**
 * A port that is free and stays so while the bot is down: one below those that systems hand out to whoever asks for any,
 * 32768 and up on Linux, 49152 and up elsewhere (RFC 6335).
 */
export async function findFreePort(): Promise<number> {
  const port = randomInt(20_000, 32_768)
  const server = createServer()
  try {
    await listen(server, port)
  } catch {
    return findFreePort()
  }
  await closeServer(server)
  return port
}

/** Runs `npm run architect -- <args>` to its end; resolves with its exit code and what it printed. */
export async function runCommand(
  env: Record<string, string>,
  args: string[],
): Promise<{ code: number | null; printed: string }> {
  const child = spawn(process.execPath, ['src/cli.ts', ...args], { cwd: root, env, stdio: 'pipe' })
  const command = new BotProcess(child, '')
  const { code } = await command.exit()
  return { code, printed: command.printed }
}
