import { createFolder } from './support/folder.ts'
import { type Figure, formatMs, note, report } from './support/figure.ts'
import { openWorkspace } from './support/open-workspace.ts'
import type { Bot } from './support/start-bot.ts'
import { median } from './support/statistics.ts'

const rounds = 5
const limitMs = 1000

/**
 * From starting `node src/main.js` to a 200 of /readyz, Slack connected and the database open. First on a new folder with
 * nothing compiled, as after an installation, then once more on both.
 */
export async function measureStart(): Promise<Figure[]> {
  note('start')
  const firstMs: number[] = []
  const secondMs: number[] = []
  for (let round = 0; round < rounds; round++) {
    await using workspace = await openWorkspace()
    using cache = createFolder()
    firstMs.push(await startOnce(() => workspace.startBot('socket', { TMPDIR: cache.path })))
    secondMs.push(await startOnce(() => workspace.startBot('socket', { TMPDIR: cache.path })))
  }
  return [compare('first start to ready', median(firstMs)), compare('later start to ready', median(secondMs))]
}

async function startOnce(start: () => Promise<Bot>): Promise<number> {
  await using bot = await start()
  // The cache of compiled code is written at a regular end.
  await bot.stop()
  return bot.readyMs
}

function compare(name: string, ms: number): Figure {
  return { name, ours: formatMs(ms), against: `limit ${limitMs} ms`, ratio: ms / limitMs, aim: { most: 1 } }
}

if (import.meta.main) await report([measureStart])
