import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'

/** The version that is known to work; its platform packages carry the binary. */
const localSlack = 'local-slack@0.1.8'
const startWithinMs = 60_000

export const workspace = {
  workspace: { name: 'Acme', domain: 'acme', teamId: 'T01ACME' },
  app: {
    appId: 'A01ARCHITECT',
    botUserId: 'U0ARCHITECT',
    botName: 'architect',
    botToken: 'xoxb-playground',
    appToken: 'xapp-playground',
    signingSecret: 'playground',
    mode: 'socket',
  },
  users: [
    { id: 'U01DANA', name: 'dana', real_name: 'Dana Whitfield' },
    { id: 'U01BEN', name: 'ben', real_name: 'Ben Okafor' },
  ],
  channels: [
    { id: 'C01ORDERS', name: 'orders', topic: 'acme/orders', members: ['U01DANA', 'U01BEN', 'U0ARCHITECT'] },
    { id: 'C01GENERAL', name: 'general', members: ['U01DANA', 'U01BEN', 'U0ARCHITECT'] },
  ],
}

export interface LocalWorkspace extends AsyncDisposable {
  /** Where a person opens it. */
  url: string
  /** Resolves when it ended by itself, or was disposed. */
  ended: Promise<unknown>
}

/** Opens a Slack workspace of its own in the browser, on the wished port or, when that is taken, on another. */
export async function openWorkspace(folder: string, wishedPort: number): Promise<LocalWorkspace> {
  const port = (await isFree(wishedPort)) ? wishedPort : await findFreePort()
  const config = join(folder, 'workspace.yaml')
  writeFileSync(config, stringify(workspace))
  const [command, ...args] = findCommand()
  const child = spawn(command, [...args, '--config', config, '--port', String(port), '--files-dir', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Of its own group, so that Ctrl-C reaches it only through us, after the bot.
    detached: true,
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = `http://localhost:${port}`
  await waitUntilUp(url, child)
  return { url, ended, [Symbol.asyncDispose]: () => end(child, ended) }
}

function findCommand(): [string, ...string[]] {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const binary = join(
    import.meta.dirname,
    `../node_modules/local-slack-${platform}-${process.arch}/bin/local-slack${platform === 'windows' ? '.exe' : ''}`,
  )
  return existsSync(binary) ? [binary] : ['npx', '--yes', localSlack]
}

async function waitUntilUp(url: string, child: ChildProcess): Promise<void> {
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  child.once('error', (error) => (complaint += error.message))
  for (const until = Date.now() + startWithinMs; Date.now() < until; await sleep(50)) {
    if (await answers(url)) return
    if (child.exitCode !== null || child.pid === undefined) throw new Error(explainEnd(child.spawnfile, complaint))
  }
  throw new Error('the local Slack workspace did not come up within a minute')
}

function explainEnd(command: string, complaint: string): string {
  const lines = complaint.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('npm warn'))
  const reason = lines.slice(0, 2).join('; ') || 'it ended at once'
  return command === 'npx'
    ? `${localSlack} is not installed for ${process.platform}-${process.arch} (npm ci --include=optional does that where npm has it), and npx cannot bring it: ${reason}`
    : `the local Slack workspace did not start: ${reason}`
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/_control/state`)).ok
  } catch {
    return false
  }
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  process.kill(-child.pid, 'SIGTERM')
  await Promise.race([ended, sleep(2000, undefined, { ref: false })])
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
