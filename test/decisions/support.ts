import type { Store } from '../../src/db/open-store.ts'
import { channels } from '../../src/db/schema.ts'
import type { Audience } from '../../src/decisions/audience.ts'
import type { NewDecision } from '../../src/decisions/decide.ts'
import { type Actor, type DecisionBody, emptyBody } from '../../src/decisions/decision.ts'

export function person(userId: string, isAdmin = false): Actor {
  return { userId, isAdmin, origin: 'button' }
}

/** A body that can be proposed. */
export function bodyOf(title: string, deciders: string[], changes: Partial<DecisionBody> = {}): DecisionBody {
  const outcome = { option: 'Yes', justification: [] }
  return { ...emptyBody(title), deciders, outcome, ...changes }
}

export function newDecision(id: string, body: DecisionBody, changes: Partial<NewDecision> = {}): NewDecision {
  const place = { teamId: 'T1', channelId: 'C1', threadTs: undefined, threadLink: undefined }
  return { id, ...place, body, checks: [], reviewBy: undefined, supersedes: [], ...changes }
}

export const inC1: Audience = { teamId: 'T1', channelId: 'C1', shared: false }

type Kind = 'public' | 'private' | 'direct'

export async function addChannel(store: Store, channelId: string, kind: Kind, shared = false): Promise<void> {
  await store.write(async (tx) => {
    await tx
      .insert(channels)
      .values({ teamId: 'T1', channelId, name: channelId.toLowerCase(), kind, shared, fetchedAt: 0 })
  })
}
