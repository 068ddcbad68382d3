import { and, eq } from 'drizzle-orm'
import { join } from 'node:path'
import { keepNames } from '../app/keep-names.ts'
import type { Config } from '../config.ts'
import type { Store } from '../db/open-store.ts'
import { channels, installations, people } from '../db/schema.ts'
import type { ExchangeDeps } from '../decisions/exchange/exchange-deps.ts'
import { createMemoryCache } from '../github/answer-cache.ts'
import { connectGitHub } from '../github/connect-github.ts'

/** What the commands print, and how they end. */
export interface Outcome {
  output: string
  exitCode: 0 | 1 | 2
}

/** Lines for a person at a terminal. */
export function end(lines: readonly string[], exitCode: Outcome['exitCode']): Outcome {
  return { output: `${lines.join('\n')}\n`, exitCode }
}

/** Who acts in the audit trail when nobody of Slack does. */
export function commandLine(origin: 'command' | 'import') {
  return { userId: 'command line', isAdmin: false, origin }
}

/** Builds what an exchange on the command line runs on; it connects to nothing before it is asked to. */
export function buildExchange(config: Pick<Config, 'github' | 'store'>, store: Store): ExchangeDeps {
  const setup = {
    apiUrl: config.github.apiUrl,
    auth: config.github.auth,
    userAgent: 'architect-exchange',
    cache: createMemoryCache(),
    names: keepNames(store, config.github.apiUrl, Date.now),
    snapshotDirectory: join(config.store.dataDir, 'snapshots'),
  }
  return {
    store,
    ...connectGitHub(setup),
    personName: (teamId, userId) => readName(store, teamId, userId),
    now: Date.now,
    signal: new AbortController().signal,
  }
}

/** A person's name as Slack last gave it to the bot; the id while it never did. */
async function readName(store: Store, teamId: string, userId: string): Promise<string> {
  const [row] = await store.read
    .select({ name: people.name })
    .from(people)
    .where(and(eq(people.teamId, teamId), eq(people.userId, userId)))
  return row?.name ?? userId
}

/** A workspace of the database; one sentence when it is not clear which. `isOne` when its bot token is in the settings. */
export async function pickWorkspace(
  store: Store,
  named: string | undefined,
): Promise<{ teamId: string; isOne: boolean } | string> {
  const rows = await store.read.select().from(installations)
  const ids = rows.map(({ teamId }) => teamId).join(', ')
  if (rows.length === 0) return 'There is no workspace in this database yet: start the bot once with npm start.'
  const [row, second] = named === undefined ? rows : rows.filter(({ teamId }) => teamId === named)
  if (!row) return `There is no workspace ${named} in this database, only ${ids}.`
  if (second) return `There are several workspaces: name one with --workspace. I know ${ids}.`
  return { teamId: row.teamId, isOne: row.sealedBotToken === null }
}

/** A channel as Slack last described it to the bot; one sentence when it never did. */
export async function findChannel(
  store: Store,
  teamId: string,
  channelId: string,
): Promise<{ shared: boolean } | string> {
  const [row] = await store.read
    .select({ shared: channels.shared })
    .from(channels)
    .where(and(eq(channels.teamId, teamId), eq(channels.channelId, channelId)))
  return (
    row ??
    `I do not know a channel ${channelId}: give its id, such as C0123ABCD, and mention the bot there once so that it learns who may read it.`
  )
}
