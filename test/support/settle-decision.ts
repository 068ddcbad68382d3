import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { openStore } from '../../src/db/open-store.ts'
import { actOnDecision, recordDecision } from '../../src/decisions/act-on-decision.ts'
import type { NewDecision } from '../../src/decisions/decide.ts'
import type { DecisionBody } from '../../src/decisions/decision.ts'
import { newDecision, person } from '../decisions/support.ts'
import type { Channel } from './slack/world.ts'
import type { Workspace } from './start-workspace.ts'

/** Records a decision as it would come out of a thread of a channel, proposes it and, unless told otherwise, accepts it. */
export async function settleDecision(
  { env, slack }: Pick<Workspace, 'env' | 'slack'>,
  channel: Channel,
  body: DecisionBody,
  {
    now = Date.now(),
    isAccepted = true,
    ...changes
  }: Partial<NewDecision> & { now?: number; isAccepted?: boolean } = {},
): Promise<void> {
  const store = openStore(join(env.ARCHITECT_DATA_DIR ?? '', 'architect.db'))
  const audience = { teamId: slack.team.id, channelId: channel.id, shared: false }
  const place = { teamId: slack.team.id, channelId: channel.id }
  const given = newDecision(randomUUID(), body, { ...place, ...changes })
  const author = person(body.deciders[0] ?? '')
  const drafted = await recordDecision(store, audience, given, author, now)
  const proposed =
    'refused' in drafted
      ? drafted
      : await actOnDecision(store, audience, drafted.decision, { kind: 'propose' }, author, now)
  const settled =
    'refused' in proposed || !isAccepted
      ? proposed
      : await actOnDecision(store, audience, proposed.decision, { kind: 'approve' }, author, now)
  await store.close()
  if ('refused' in settled) throw new Error(settled.refused)
}
