import type { App, MessageShortcut } from '@slack/bolt'
import type { Acceptance } from '../../turns/accept-message.ts'
import type { InboundMessage } from '../../turns/inbound.ts'
import { type GateDeps, refuse } from './gate.ts'
import { beginReview, type ReviewDeps } from './review-command.ts'
import { shortcutIds } from '../views/action-ids.ts'
import { escapeMrkdwn } from '../delivery/mrkdwn-text.ts'
import { type Reply, say } from '../views/reply.ts'
import { renderQuote } from '../views/review-quote.ts'
import { sentences } from '../views/sentences.ts'

export interface ShortcutDeps extends Omit<ReviewDeps, 'isMember'>, GateDeps {
  accept: (message: InboundMessage) => Promise<Acceptance>
  /** Queues a draft of what a thread decided. */
  recordThread: (message: InboundMessage & { askerId: string }) => Promise<'queued' | 'stored'>
  /** Whether the bot can read and speak in a channel. */
  isMember: (teamId: string, channelId: string) => Promise<boolean>
}

const shortcuts: readonly string[] = Object.values(shortcutIds)

/** The message shortcuts: an answer in the thread of the message, or a review of the code it links. */
export function listenToShortcuts(app: App, deps: ShortcutDeps): void {
  app.shortcut(/.*/, async ({ ack, shortcut, context, respond }) => {
    const isKnown = shortcuts.includes(shortcut.callback_id)
    if (shortcut.type !== 'message_action' || !isKnown || !context.teamId) {
      await ack()
      await respond?.({ text: sentences.unknownShortcut, response_type: 'ephemeral' })
      return
    }
    const person = { teamId: context.teamId, userId: shortcut.user.id }
    const refused = await refuse(deps, person, shortcut.callback_id)
    if (refused) {
      await ack()
      await respond({ text: refused, response_type: 'ephemeral' })
      return
    }
    if (shortcut.callback_id === shortcutIds.review) {
      await ack()
      await respond({ ...(await reviewLinked(deps, shortcut, context.teamId)), response_type: 'ephemeral' })
      return
    }
    const message = readShortcut(shortcut, context.teamId)
    const refusal = await (shortcut.callback_id === shortcutIds.record ? record : askAbout)(deps, message)
    await ack()
    if (refusal) await respond({ text: refusal, response_type: 'ephemeral' })
  })
}

async function askAbout(deps: ShortcutDeps, message: InboundMessage): Promise<string | undefined> {
  if (!(await deps.isMember(message.teamId, message.channelId))) return sentences.inviteMe
  return (await deps.accept(message)) === 'queued' ? undefined : sentences.askedBefore
}

async function record(deps: ShortcutDeps, message: InboundMessage): Promise<string | undefined> {
  if (!(await deps.isMember(message.teamId, message.channelId))) return sentences.inviteMe
  const { askerId = message.authorId } = message
  return (await deps.recordThread({ ...message, askerId })) === 'queued' ? undefined : sentences.recordedBefore
}

async function reviewLinked(deps: ShortcutDeps, shortcut: MessageShortcut, teamId: string): Promise<Reply> {
  const { channelId, threadTs, text } = readShortcut(shortcut, teamId)
  if (!(await deps.isMember(teamId, channelId))) return say(sentences.inviteMe)
  const userId = shortcut.user.id
  const quote = await deps.reviews.quote({ teamId, channelId, threadTs, userId, text })
  if (typeof quote === 'string') return say(escapeMrkdwn(quote))
  if (quote.settled === undefined) return renderQuote(quote)
  return say(await beginReview(deps, { teamId, userId, value: quote.settled }))
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
