import type { SlashCommand } from '@slack/bolt'
import type { Digest } from '../../decisions/digest/digest.ts'
import { type DigestRequest, parseDigestCommand, readZone } from '../../decisions/digest/parse-digest-command.ts'
import type { DigestChange, DigestChannel, DigestSetting } from '../../decisions/digest/settings.ts'
import type { Directory } from '../directory.ts'
import { digestSentences } from '../views/digest-sentences.ts'
import { renderDigest } from '../views/digest.ts'
import type { Reply } from '../views/reply.ts'
import { sentences } from '../views/sentences.ts'

export interface DigestCommandDeps {
  directory: Directory
  isMember: (teamId: string, channelId: string) => Promise<boolean>
  digests: {
    find: (channel: DigestChannel) => Promise<DigestSetting | undefined>
    set: (channel: DigestChannel, change: DigestChange & { zone: string }, userId: string) => Promise<DigestSetting>
    /** Sends one as soon as it can be sent; asking again with the same id changes nothing. */
    ask: (channel: DigestChannel, askId: string) => Promise<void>
    preview: (channel: DigestChannel) => Promise<Digest>
    /** When the next one comes, ms. */
    next: (setting: DigestSetting) => Promise<number>
  }
}

/** `/architect digest [now | on <day> <time> <zone> | off | preview | quiet skip|say-so]`, for the channel it is typed in. */
export async function changeDigest(command: SlashCommand, deps: DigestCommandDeps): Promise<string | Reply> {
  const parsed = parseDigestCommand(command.text)
  if (!parsed.ok) return parsed.sentence
  const channel = { teamId: command.team_id, channelId: command.channel_id }
  const { kind } = await deps.directory.channel(channel.teamId, channel.channelId)
  if (kind === 'direct') return digestSentences.channelsOnly
  if (!(await deps.isMember(channel.teamId, channel.channelId))) return sentences.inviteMe
  return carryOut(parsed.request, channel, command, deps)
}

async function carryOut(
  request: DigestRequest,
  channel: DigestChannel,
  { user_id: userId, trigger_id: triggerId }: SlashCommand,
  deps: DigestCommandDeps,
): Promise<string | Reply> {
  const { digests, directory } = deps
  const setting = await digests.find(channel)
  const zone = async () => setting?.zone ?? readZone((await directory.zone(channel.teamId, userId)) ?? '') ?? 'UTC'
  switch (request.kind) {
    case 'show':
      return setting?.on ? describe(setting, digests) : digestSentences.off(setting?.offReason)
    case 'now':
      await digests.ask(channel, triggerId)
      return digestSentences.asked
    case 'preview':
      return renderDigest(await digests.preview(channel))
    case 'off':
      if (setting?.on) await digests.set(channel, { on: false, offReason: null, zone: setting.zone }, userId)
      return digestSentences.turnedOff
    case 'quiet': {
      const kept = await digests.set(channel, { quietWeeks: request.quietWeeks, zone: await zone() }, userId)
      return digestSentences.quiet(kept.quietWeeks, kept.on)
    }
    case 'on': {
      const { weekday, time } = request.at ?? {}
      const asked = request.at && (request.at.zone ?? readZone((await directory.zone(channel.teamId, userId)) ?? ''))
      const change = { on: true, offReason: null, ...(weekday && { weekday }), ...(time && { time }) }
      return describe(await digests.set(channel, { ...change, zone: asked ?? (await zone()) }, userId), digests)
    }
  }
}

async function describe(setting: DigestSetting, { next }: DigestCommandDeps['digests']): Promise<string> {
  return digestSentences.on(setting, await next(setting))
}
