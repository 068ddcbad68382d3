import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { type AnthropicStandIn, startAnthropic } from './anthropic/start-anthropic.ts'
import type { Person } from './slack/person.ts'
import type { SlackOptions } from './slack/settings.ts'
import type { Slack } from './slack/slack.ts'
import { startSlack } from './slack/start-slack.ts'
import type { Channel } from './slack/world.ts'

export interface SceneOptions {
  /** Default `socket`. */
  mode?: 'socket' | 'http'
  /** False runs the bot without a key. Default true. */
  key?: boolean
  slack?: SlackOptions
  env?: Record<string, string>
  now?: () => number
}

/** A workspace with the bot running in it: Dana and Ben in #orders, over real sockets and a database of its own. */
export interface Scene extends AsyncDisposable {
  slack: Slack
  anthropic: AnthropicStandIn
  dana: Person
  ben: Person
  orders: Channel
  env: Record<string, string>
  /** What the bot logged, line by line. */
  logged: string[]
  app: App
  /** Where the bot listens. */
  url: string
  stop(): Promise<void>
  restart(): Promise<void>
}

const modelKey = 'sk-ant-test-0123456789abcdef'

/** Starts the stand-ins and the real app. */
export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'architect-'))
  const slack = await startSlack({ retryDelaysMs: [20, 100, 300], ...options.slack })
  const anthropic = await startAnthropic({ key: modelKey })
  const dana = slack.addUser({ name: 'dana', isAdmin: true })
  const ben = slack.addUser({ name: 'ben' })
  const orders = slack.addChannel({ name: 'orders', members: [dana, ben] })
  const env = {
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    ...(options.mode === 'http' ? { SLACK_SIGNING_SECRET: slack.signingSecret } : { SLACK_APP_TOKEN: slack.appToken }),
    ...(options.key !== false && { ANTHROPIC_API_KEY: modelKey }),
    ANTHROPIC_BASE_URL: anthropic.url,
    ARCHITECT_DATA_DIR: folder,
    PORT: '0',
    HOST: '127.0.0.1',
    ...options.env,
  }
  const logged: string[] = []
  const log = createLog('debug', (line) => logged.push(line))
  const scene: Scene = {
    slack,
    anthropic,
    dana,
    ben,
    orders,
    env,
    logged,
    app: undefined as unknown as App, // set by restart before anybody sees it
    url: '',
    async stop() {
      await scene.app[Symbol.asyncDispose]()
    },
    async restart() {
      scene.app = createApp(readConfig(scene.env), { log, drainMs: 500, ...(options.now && { now: options.now }) })
      const { port } = await scene.app.start()
      scene.url = `http://127.0.0.1:${port}`
      if (options.mode === 'http') slack.connectHttp(`${scene.url}/slack/events`)
    },
    async [Symbol.asyncDispose]() {
      await scene.stop()
      await slack[Symbol.asyncDispose]()
      await anthropic[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await scene.restart()
  return scene
}
