import type { App, MessageShortcut } from '@slack/bolt'
import type { InboundMessage } from '../../turns/inbound.ts'
import { sentences } from '../views/sentences.ts'

export interface ShortcutDeps {
  accept: (message: InboundMessage) => Promise<void>
}

export const askAboutMessage = 'ask_about_message'

/** The message shortcut: answers in the thread of the message it was used on. */
export function listenToShortcuts(app: App, deps: ShortcutDeps): void {
  app.shortcut(/.*/, async ({ ack, shortcut, context, respond }) => {
    await ack()
    if (shortcut.type !== 'message_action' || shortcut.callback_id !== askAboutMessage || !context.teamId) {
      await respond?.({ text: sentences.unknownShortcut, response_type: 'ephemeral' })
      return
    }
    await deps.accept(readShortcut(shortcut, context.teamId))
  })
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
