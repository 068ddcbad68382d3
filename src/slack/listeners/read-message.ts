import * as z from 'zod'
import type { InboundMessage } from '../../turns/inbound.ts'

/** What a message event means to us. */
export type MessageChange =
  | { kind: 'said'; message: InboundMessage }
  | { kind: 'edited'; teamId: string; channelId: string; ts: string; text: string }
  | { kind: 'deleted'; teamId: string; channelId: string; ts: string }
  | { kind: 'ignored' }

const files = z.array(z.looseObject({ name: z.string().nullish() })).optional()
const spoken = z.object({
  channel: z.string(),
  channel_type: z.string().optional(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  user: z.string(),
  text: z.string().default(''),
  subtype: z.enum(['file_share', 'thread_broadcast', 'me_message']).optional(),
  bot_id: z.undefined().optional(),
  user_team: z.string().optional(),
  team: z.string().optional(),
  files,
})
const edited = z.object({
  subtype: z.literal('message_changed'),
  channel: z.string(),
  message: z.object({ ts: z.string(), subtype: z.string().optional(), text: z.string().default(''), files }),
})
const deleted = z.object({ subtype: z.literal('message_deleted'), channel: z.string(), deleted_ts: z.string() })

/** Reads a `message` or `app_mention` event. Other bots, our own messages and service notices are ignored. */
export function readMessage(event: unknown, teamId: string, botUserId: string): MessageChange {
  const said = spoken.safeParse(event)
  if (said.success) return readSpoken(said.data, teamId, botUserId)
  const edit = edited.safeParse(event)
  if (edit.success) {
    const { channel: channelId, message } = edit.data
    const { ts, subtype } = message
    // Of a message with replies something stays in its place.
    if (subtype === 'tombstone') return { kind: 'deleted', teamId, channelId, ts }
    return { kind: 'edited', teamId, channelId, ts, text: withFileNames(message) }
  }
  const deletion = deleted.safeParse(event)
  if (deletion.success)
    return { kind: 'deleted', teamId, channelId: deletion.data.channel, ts: deletion.data.deleted_ts }
  return { kind: 'ignored' }
}

function readSpoken(event: z.infer<typeof spoken>, teamId: string, botUserId: string): MessageChange {
  if (event.user === botUserId) return { kind: 'ignored' }
  const direct = event.channel_type === 'im' || event.channel.startsWith('D')
  return {
    kind: 'said',
    message: {
      teamId,
      channelId: event.channel,
      threadTs: event.thread_ts ?? event.ts,
      ts: event.ts,
      authorId: event.user,
      text: withFileNames(event),
      mentioned: direct || event.text.includes(`<@${botUserId}>`) || event.text.includes(`<@${botUserId}|`),
      foreignAuthor: (event.user_team ?? event.team ?? teamId) !== teamId,
    },
  }
}

function withFileNames({ text, files = [] }: Pick<z.infer<typeof spoken>, 'text' | 'files'>): string {
  const names = files.map((file) => `[attached file, not read: ${file.name ?? 'unnamed'}]`)
  return [text, ...names].filter(Boolean).join('\n')
}
