import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { loadEnvFile } from 'node:process'
import { parseArgs } from 'node:util'
import { linkRepository } from '../src/access/repository-links.ts'
import { createApp } from '../src/app.ts'
import { type Config, ConfigError } from '../src/config.ts'
import { openStore } from '../src/db/open-store.ts'
import { makeFolder } from '../src/lib/make-folder.ts'
import { startGitHub } from '../test/support/github/start-github.ts'
import { startDisplayProxy } from './display-proxy.ts'
import { keepConversation } from './kept-conversation.ts'
import { openWorkspace, workspace } from './local-workspace.ts'
import { readSampleRepository } from './sample-repository.ts'
import { configureForTrying } from './settings.ts'

const usage = `Usage: npm run try -- [--port PORT] [--data FOLDER]

  --port  where the workspace opens in the browser; 4100, and another one when that is taken
  --data  a folder in which everything is kept; without it, what was said is gone at the end`

const print = (text: string) => process.stdout.write(`${text}\n`)
// A terminal that was closed takes no more words, and that must not keep us from tidying up.
process.stdout.on('error', () => {})

try {
  const { help, port, data } = readOptions()
  if (help) print(usage)
  else await tryOut(port, data)
} catch (error) {
  print(error instanceof ConfigError ? error.message : `Could not start: ${describe(error)}`)
  process.exitCode = 1
}

function readOptions(): { help: boolean; port: number; data: string | undefined } {
  const options = { port: { type: 'string' }, data: { type: 'string' }, help: { type: 'boolean' } } as const
  const { values } = parseArgs({ options })
  const port = Number(values.port ?? 4100)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`--port ${values.port} is no port`)
  return { help: values.help ?? false, port, data: values.data }
}

async function tryOut(wishedPort: number, keptFolder: string | undefined): Promise<void> {
  const stopped = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopped.resolve())
  if (existsSync('.env')) loadEnvFile('.env')
  const folder = keptFolder ? resolve(keptFolder) : mkdtempSync(join(tmpdir(), 'architect-try-'))
  try {
    makeFolder(folder)
  } catch (error) {
    throw new Error(`${folder} cannot be made, name another folder with --data`, { cause: error })
  }
  try {
    await using github = await startGitHub({
      repositories: [readSampleRepository()],
      fallback: process.env.GITHUB_API_URL ?? 'https://api.github.com',
      anonymousLimit: 100_000,
    })
    await using local = await openWorkspace(folder, wishedPort)
    await using display = await startDisplayProxy(local.url)
    const config = configureForTrying(process.env, { folder, slackUrl: display.url, gitHubUrl: github.url })
    await linkSample(config)
    await using _kept = keptFolder ? await keepConversation(local.url, folder, config.store.databaseFile) : undefined
    await using app = createApp(config, { drainMs: 2000 })
    await app.start()
    printWelcome(local.url, wishedPort, config)
    const why = await Promise.race([stopped.promise, local.ended.then(() => 'The workspace has ended by itself.')])
    print(`\n${why ?? 'Stopping.'}`)
  } finally {
    if (!keptFolder) rmSync(folder, { recursive: true, force: true })
  }
}

async function linkSample({ store: { databaseFile } }: Config): Promise<void> {
  const store = openStore(databaseFile)
  const channel = { teamId: workspace.workspace.teamId, channelId: 'C01ORDERS' }
  await linkRepository(store, channel, 'acme/orders', 'U01DANA', Date.now())
  await store.close()
}

function printWelcome(url: string, wishedPort: number, config: Config): void {
  const moved = url.endsWith(`:${wishedPort}`) ? '' : ` (port ${wishedPort} is taken)`
  print(`
Architect runs in a Slack workspace of its own${moved}:

  ${url}

In #orders, as Dana, try:

  @architect what is this service built with? https://github.com/acme/orders
  @architect Express or Fastify for a new service?
  @architect look at https://github.com/acme/orders/blob/main/src/services/order-service.js
  /arch-review https://github.com/acme/orders
  /architect decide Keep orders in PostgreSQL

Answer in the thread without naming it: it remembers. (The page shows some signs in code as look-alikes.)

${config.claude.apiKey ? `Answers come from ${config.claude.model}.` : 'No ANTHROPIC_API_KEY is set, so it answers from the code, its playbooks and the thread alone.'}
Ctrl-C ends it.`)
}

function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${error instanceof Error ? error.message : String(error)}${cause}`
}
