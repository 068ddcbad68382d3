import { isLinkedElsewhere } from '../../access/repository-links.ts'
import type { Store } from '../../db/open-store.ts'
import type { Decision } from '../decision.ts'
import { listExportable } from '../store.ts'
import type { ExchangePlace } from './exchange-deps.ts'

/** The decisions that may stand in a repository, and how many must not, as more people read it than them. */
export async function chooseDecisions(
  store: Store,
  { repository, audience }: ExchangePlace,
  isPrivate: boolean,
): Promise<{ chosen: Decision[]; leftOut: number }> {
  const readable = await listExportable(store, audience, repository)
  if (isPrivate && !(await isLinkedElsewhere(store, audience, repository))) return { chosen: readable, leftOut: 0 }
  const everywhere = { teamId: audience.teamId, channelId: '', shared: false }
  const open = new Set((await listExportable(store, everywhere, repository)).map(({ id }) => id))
  const chosen = readable.filter(({ id }) => open.has(id))
  return { chosen, leftOut: readable.length - chosen.length }
}
