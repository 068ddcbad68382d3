import * as z from 'zod'
import type { ThreadAddress } from '../turns/inbound.ts'
import type { Workplace } from '../turns/deps.ts'
import { readFailure } from './delivery/slack-failure.ts'
import type { Directory } from './directory.ts'
import type { Installations } from './installations.ts'

const repliesAnswer = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      user: z.string().optional(),
      bot_id: z.string().optional(),
      text: z.string().default(''),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
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
    personName: (teamId, userId) => directory.personName(teamId, userId),
    readThread: async (thread) =>
      readPages(await client(thread.teamId), thread, await botOf(installations, thread.teamId)),
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

/** Longer threads are read as far as this; a page may have 15 messages where an app is sold. */
const pageLimit = 10
const pageMessages = 200

async function readPages(client: Client | undefined, thread: ThreadAddress, botUserId: string | undefined) {
  const found = []
  let cursor: string | undefined
  for (let page = 0; page < pageLimit; page++) {
    const asked = { channel: thread.channelId, ts: thread.threadTs, limit: pageMessages, ...(cursor && { cursor }) }
    const parsed = repliesAnswer.safeParse(await quietly(async () => client?.conversations.replies(asked)))
    if (!parsed.success) return page === 0 ? undefined : { messages: found, whole: false }
    for (const { ts, user, bot_id, text } of parsed.data.messages)
      if (text !== '' && user !== botUserId) found.push({ ts, authorId: user ?? bot_id ?? 'unknown', text })
    cursor = parsed.data.response_metadata?.next_cursor
    if (!cursor) break
  }
  return { messages: found, whole: !cursor }
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
