import type { WebClient } from '@slack/web-api'
import type { DigestChannel } from '../../decisions/digest/settings.ts'
import type { DigestVoice, Posted, PostRun } from '../../decisions/digest/send-digest.ts'
import type { Installation, Installations } from '../installations.ts'
import { renderDigest } from '../views/digest.ts'
import { carriedBy, readSince } from './read-since.ts'
import { callPatiently, endsWithOperator, readFailure, refusalCode } from './slack-failure.ts'

const digestEvent = 'architect_digest'
const pagesRead = 20

/** Refusals after which nothing can be said in a channel until people change something there. */
const gone: Readonly<Record<string, string>> = {
  not_in_channel: 'I am not in the channel any more',
  channel_not_found: 'I am not in the channel any more',
  is_archived: 'the channel is archived',
  is_inactive: 'the channel is archived',
}

/** Posts digests so that each is in its channel once: before it posts again it looks for what an earlier attempt said. */
export function createDigestVoice(installations: Installations): DigestVoice {
  return {
    post: async (channel, digest, run) => {
      const installation = await installations.find(channel.teamId)
      if (!installation) return { kind: 'gone', reason: 'I am not installed in this workspace any more' }
      try {
        const found = await findSent(installation, channel, run)
        if (found !== undefined) return { kind: 'sent', ts: found }
        return await send(installation.clients.background, channel, renderDigest(digest), run)
      } catch (error) {
        return explain(error)
      }
    },
    remove: async ({ teamId, channelId }, ts) => {
      const client = (await installations.find(teamId))?.clients.background
      try {
        await callPatiently(async () => client?.chat.delete({ channel: channelId, ts }))
      } catch (error) {
        if (!refusalCode(error)) throw error
      }
    },
  }
}

async function send(
  client: WebClient,
  { channelId }: DigestChannel,
  content: ReturnType<typeof renderDigest>,
  { runId }: PostRun,
): Promise<Posted> {
  const { ts } = await client.chat.postMessage({
    channel: channelId,
    ...content,
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: digestEvent, event_payload: { run_id: runId } },
  })
  return { kind: 'sent', ts: String(ts) }
}

/** The message of an earlier attempt, by the name it carries. Throws when the channel's history is too long to be sure. */
async function findSent(
  { clients, botUserId }: Installation,
  { channelId }: DigestChannel,
  { runId, mayHaveSentSince }: PostRun,
): Promise<string | undefined> {
  if (mayHaveSentSince === undefined) return undefined
  let cursor: string | undefined
  for (let page = 0; page < pagesRead; page++) {
    const answer = await readSince(clients.background, { channelId }, mayHaveSentSince, { limit: 200, cursor })
    const ours = answer.messages?.find(
      (message) =>
        message.user === botUserId &&
        message.metadata?.event_type === digestEvent &&
        carriedBy(message, 'run_id') === runId,
    )
    if (ours?.ts) return ours.ts
    cursor = answer.response_metadata?.next_cursor
    if (!cursor) return undefined
  }
  throw new Error('the channel has more messages than can be looked through for an earlier digest')
}

function explain(error: unknown): Posted {
  const failure = readFailure(error)
  if (!failure) throw error
  if (failure.kind !== 'refused') return { kind: 'not-now', reason: `Slack was ${failure.kind}` }
  const reason = gone[failure.code]
  if (reason !== undefined) return { kind: 'gone', reason }
  return { kind: endsWithOperator(failure.code) ? 'not-now' : 'refused', reason: `Slack refused: ${failure.code}` }
}
