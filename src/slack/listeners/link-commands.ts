import type { SlashCommand } from '@slack/bolt'
import type { ChannelAddress } from '../../access/repository-links.ts'
import type { Directory } from '../directory.ts'
import { readRepositoryName } from './read-repository-name.ts'
import { sentences } from '../views/sentences.ts'

export interface LinkDeps {
  directory: Directory
  links: {
    list: (channel: ChannelAddress) => Promise<string[]>
    /** Gives the repository's own name, or why it is not linked. */
    link: (
      channel: ChannelAddress,
      address: string,
      userId: string,
    ) => Promise<{ linked: string } | { refused: string }>
    unlink: (channel: ChannelAddress, repository: string) => Promise<boolean>
  }
}

/** `/architect link owner/repo`: lets this channel read a private repository. Admins only, never in a shared channel. */
export async function linkChannel(command: SlashCommand, deps: LinkDeps): Promise<string> {
  if (!readRepositoryName(command.text)) return sentences.linkUsage
  if (!(await isAdmin(command, deps))) return sentences.adminsOnly
  const channel = await deps.directory.channel(command.team_id, command.channel_id, 0)
  if (channel.shared) return sentences.sharedChannel
  const result = await deps.links.link(channelOf(command), command.text, command.user_id)
  return 'linked' in result ? sentences.linked(result.linked) : result.refused
}

/** `/architect unlink owner/repo`. */
export async function unlinkChannel(command: SlashCommand, deps: LinkDeps): Promise<string> {
  const repository = readRepositoryName(command.text)
  if (!repository) return sentences.linkUsage.replace('link', 'unlink')
  if (!(await isAdmin(command, deps))) return sentences.adminsOnly
  const gone = await deps.links.unlink(channelOf(command), repository)
  return gone ? sentences.unlinked(repository) : sentences.notLinked(repository)
}

/** `/architect links`. */
export async function listLinks(command: SlashCommand, deps: LinkDeps): Promise<string> {
  return sentences.links(await deps.links.list(channelOf(command)))
}

async function isAdmin(command: SlashCommand, { directory }: LinkDeps): Promise<boolean> {
  return (await directory.person(command.team_id, command.user_id, 0)).isAdmin
}

const channelOf = (command: SlashCommand): ChannelAddress => ({
  teamId: command.team_id,
  channelId: command.channel_id,
})
