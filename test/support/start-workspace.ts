import { rmSync } from 'node:fs'
import { type AnthropicStandIn, startAnthropic } from './anthropic/start-anthropic.ts'
import { type GitHubOptions, type GitHubStandIn, startGitHub } from './github/start-github.ts'
import { type RegistryStandIn, startRegistry } from './npm/start-registry.ts'
import { manifestEvents, manifestScopes } from './manifest.ts'
import type { Person } from './slack/person.ts'
import type { SlackOptions } from './slack/settings.ts'
import type { Slack } from './slack/slack.ts'
import { startSlack } from './slack/start-slack.ts'
import { createTemporaryFolder } from './temporary-folder.ts'
import type { Channel } from './slack/world.ts'

export interface WorkspaceOptions {
  /** Default `socket`. */
  mode?: 'socket' | 'http'
  /** False leaves the bot without a key. Default true. */
  key?: boolean
  slack?: SlackOptions
  github?: GitHubOptions
  env?: Record<string, string>
}

/** A workspace without a bot: Dana and Ben in #orders, a model, and the settings a bot needs to join them. */
export interface Workspace extends AsyncDisposable {
  slack: Slack
  anthropic: AnthropicStandIn
  github: GitHubStandIn
  registry: RegistryStandIn
  dana: Person
  ben: Person
  orders: Channel
  /** What the bot's environment must be; its database is in a folder of its own that goes with the workspace. */
  env: Record<string, string>
}

const modelKey = 'sk-ant-test-0123456789abcdef'

/** Starts the stand-ins. */
export async function startWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const folder = createTemporaryFolder()
  // Exactly what the manifest grants: a call or an event beyond it fails here as it would in Slack.
  const granted = { scopes: manifestScopes, botEvents: manifestEvents }
  const slack = await startSlack({ ...granted, retryDelaysMs: [20, 100, 300], ...options.slack })
  const github = await startGitHub(options.github)
  const registry = await startRegistry()
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
    GITHUB_API_URL: github.url,
    NPM_REGISTRY_URL: registry.url,
    ARCHITECT_DATA_DIR: folder,
    PORT: '0',
    HOST: '127.0.0.1',
    ...options.env,
  }
  return {
    slack,
    anthropic,
    github,
    registry,
    dana,
    ben,
    orders,
    env,
    async [Symbol.asyncDispose]() {
      await slack[Symbol.asyncDispose]()
      await anthropic[Symbol.asyncDispose]()
      await github[Symbol.asyncDispose]()
      await registry[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
