import type { SlashCommand } from '@slack/bolt'
import type { TurnChoice } from '../../db/schema.ts'
import { escapeMrkdwn } from '../delivery/mrkdwn-text.ts'
import { noteAbout, postOnce } from '../delivery/post-once.ts'
import { readFailure } from '../delivery/slack-failure.ts'
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
  label: string
  channelId: string
}

/** What the Slack side needs of the feature that reviews. */
export interface Reviews {
  /** What there is to review and what each depth costs; `settled` when nobody needs to be asked. A sentence when it cannot be reviewed. */
  quote(ask: ReviewAsk): Promise<{ text: string; choices: TurnChoice[]; settled: string | undefined } | string>
  /** Queues the review behind a button's value; once, however often and by however many it is pressed. Rejects, with nothing queued, when its thread cannot be opened. */
  begin(teamId: string, value: string, asked: BeginReview): Promise<BegunReview>
}

export interface BeginReview {
  userId: string
  /** Opens a thread for a review that has none, and gives the message that opened it. */
  openThread: (quoted: QuotedReview) => Promise<{ ts: string; text: string }>
}

/** What a press came to; `before` with the address of the thread where it is known. */
export type BegunReview = { kind: 'begun' } | { kind: 'before'; link: string | undefined } | { kind: 'gone' }

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
  if (typeof quote === 'string') return say(escapeMrkdwn(quote))
  if (quote.settled === undefined) return renderQuote(quote)
  return say(await beginReview(deps, { teamId, userId, value: quote.settled }))
}

/** Begins the review behind a button: in its thread, or in a new one in the channel. Gives the sentence for who asked. */
export async function beginReview(
  { reviews, installations }: Omit<ReviewDeps, 'isMember'>,
  { teamId, userId, value }: { teamId: string; userId: string; value: string },
): Promise<string> {
  const installation = await installations.find(teamId)
  if (!installation) return sentences.reviewGone
  const openThread = async ({ channelId, label }: QuotedReview) => {
    const text = sentences.reviewRequest(userId, label)
    return { ts: await postOnce(installation, { channelId }, { text }, noteAbout('review')), text: `Review ${label}.` }
  }
  try {
    const begun = await reviews.begin(teamId, value, { userId, openThread })
    if (begun.kind === 'gone') return sentences.reviewGone
    return begun.kind === 'begun' ? sentences.reviewStarted : sentences.reviewBegun(begun.link)
  } catch (error) {
    const failure = readFailure(error)
    if (!failure) throw error
    if (failure.kind !== 'refused') return sentences.slackAway
    const { code } = failure
    return code === 'not_in_channel' || code === 'channel_not_found' ? sentences.inviteMe : sentences.slackRefused(code)
  }
}
