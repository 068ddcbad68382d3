import type { Person } from '../../test/support/slack/person.ts'
import type { Slack } from '../../test/support/slack/slack.ts'
import { startSlack } from '../../test/support/slack/start-slack.ts'
import type { Channel } from '../../test/support/slack/world.ts'
import { createFolder } from './folder.ts'
import { type Bot, startBot } from './start-bot.ts'

/** A stand-in Slack that answers at once, with Dana in #orders, and a folder for the bot. */
export interface Workspace extends AsyncDisposable {
  slack: Slack
  dana: Person
  orders: Channel
  /** Where the bot keeps its data. */
  folder: string
  /** Starts the real bot without a model key; in HTTP mode the stand-in then sends its events there. */
  startBot(mode: 'http' | 'socket', env?: Record<string, string>): Promise<Bot>
}

export async function openWorkspace(): Promise<Workspace> {
  const folder = createFolder()
  const slack = await startSlack()
  const dana = slack.addUser({ name: 'dana' })
  const orders = slack.addChannel({ name: 'orders', members: [dana] })
  return {
    slack,
    dana,
    orders,
    folder: folder.path,
    async startBot(mode, env = {}) {
      const bot = await startBot({
        SLACK_API_URL: slack.apiUrl,
        SLACK_BOT_TOKEN: slack.botToken,
        ...(mode === 'http' ? { SLACK_SIGNING_SECRET: slack.signingSecret } : { SLACK_APP_TOKEN: slack.appToken }),
        ARCHITECT_DATA_DIR: folder.path,
        TMPDIR: folder.path,
        ...env,
      })
      if (mode === 'http') slack.connectHttp(`http://127.0.0.1:${bot.port}/slack/events`)
      return bot
    },
    async [Symbol.asyncDispose]() {
      await slack[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
