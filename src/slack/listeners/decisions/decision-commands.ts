import type { SlashCommand } from '@slack/bolt'
import { emptyBody } from '../../../decisions/decision.ts'
import { readFilter } from '../../../decisions/read-filter.ts'
import { searchDecisions } from '../../../decisions/search-decisions.ts'
import { listDecisions } from '../../../decisions/store.ts'
import { renderDecisionLines } from '../../views/decisions/list.ts'
import type { Reply } from '../../views/reply.ts'
import { sentences } from '../../views/sentences.ts'
import { suggest } from './answer-suggestion.ts'
import { audienceOf, type DeskDeps } from './decision-desk.ts'

const shownAtMost = 15

/** `/architect decide <title>`: opens the form; nothing is recorded before it is sent. */
export async function decide(command: SlashCommand, deps: DeskDeps): Promise<string> {
  const { team_id: teamId, channel_id: channelId, user_id: userId, text, trigger_id: triggerId } = command
  if (!(await deps.directory.isMember(teamId, channelId))) return sentences.inviteMe
  const body = { ...emptyBody(text.trim().slice(0, 150)), deciders: [userId] }
  await suggest(deps, { teamId, channelId }, triggerId, { body, checks: [], reviewBy: undefined, supersedes: [] })
  return sentences.formOpened
}

/** `/architect decisions [words] [status:…] [tag:…] [repo:…]`: what was decided, as far as this person may know of it. */
export async function showDecisions(command: SlashCommand, deps: DeskDeps): Promise<Reply | string> {
  const { team_id: teamId, channel_id: channelId, user_id: userId, text } = command
  const asked = readFilter(text)
  if (typeof asked === 'string') return asked
  const audience = await audienceOf(deps, { teamId, channelId, userId })
  const found =
    asked.words === ''
      ? await listDecisions(deps.store, audience, asked.filter, shownAtMost)
      : await searchDecisions(deps.store, audience, asked.words, asked.filter, shownAtMost)
  if (found.length === 0) return sentences.noDecisions
  const title = sentences.decisionsFound(found.length, found.length === shownAtMost)
  return {
    text: title,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: title } }, ...renderDecisionLines(found)],
  }
}
