import type { SlashCommand } from '@slack/bolt'
import type { InboundMessage } from '../../turns/inbound.ts'
import { refusalCode } from '../delivery/slack-failure.ts'
import type { Installations } from '../installations.ts'
import { sentences } from '../views/sentences.ts'

export interface ReviewDeps {
  installations: Installations
  /** The first GitHub address in a text, as it should be shown; undefined when there is none. */
  findCodeUrl: (text: string) => string | undefined
  /** Queues a message to be answered; it is on disk when the promise resolves. */
  accept: (message: InboundMessage) => Promise<unknown>
}

/** `/arch-review <github-url>`: opens a thread in the channel and answers in it. */
export async function startReview(command: SlashCommand, deps: ReviewDeps): Promise<string> {
  const url = deps.findCodeUrl(command.text)
  if (!url) return sentences.reviewUsage
  const installation = await deps.installations.find(command.team_id)
  if (!installation) return sentences.inviteMe
  try {
    const { ts } = await installation.clients.interactive.chat.postMessage({
      channel: command.channel_id,
      text: sentences.reviewRequest(command.user_id, url),
      unfurl_links: false,
      unfurl_media: false,
    })
    await deps.accept({
      teamId: command.team_id,
      channelId: command.channel_id,
      threadTs: String(ts),
      ts: String(ts),
      authorId: command.user_id,
      text: `Review the architecture of ${url}. ${command.text.replace(/<?https?:\S+/, '').trim()}`.trim(),
      mentioned: true,
      foreignAuthor: false,
    })
    return sentences.reviewStarted
  } catch (error) {
    const code = refusalCode(error)
    if (!code) throw error
    return code === 'not_in_channel' || code === 'channel_not_found' ? sentences.inviteMe : sentences.slackRefused(code)
  }
}
