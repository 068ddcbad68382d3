import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import * as z from 'zod'
import { type Figure, formatMs, formatRate, note, report } from './support/figure.ts'
import { makeMentionTemplate } from './support/mention-template.ts'
import { openWorkspace } from './support/open-workspace.ts'
import { compareSides, Rivals } from './support/rivals.ts'
import { startBareBolt } from './support/start-bare-bolt.ts'
import { startLoadClient } from './support/start-load-client.ts'

const connections = 32
const warmUp = { rounds: 1, count: 8000 }
const burst = { rounds: 9, count: 8000 }
const paced = { rounds: 5, count: 1000, perSecond: 200 }

/**
 * Signed mentions over HTTP, each a new one, each on disk with synchronous=FULL before its 200, against a bare Bolt app
 * that keeps nothing. The bot is the real process. Slack stops answering once both are signed in: eight answers hang
 * there and the rest waits in the queue, so that accepting is measured and answering does not compete for the cores.
 */
export async function measureAcknowledge(): Promise<Figure[]> {
  await using workspace = await openWorkspace()
  const { slack, folder } = workspace
  const { signingSecret } = slack
  using peer = await startBareBolt(slack)
  await using bot = await workspace.startBot('http')
  using client = startLoadClient()
  slack.fail('*', { hang: true, times: Number.POSITIVE_INFINITY })
  const template = { envelope: makeMentionTemplate(workspace), signingSecret, connections }
  const rivals = new Rivals(client, template, { ours: bot.port, peer: peer.port })

  note('acknowledge: warm-up')
  await rivals.compare(warmUp.rounds, { count: warmUp.count })
  note(`acknowledge: ${connections} at a time`)
  const fast = await rivals.compare(burst.rounds, { count: burst.count })
  note(`acknowledge: ${paced.perSecond} a second`)
  const even = await rivals.compare(paced.rounds, { count: paced.count, perSecond: paced.perSecond })
  await bot.kill()
  return [
    {
      name: `events acknowledged, ${connections} at a time`,
      ...compareSides(fast, ({ perSecond }) => perSecond, formatRate),
      aim: { least: 1 },
    },
    { name: 'p99 of the same', ...compareSides(fast, ({ p99Ms }) => p99Ms, formatMs), aim: { most: 1.3 } },
    // With no others to share a commit with, each event waits for the disk alone, and Bolt's for nothing.
    { name: `p99 at ${paced.perSecond} a second`, ...compareSides(even, ({ p99Ms }) => p99Ms, formatMs) },
    countStored(join(folder, 'architect.db'), rivals.acceptedByUs),
  ]
}

function countStored(file: string, accepted: number): Figure {
  using database = openDatabase(file)
  const { stored } = z.object({ stored: z.number() }).parse(
    database.connection
      .prepare(
        `SELECT count(*) AS stored FROM inbox JOIN messages USING (team_id, channel_id, ts)
         WHERE inbox.kind = 'message'`,
      )
      .get(),
  )
  return {
    name: 'events on disk after kill -9',
    ours: stored.toLocaleString('en'),
    against: `${accepted.toLocaleString('en')} acknowledged`,
    ratio: stored / accepted,
    aim: { least: 1 },
  }
}

function openDatabase(file: string): Disposable & { connection: Sqlite.Database } {
  const connection = new Sqlite(file)
  return { connection, [Symbol.dispose]: () => void connection.close() }
}

if (import.meta.main) await report([measureAcknowledge])
