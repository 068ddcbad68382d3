import type { Store } from '../../db/open-store.ts'
import { buildDigest } from './build-digest.ts'
import { DigestHold, type DigestRow, findLastSent } from './claim-digest.ts'
import type { Digest } from './digest.ts'
import { isAsked, notRunning, retryAt } from './plan-digests.ts'
import { readDigestFacts } from './read-facts.ts'
import { type DigestChannel, type DigestSetting, findDigestSetting, giveUpDigest } from './settings.ts'

const weekMs = 7 * 86_400_000
/** How far back a digest reaches after weeks without one. */
const longestMs = 4 * weekMs

/** What came of posting a digest. After `not-now` nobody knows whether it was said. */
export type Posted =
  | { kind: 'sent'; ts: string }
  | { kind: 'not-now'; reason: string }
  /** Slack will not take this one. */
  | { kind: 'refused'; reason: string }
  /** Nothing can be said in the channel any more. */
  | { kind: 'gone'; reason: string }

export interface PostRun {
  /** The digest's own name, by which the message can be found again. */
  runId: string
  /** Set when an earlier attempt may have said it: when, in ms. */
  mayHaveSentSince: number | undefined
}

/** Says digests in a channel, and takes one back. */
export interface DigestVoice {
  /** Posts it, unless an earlier attempt has. */
  post(channel: DigestChannel, digest: Digest, run: PostRun): Promise<Posted>
  remove(channel: DigestChannel, ts: string): Promise<void>
}

/** What a digest needs to know and to say. */
export interface DigestDeps {
  store: Store
  voice: DigestVoice
  /** How far a channel's words reach. */
  describeChannel(channel: DigestChannel): Promise<{ shared: boolean }>
  /** The address of a message; undefined when Slack does not give it. */
  permalink(message: DigestChannel & { threadTs: string; ts: string }): Promise<string | undefined>
  /** Checks the channel's decisions against the code as it is now; never throws. */
  refreshChecks?(channel: DigestChannel): Promise<void>
  leaseMs: number
  now: () => number
}

/** Builds a claimed digest, says it and records that, or records why not; throws LostDigestError when it was taken over. */
export async function sendDigest(deps: DigestDeps, row: DigestRow): Promise<void> {
  const { store, voice, now } = deps
  const hold = new DigestHold(store, row, now)
  const setting = await findDigestSetting(store, row)
  if (hold.isTooLate()) return hold.skip(row.reason ?? notRunning)
  if (!isAsked(row.period) && !setting?.on) return hold.skip('turned off')
  await hold.keep(deps.leaseMs, async () => deps.refreshChecks?.(row))
  const digest = await prepareDigest(deps, row, setting)
  const isSilent = digest.quiet && !isAsked(row.period) && setting?.quietWeeks !== 'say-so'
  if (isSilent && row.sendingSince === null) return hold.skip('a quiet week', digest.counts)
  const run = { runId: row.period, mayHaveSentSince: row.sendingSince ?? undefined }
  await hold.beforeSaying(deps.leaseMs)
  const posted = await voice.post(row, digest, run)
  switch (posted.kind) {
    case 'sent':
      if (!(await hold.said(posted.ts, digest.counts))) await voice.remove(row, posted.ts)
      return undefined
    case 'not-now':
      return hold.tryAgain(retryAt(row.dueAt, now()), posted.reason)
    case 'refused':
      return hold.skip(posted.reason)
    case 'gone':
      await hold.skip(posted.reason)
      return giveUpDigest(store, row, posted.reason)
  }
}

/** The digest of a channel as it stands at `dueAt`, with links. */
export async function prepareDigest(
  deps: Pick<DigestDeps, 'store' | 'describeChannel' | 'permalink'>,
  at: DigestChannel & { period: string; dueAt: number },
  setting: Pick<DigestSetting, 'zone'> | undefined,
): Promise<Digest> {
  const { teamId, channelId, dueAt } = at
  const { shared } = await deps.describeChannel(at)
  const last = await findLastSent(deps.store, at, dueAt)
  const from = isAsked(at.period) || !last ? dueAt - weekMs : Math.max(last.dueAt, dueAt - longestMs)
  const window = { from, to: dueAt, zone: setting?.zone ?? 'UTC', before: last?.counts ?? undefined }
  const digest = buildDigest(await readDigestFacts(deps.store, { teamId, channelId, shared }, window))
  const items = await Promise.all(
    digest.questions.items.map(async (question) => ({
      ...question,
      link: await deps.permalink({ teamId, channelId, threadTs: question.threadTs, ts: question.messageTs }),
    })),
  )
  return { ...digest, questions: { ...digest.questions, items } }
}
