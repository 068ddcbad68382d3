import { monitorEventLoopDelay } from 'node:perf_hooks'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '../test/support/random.ts'
import { openStore, type Store } from '../src/db/open-store.ts'
import { messages } from '../src/db/schema.ts'
import { searchMessages } from '../src/turns/search-threads.ts'
import { createFolder } from './support/folder.ts'
import { type Figure, formatMs, note, report } from './support/figure.ts'
import { percentile } from './support/statistics.ts'

const messageCount = 100_000
const messagesPerWrite = 2000
const searches = 300
const limitMs = 50
/** What a quiet event loop shows at this resolution is the resolution itself and a little. */
const resolutionMs = 5
const delayLimitMs = 10

const audience = { teamId: 'T1', channelId: 'C1', shared: false, turnId: '' }

/** Search over 100,000 messages as the bot does it, one after another, and how late the event loop ran meanwhile. */
export async function measureSearch(): Promise<Figure[]> {
  using folder = createFolder()
  const store = openStore(join(folder.path, 'architect.db'))
  try {
    note(`search: ${messageCount} messages`)
    const random = createRandom(1)
    await fill(store, random)
    for (let count = 0; count < 10; count++) await ask(store, random)
    const quiet = await measureDelay(() => sleep(2000))
    const tookMs: number[] = []
    const busy = await measureDelay(async () => {
      for (let count = 0; count < searches; count++) tookMs.push(await ask(store, random))
    })
    const p95 = percentile(tookMs, 0.95)
    return [
      {
        name: 'search, 100,000 messages, p95',
        ours: formatMs(p95),
        against: `limit ${limitMs} ms`,
        ratio: p95 / limitMs,
        aim: { most: 1 },
      },
      {
        name: 'event loop delay while searching, p99',
        ours: formatMs(busy),
        against: `limit ${delayLimitMs} ms; idle ${formatMs(quiet)}`,
        ratio: busy / delayLimitMs,
        aim: { most: 1 },
      },
    ]
  } finally {
    await store.close()
  }
}

async function measureDelay(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  await work()
  delay.disable()
  return Math.max(0, delay.percentile(99) / 1e6 - resolutionMs)
}

async function ask(store: Store, random: () => number): Promise<number> {
  const startedMs = performance.now()
  await searchMessages(store, audience, sayQuestion(random), 20)
  return performance.now() - startedMs
}

async function fill(store: Store, random: () => number): Promise<void> {
  for (let start = 0; start < messageCount; start += messagesPerWrite)
    await store.write(async (tx) => {
      for (let index = start; index < start + messagesPerWrite; index++) {
        const ts = `${index}.000100`
        const text = sayWords(random, 20 + Math.floor(random() * 60))
        const thread = { teamId: 'T1', channelId: `C${index % 50}`, threadTs: ts, ts }
        await tx.insert(messages).values({ ...thread, authorId: 'U1', fromArchitect: false, text })
      }
    })
}

const vocabulary = 5000
const stopWords = 50

/** Words as unevenly frequent as those of a language. */
function sayWords(random: () => number, count: number): string {
  return Array.from({ length: count }, () => `word${Math.floor(vocabulary ** random())}`).join(' ')
}

/** The most frequent words are a language's stop words, and those are not searched. */
function sayQuestion(random: () => number): string {
  const telling = () => `word${Math.floor(stopWords + (vocabulary - stopWords) * random() ** 3)}`
  return Array.from({ length: 6 }, telling).join(' ')
}

if (import.meta.main) await report([measureSearch])
