import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import type { Slack } from '../../test/support/slack/slack.ts'
import { findFreePort } from './find-free-port.ts'

export interface BareBolt extends Disposable {
  port: number
  /** Resident memory, bytes. */
  readMemory(): Promise<number>
}

const memory = z.tuple([z.object({ rss: z.number() })]).rest(z.unknown())

/** Starts the peer, a bare Bolt app with an empty listener, in a process of its own. */
export async function startBareBolt({ apiUrl, botToken, signingSecret }: Slack): Promise<BareBolt> {
  const port = await findFreePort()
  const env = {
    SLACK_API_URL: apiUrl,
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    PORT: String(port),
  }
  const child = fork(fileURLToPath(new URL('./bare-bolt.ts', import.meta.url)), { env })
  await once(child, 'message')
  return {
    port,
    async readMemory() {
      const answer = once(child, 'message')
      child.send('memory')
      return memory.parse(await answer)[0].rss
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}
