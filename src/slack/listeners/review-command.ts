import type { SlashCommand } from '@slack/bolt'
import type { TurnChoice } from '../../db/schema.ts'
import { refusalCode } from '../delivery/slack-failure.ts'
import type { Installations } from '../installations.ts'
import { renderQuote } from '../views/review-quote.ts'
import { type Reply, say } from '../views/reply.ts'
import { sentences } from '../views/sentences.ts'

/** What somebody wants reviewed, and where the answer goes; without a thread a new one is opened. */
export interface ReviewAsk {
  teamId: string
  channelId: string
  userId: string
  /** An address of code, and perhaps a depth; empty means what the channel has settled. */
  text: string
  threadTs?: string
}

/** What stands behind a button: a review that is described and priced but not begun. */
export interface QuotedReview {
  reviewId: string
  label: string
  channelId: string
  threadTs: string
}

/** What the Slack side needs of the feature that reviews. */
export interface Reviews {
  /** What there is to review and what each depth costs; `settled` when nobody needs to be asked. A sentence when it cannot be reviewed. */
  quote(ask: ReviewAsk): Promise<{ text: string; choices: TurnChoice[]; settled: string | undefined } | string>
  /** The review behind a button's value; undefined when there is none any more. */
  find(teamId: string, value: string): Promise<QuotedReview | undefined>
  /** Queues it in a thread; once, however often it is pressed. */
  begin(teamId: string, value: string, asked: BeginReview): Promise<void>
}

export interface BeginReview {
  userId: string
  threadTs: string
  /** The message that opened the thread for it. */
  message?: { ts: string; text: string }
}

export interface ReviewDeps {
  installations: Installations
  reviews: Reviews
  /** Whether the bot can read and speak in a channel. */
  isMember: (teamId: string, channelId: string) => Promise<boolean>
}

/** `/arch-review <github-url> [depth]`: says privately what is there and what it costs, or begins when that is settled. */
export async function startReview(command: SlashCommand, deps: ReviewDeps): Promise<Reply> {
  const { team_id: teamId, channel_id: channelId, user_id: userId, text } = command
  if (!(await deps.isMember(teamId, channelId))) return say(sentences.inviteMe)
  const quote = await deps.reviews.quote({ teamId, channelId, userId, text })
  if (typeof quote === 'string') return say(quote)
  if (quote.settled === undefined) return renderQuote(quote)
  return say(await beginReview(deps, { teamId, userId, value: quote.settled }))
}

/** Begins the review behind a button: in its thread, or in a new one in the channel. Gives the sentence for who asked. */
export async function beginReview(
  { reviews, installations }: Omit<ReviewDeps, 'isMember'>,
  { teamId, userId, value }: { teamId: string; userId: string; value: string },
): Promise<string> {
  const quoted = await reviews.find(teamId, value)
  const installation = await installations.find(teamId)
  if (!quoted || !installation) return sentences.reviewGone
  if (quoted.threadTs !== '') {
    await reviews.begin(teamId, value, { userId, threadTs: quoted.threadTs })
    return sentences.reviewStarted
  }
  const text = sentences.reviewRequest(userId, quoted.label)
  try {
    const { ts } = await installation.clients.interactive.chat.postMessage({
      channel: quoted.channelId,
      text,
      unfurl_links: false,
      unfurl_media: false,
    })
    const message = { ts: String(ts), text: `Review ${quoted.label}.` }
    await reviews.begin(teamId, value, { userId, threadTs: String(ts), message })
    return sentences.reviewStarted
  } catch (error) {
    const code = refusalCode(error)
    if (!code) throw error
    return code === 'not_in_channel' || code === 'channel_not_found' ? sentences.inviteMe : sentences.slackRefused(code)
  }
}
