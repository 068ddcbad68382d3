import type { App, MessageShortcut } from '@slack/bolt'
import type { Acceptance } from '../../turns/accept-message.ts'
import type { InboundMessage } from '../../turns/inbound.ts'
import { sentences } from '../views/sentences.ts'

export interface ShortcutDeps {
  accept: (message: InboundMessage) => Promise<Acceptance>
  /** Whether the bot can read and speak in a channel. */
  isMember: (teamId: string, channelId: string) => Promise<boolean>
}

export const askAboutMessage = 'ask_about_message'

/** The message shortcut: answers in the thread of the message it was used on. */
export function listenToShortcuts(app: App, deps: ShortcutDeps): void {
  app.shortcut(/.*/, async ({ ack, shortcut, context, respond }) => {
    if (shortcut.type !== 'message_action' || shortcut.callback_id !== askAboutMessage || !context.teamId) {
      await ack()
      await respond?.({ text: sentences.unknownShortcut, response_type: 'ephemeral' })
      return
    }
    const refusal = await askAbout(deps, readShortcut(shortcut, context.teamId))
    await ack()
    if (refusal) await respond({ text: refusal, response_type: 'ephemeral' })
  })
}

async function askAbout(deps: ShortcutDeps, message: InboundMessage): Promise<string | undefined> {
  if (!(await deps.isMember(message.teamId, message.channelId))) return sentences.inviteMe
  return (await deps.accept(message)) === 'queued' ? undefined : sentences.askedBefore
}

function readShortcut({ message, channel, user }: MessageShortcut, teamId: string): InboundMessage {
  return {
    teamId,
    channelId: channel.id,
    threadTs: typeof message.thread_ts === 'string' ? message.thread_ts : message.ts,
    ts: message.ts,
    authorId: message.user ?? user.id,
    askerId: user.id,
    text: message.text ?? '',
    mentioned: true,
    foreignAuthor: false,
  }
}
