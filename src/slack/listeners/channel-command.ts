import type { SlashCommand } from '@slack/bolt'
import type { ChannelSettings } from '../../access/channel-settings.ts'
import type { ChannelAddress } from '../../access/repository-links.ts'
import type { LinkDeps } from './link-commands.ts'
import { readRepositoryName } from './read-repository-name.ts'
import { sentences } from '../views/sentences.ts'

export interface ChannelDeps {
  channelSettings: {
    read: (channel: ChannelAddress) => Promise<ChannelSettings>
    change: (channel: ChannelAddress, change: Partial<ChannelSettings>, userId: string) => Promise<void>
  }
  hasModel: boolean
}

/** `/architect channel [repo owner/repo | depth facts|standard|deep | language German | reactions on|off | clear]`: what reviews here need not ask for. */
export async function setUpChannel(
  command: SlashCommand,
  { channelSettings, links, hasModel }: ChannelDeps & Pick<LinkDeps, 'links'>,
): Promise<string> {
  const channel = { teamId: command.team_id, channelId: command.channel_id }
  const change = readChange(command.text.trim())
  if (typeof change === 'string') return change
  if (change) await channelSettings.change(channel, change, command.user_id)
  return sentences.channelSettings(await channelSettings.read(channel), await links.list(channel), hasModel)
}

const cleared: Partial<ChannelSettings> = { repository: null, depth: null, language: null, decideByReaction: false }

/** Nothing to change for no words; a sentence for words that name no setting. */
function readChange(text: string): Partial<ChannelSettings> | string | undefined {
  if (text === '') return undefined
  if (text === 'clear') return cleared
  const [name = '', ...rest] = text.split(/\s+/)
  const value = rest.join(' ')
  const change = value === '' ? undefined : readers.get(name.toLowerCase())?.(value)
  return change ?? sentences.channelUsage
}

const readers = new Map<string, (value: string) => Partial<ChannelSettings> | undefined>(
  Object.entries({
    repo: readRepository,
    repository: readRepository,
    depth: (value: string) => {
      const depth = (['facts', 'standard', 'deep'] as const).find((known) => known === value.toLowerCase())
      return depth && { depth }
    },
    language: (value: string) => (/^[\p{L}\p{M} ()-]{2,40}$/u.test(value) ? { language: value } : undefined),
    reactions: (value: string) =>
      /^(?:on|off)$/i.test(value) ? { decideByReaction: value.toLowerCase() === 'on' } : undefined,
  }),
)

function readRepository(value: string): Partial<ChannelSettings> | undefined {
  const repository = readRepositoryName(value)
  return repository === undefined ? undefined : { repository }
}
