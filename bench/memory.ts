import { type Figure, formatMb, note, report } from './support/figure.ts'
import { openWorkspace, type Workspace } from './support/open-workspace.ts'
import { startBareBolt } from './support/start-bare-bolt.ts'

const turnsPerThread = 4
const threadsAtATime = 5
const questions = [
  'Fastify or Express for a new service?',
  'And how do we validate what comes in?',
  'How do we keep orders and payments in step when one of them fails?',
  'What do we need before it goes into production?',
]

/**
 * Resident memory, as the bot reports it, idle and after 1,000 answers without a model key, in threads of four questions.
 * The growth of the second 500 answers is the telling number: what the first ones need is loaded once.
 */
export async function measureMemory(): Promise<Figure[]> {
  await using workspace = await openWorkspace()
  await using bot = await workspace.startBot('socket')
  using peer = await startBareBolt(workspace.slack)
  const idle = await bot.readMemory()
  const peerIdle = await peer.readMemory()
  note('memory: 500 turns')
  const half = await memoryAfterHalf(workspace, bot)
  note('memory: 1,000 turns')
  const full = await memoryAfterHalf(workspace, bot)
  return [
    {
      name: 'memory, idle',
      ours: formatMb(idle),
      against: `${formatMb(peerIdle)} bare Bolt, idle`,
      ratio: idle / peerIdle,
    },
    { name: 'memory after 1,000 turns', ours: formatMb(full), against: `${formatMb(idle)} idle`, ratio: full / idle },
    {
      name: 'memory, turns 501 to 1,000',
      ours: formatMb(full),
      against: `${formatMb(half)} after 500 turns`,
      ratio: full / half,
      aim: { most: 1.1 },
    },
  ]
}

/** The least of ten readings in the last 200 of 500 turns: between two collections of garbage memory goes up by a third. */
async function memoryAfterHalf(workspace: Workspace, bot: { readMemory(): Promise<number> }): Promise<number> {
  await takeTurns(workspace, 300)
  const readings: number[] = []
  while (readings.length < 10) {
    await takeTurns(workspace, 20)
    readings.push(await bot.readMemory())
  }
  return Math.min(...readings)
}

async function takeTurns(workspace: Workspace, turns: number): Promise<void> {
  let threadsLeft = turns / turnsPerThread
  const talk = async () => {
    while (threadsLeft-- > 0) await holdConversation(workspace)
  }
  await Promise.all(Array.from({ length: threadsAtATime }, talk))
}

async function holdConversation({ slack, dana, orders }: Workspace): Promise<void> {
  let threadTs: string | undefined
  for (const question of questions) {
    const ts = dana.says(orders, `${slack.mention} ${question}`, threadTs === undefined ? {} : { threadTs })
    threadTs ??= ts
    await slack.waitForReply(orders, threadTs, { after: ts, timeoutMs: 30_000 })
  }
}

if (import.meta.main) await report([measureMemory])
