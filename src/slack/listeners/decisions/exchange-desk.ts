import type { SlashCommand } from '@slack/bolt'
import { audienceOf } from '../../../access/visible-repository.ts'
import { describeExport, describeImported } from '../../../decisions/exchange/describe.ts'
import type { DecisionExchange } from '../../../decisions/exchange/decision-exchange.ts'
import type { ExchangePlace } from '../../../decisions/exchange/exchange-deps.ts'
import type { Imported } from '../../../decisions/import-decisions.ts'
import { readSeenFile, renderImport, renderLines } from '../../views/decisions/exchange.ts'
import type { Reply } from '../../views/reply.ts'
import { sentences } from '../../views/sentences.ts'
import type { ChannelDeps } from '../channel-command.ts'
import type { LinkDeps } from '../link-commands.ts'
import { readRepositoryName } from '../read-repository-name.ts'
import { type Actor, type DeskDeps, refreshCards } from './decision-desk.ts'

export interface ExchangeDeskDeps extends DeskDeps, Pick<ChannelDeps, 'channelSettings'>, Pick<LinkDeps, 'links'> {
  exchange: Pick<DecisionExchange, 'export' | 'preview' | 'import' | 'settle'>
  /** False where one process serves many workspaces: its GitHub credentials are none of theirs. */
  privateCode: boolean
}

/** `/architect export [owner/repo]`: this channel's decisions to its repository, by one pull request. */
export async function exportToRepository(command: SlashCommand, deps: ExchangeDeskDeps): Promise<string> {
  if (!deps.privateCode) return sentences.writesForNobody
  const asker = askerOf(command)
  const repository = await pickRepository(command, deps, 'export')
  if (typeof repository === 'string') return repository
  const place = await openPlace(deps, asker, repository.name)
  if (place.audience.shared) return sentences.sharedWritesNothing
  const branch = `architect/decisions-${asker.channelId.toLowerCase()}`
  const by = { userId: asker.userId, isAdmin: false, origin: 'command' as const }
  const isLinked = async (name: string) => (await deps.links.list(asker)).includes(name)
  const result = await deps.exchange.export({ ...place, branch, isLinked }, by)
  return renderLines('refused' in result ? [result.refused] : describeExport(result))
}

/** `/architect import [owner/repo]`: what the decision files of a repository are; nothing changes before a button is pressed. */
export async function showImport(command: SlashCommand, deps: ExchangeDeskDeps): Promise<Reply | string> {
  const repository = await pickRepository(command, deps, 'import')
  if (typeof repository === 'string') return repository
  const plan = await deps.exchange.preview(await openPlace(deps, askerOf(command), repository.name))
  return 'refused' in plan ? renderLines([plan.refused]) : renderImport(plan)
}

/** The button that takes over what a preview has shown; gives the sentences for who pressed it. */
export async function pressImport(deps: ExchangeDeskDeps, pressed: Actor & { value: string }): Promise<string> {
  const seen = readSeenFile(pressed.value)
  if (!seen) return sentences.unknownAction
  const place = await openPlace(deps, pressed, seen.repository)
  return finish(deps, await deps.exchange.import(place, seen.sha, importer(pressed)))
}

/** The buttons that choose a side for one file; gives the sentences for who pressed it. */
export async function pressSide(
  deps: ExchangeDeskDeps,
  { side, ...pressed }: Actor & { value: string; side: 'theirs' | 'ours' },
): Promise<string> {
  const seen = readSeenFile(pressed.value)
  if (!seen) return sentences.unknownAction
  const place = await openPlace(deps, pressed, seen.repository)
  const settled = await deps.exchange.settle(place, { ...seen, side }, importer(pressed))
  if (!settled) return sentences.settledBefore
  if (side === 'ours' && 'imported' in settled) return sentences.oursKept
  return finish(deps, settled)
}

async function finish(deps: ExchangeDeskDeps, result: Imported | { refused: string }): Promise<string> {
  if (!('imported' in result)) return renderLines([result.refused])
  for (const decision of result.updated) await refreshCards(deps, { decision, alsoChanged: [] })
  return renderLines(describeImported(result))
}

async function pickRepository(
  command: SlashCommand,
  { directory, channelSettings, links }: ExchangeDeskDeps,
  verb: 'export' | 'import',
): Promise<{ name: string } | string> {
  const channel = askerOf(command)
  if (!(await directory.isMember(channel.teamId, channel.channelId))) return sentences.inviteMe
  const named = readRepositoryName(command.text)
  if (named) return { name: named }
  if (command.text.trim() !== '') return sentences.exchangeUsage(verb)
  const { repository } = await channelSettings.read(channel)
  const linked = await links.list(channel)
  const [only] = repository === null ? linked : [repository]
  if (only === undefined || (repository === null && linked.length > 1)) return sentences.exchangeUsage(verb)
  return { name: only.toLowerCase() }
}

/** What may be read there is asked anew with each press. */
async function openPlace(
  { directory, links, privateCode }: ExchangeDeskDeps,
  { teamId, channelId }: Pick<Actor, 'teamId' | 'channelId'>,
  repository: string,
): Promise<ExchangePlace> {
  const { shared } = await directory.channel(teamId, channelId, 0)
  await directory.confirmOpen(teamId)
  const code = audienceOf(() => links.list({ teamId, channelId }), shared || !privateCode)
  return { repository, audience: { teamId, channelId, shared }, code }
}

const importer = ({ userId }: Actor) => ({ userId, isAdmin: false, origin: 'import' as const })

const askerOf = ({ team_id: teamId, channel_id: channelId, user_id: userId }: SlashCommand): Actor => ({
  teamId,
  channelId,
  userId,
})
