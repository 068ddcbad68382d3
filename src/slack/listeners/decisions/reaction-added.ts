import type { App } from '@slack/bolt'
import { readChannelSettings } from '../../../access/channel-settings.ts'
import { findByCard } from '../../../decisions/store.ts'
import type { Actor, DeskDeps } from './decision-desk.ts'
import { reaction, refuse } from '../gate.ts'

/** Reactions that say yes, where a channel lets reactions count. */
const yes = new Set(['white_check_mark', 'heavy_check_mark', '+1', 'thumbsup'])

/** Where a channel has turned it on, a check mark of a named decider on a decision's card approves it. Anybody else's means nothing. */
export function listenToReactions(app: App, deps: DeskDeps): void {
  app.event('reaction_added', async ({ event, context }) => {
    const { teamId } = context
    if (!teamId || event.item.type !== 'message' || !yes.has(event.reaction)) return
    const actor = { teamId, userId: event.user, channelId: event.item.channel }
    const { decideByReaction } = await readChannelSettings(deps.store, actor)
    if (!decideByReaction) return
    // Not needed to start.
    const { audienceOf } = await import('./decision-desk.ts')
    const { carryOut } = await import('./press-decision.ts')
    const card = await findByCard(deps.store, await audienceOf(deps, actor), event.item.ts)
    if (card?.decision.status !== 'proposed' || !card.decision.body.deciders.includes(event.user)) return
    // A word counts for what the card showed.
    const seen = { ...actor, id: card.decision.id, version: card.shownVersion }
    const refused = await refuse(deps, actor, reaction)
    const carried = refused ? { refused } : await carryOut(deps, seen, { kind: 'approve' }, 'reaction')
    if ('show' in carried) return carried.show()
    return tellReactor(deps, actor, carried.refused)
  })
}

async function tellReactor(
  { installations }: DeskDeps,
  { teamId, channelId, userId }: Actor,
  text: string,
): Promise<void> {
  const installation = await installations.find(teamId)
  await installation?.clients.interactive.chat.postEphemeral({ channel: channelId, user: userId, text })
}
