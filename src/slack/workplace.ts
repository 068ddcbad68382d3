import * as z from 'zod'
import type { ThreadAddress } from '../turns/inbound.ts'
import type { Workplace } from '../turns/deps.ts'
import { readFailure } from './delivery/slack-failure.ts'
import type { Directory } from './directory.ts'
import type { Installations } from './installations.ts'

const page = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      user: z.string().optional(),
      bot_id: z.string().optional(),
      text: z.string().default(''),
    }),
  ),
})

/** Channels, people and threads as Slack knows them, in the words of the turns. */
export function createWorkplace(installations: Installations, directory: Directory): Workplace {
  const client = async (teamId: string) => (await installations.find(teamId))?.clients.background
  return {
    channel: async (teamId, channelId, freshMs) => {
      const [channel] = await Promise.all([
        directory.channel(teamId, channelId, freshMs),
        // What may be said in it of other channels is asked next.
        directory.confirmOpen(teamId),
      ])
      return channel
    },
    standing: async (teamId, userId) => (await directory.person(teamId, userId)).standing,
    personName: async (teamId, userId) => (await directory.person(teamId, userId)).name,
    readThread: async (thread) =>
      readPage(await client(thread.teamId), thread, await botOf(installations, thread.teamId)),
    permalink: async ({ teamId, channelId, ts }) => {
      const installation = await installations.find(teamId)
      const answer = await quietly(async () =>
        installation?.clients.background.chat.getPermalink({ channel: channelId, message_ts: ts }),
      )
      if (answer?.permalink) installation?.ownOrigins.add(new URL(answer.permalink).origin)
      return answer?.permalink
    },
  }
}

type Client = NonNullable<Awaited<ReturnType<Installations['find']>>>['clients']['background']

// One page is enough: for apps that are sold, Slack allows this call once a minute with 15 messages.
async function readPage(client: Client | undefined, thread: ThreadAddress, botUserId: string | undefined) {
  const answer = await quietly(async () =>
    client?.conversations.replies({ channel: thread.channelId, ts: thread.threadTs, limit: 100 }),
  )
  const parsed = page.safeParse(answer)
  if (!parsed.success) return undefined
  return parsed.data.messages
    .filter((message) => message.text !== '' && message.user !== botUserId)
    .map(({ ts, user, bot_id, text }) => ({ ts, authorId: user ?? bot_id ?? 'unknown', text }))
}

async function botOf(installations: Installations, teamId: string): Promise<string | undefined> {
  return (await installations.find(teamId))?.botUserId
}

async function quietly<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    if (readFailure(error)) return undefined
    throw error
  }
}
