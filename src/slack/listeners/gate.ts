import type { SlashCommand } from '@slack/bolt'
import { type Need, refuseAct } from '../../access/standing.ts'
import type { Directory } from '../directory.ts'
import { actionIds, shortcutIds } from '../views/action-ids.ts'
import { decisionActs, decisionForms, suggestionActs } from '../views/decisions/acts.ts'

export interface GateDeps {
  directory: Directory
}

export const reaction = 'reaction'

/** What each act takes, by what Slack calls the button, form or shortcut; one that is not here settles something. */
const needs: Record<string, Need> = {
  [actionIds.stop]: 'read',
  [actionIds.feedback]: 'read',
  [actionIds.feedbackUp]: 'read',
  [actionIds.feedbackDown]: 'read',
  [decisionActs.details.actionId]: 'read',
  [decisionActs.approve.actionId]: 'vote',
  [decisionActs.reject.actionId]: 'vote',
  [reaction]: 'vote',
  [decisionActs.propose.actionId]: 'ask',
  [decisionActs.edit.actionId]: 'ask',
  [decisionActs.withdraw.actionId]: 'ask',
  [decisionActs.amend.actionId]: 'ask',
  [decisionActs.review.actionId]: 'ask',
  [decisionActs.supersede.actionId]: 'ask',
  [decisionActs.deprecate.actionId]: 'ask',
  [decisionActs.reopen.actionId]: 'ask',
  [decisionForms.record]: 'ask',
  [suggestionActs.keep.actionId]: 'ask',
  [suggestionActs.edit.actionId]: 'ask',
  [suggestionActs.drop.actionId]: 'ask',
  [actionIds.recordDecision]: 'ask',
  [actionIds.retry]: 'ask',
  [actionIds.review]: 'ask',
  [shortcutIds.ask]: 'ask',
  [shortcutIds.review]: 'ask',
  [shortcutIds.record]: 'ask',
}

const commandNeeds = new Map<string, Need>([
  ['links', 'read'],
  ['decisions', 'read'],
  ['decide', 'ask'],
])

/** What a command takes; settings without a change are only shown. */
export function needOf({ command, text }: Pick<SlashCommand, 'command' | 'text'>): Need {
  if (command === '/arch-review') return 'ask'
  const [name = '', ...change] = text.trim().toLowerCase().split(/\s+/)
  const isShown = change.length === 0 && ['', 'help', 'channel', 'digest'].includes(name)
  return isShown ? 'read' : (commandNeeds.get(name) ?? 'settle')
}

/** Why somebody may not do this, in one sentence; undefined when they may. Every act of a person comes by here. */
export function refuse(
  deps: GateDeps,
  person: { teamId: string; userId: string },
  act: string,
): Promise<string | undefined> {
  return refuseNeed(deps, person, needs[act] ?? 'settle')
}

/** The same for what is known to take `need`. */
export async function refuseNeed(
  { directory }: GateDeps,
  { teamId, userId }: { teamId: string; userId: string },
  need: Need,
): Promise<string | undefined> {
  return need === 'read' ? undefined : refuseAct(need, (await directory.person(teamId, userId)).standing)
}
