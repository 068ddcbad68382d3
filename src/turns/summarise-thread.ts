import * as z from 'zod'
import type { Material } from '../agent/prompt.ts'
import { costOf } from '../claude/prices.ts'
import { estimateTokens } from '../claude/estimate-tokens.ts'
import type { Store } from '../db/open-store.ts'
import { threadFacts, threads } from '../db/schema.ts'
import { inThread } from './in-thread.ts'
import type { ThreadAddress } from './inbound.ts'
import type { TurnInput } from './load-turn.ts'
import { type Names, renderPast } from './transcript.ts'
import type { TurnDeps } from './deps.ts'

/** Past this much history, in tokens, old turns give way to a summary. A judgement: long prompts cost money and focus. */
const summariseAboveTokens = 40_000
/** The newest turns always stay verbatim. */
const turnsKept = 3

const factKinds = ['decision', 'constraint', 'number', 'question'] as const
const digest = z.object({
  summary: z.string(),
  facts: z.array(z.object({ kind: z.enum(factKinds), text: z.string(), messageTs: z.string() })),
})

/** What an earlier part of a thread came to, for the prompt; empty when nothing was summarised yet. */
export async function readMemory(
  store: Store,
  thread: ThreadAddress & { summary: string | null },
): Promise<Material[]> {
  if (!thread.summary) return []
  const facts = await store.read.select().from(threadFacts).where(inThread(threadFacts, thread)).orderBy(threadFacts.id)
  const lines = facts.map(({ kind, text, messageTs }) => `- ${kind} [${messageTs}]: ${text}`)
  return [
    { title: 'Summary of the earlier part of this thread', text: thread.summary },
    ...(lines.length > 0 ? [{ title: 'Facts from it, each with the ts of its message', text: lines.join('\n') }] : []),
  ]
}

/**
 * Replaces a thread's old turns, where they have grown too long, by a summary and facts that name their message. The messages
 * stay stored. Does nothing when the thread is short or the model fails; returns what the call cost, undefined when unknown.
 */
export async function summariseThread(
  deps: Pick<TurnDeps, 'store' | 'claude' | 'prompts' | 'smallModelName' | 'budget'>,
  thread: ThreadAddress & { summary: string | null },
  past: TurnInput['past'],
  names: Names,
  signal: AbortSignal,
): Promise<{ costUsd: number | undefined } | undefined> {
  const old = past.slice(0, -turnsKept)
  const last = old.at(-1)
  const text = renderPast(old, names)
    .map(({ user, assistant }) => `${user}\n\nArchitect: ${assistant}`)
    .join('\n\n')
  if (!deps.claude || !last || estimateTokens(text) < summariseAboveTokens) return undefined
  const earlier = thread.summary ? `Summary so far:\n${thread.summary}\n\n` : ''
  const payer = await deps.budget.account(thread.teamId)
  const result = await deps.claude.extract(
    { schema: digest, system: [{ text: deps.prompts.summary }], prompt: `${earlier}Thread:\n${text}`, payer },
    signal,
  )
  const spent = { costUsd: costOf(result.ok ? result.model : deps.smallModelName, result.usage) }
  if (!result.ok) return spent
  const said = new Set(old.flatMap(({ messages }) => messages.map((message) => message.ts)))
  const { teamId, channelId, threadTs } = thread
  await deps.store.write(async (tx) => {
    await tx
      .update(threads)
      .set({ summary: result.value.summary, summarisedUntil: last.turn.createdAt })
      .where(inThread(threads, thread))
    // A fact that names no message of the thread is the model's invention.
    for (const fact of result.value.facts.filter(({ messageTs }) => said.has(messageTs)))
      await tx.insert(threadFacts).values({ teamId, channelId, threadTs, ...fact })
  })
  return spent
}
