import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { type Figure, formatMs, note, report } from './support/figure.ts'
import { openWorkspace, type Workspace } from './support/open-workspace.ts'
import { percentile } from './support/statistics.ts'

const warmUps = 30
const questions = 200
const limitMs = 50

/**
 * From a person's message to the status under it: the time until the request for it reaches a Slack that answers every
 * call at once, so that all of it is ours. One question at a time, each in a thread of its own; channel and people are known.
 */
export async function measureOverhead(): Promise<Figure[]> {
  return [...(await measureMode('socket', 'Socket Mode')), ...(await measureMode('http', 'HTTP'))]
}

async function measureMode(mode: 'socket' | 'http', name: string): Promise<Figure[]> {
  note(`overhead: ${name}`)
  await using workspace = await openWorkspace()
  await using _bot = await workspace.startBot(mode)
  using firstSign = watchForStatus()
  for (let count = 0; count < warmUps; count++) await ask(workspace)
  const tookMs: number[] = []
  for (let count = 0; count < questions; count++) {
    const sign = firstSign.next()
    const askedMs = performance.now()
    const answered = ask(workspace)
    tookMs.push((await sign) - askedMs)
    await answered
  }
  return [
    compare(`event to first sign, ${name}, p50`, percentile(tookMs, 0.5)),
    { ...compare(`event to first sign, ${name}, p95`, percentile(tookMs, 0.95)), aim: { most: 1 } },
  ]
}

async function ask({ slack, dana, orders }: Workspace): Promise<void> {
  const ts = dana.says(orders, `${slack.mention} Fastify or Express for a new service?`)
  await slack.waitForReply(orders, ts)
}

/** Tells when the next status request arrives at the stand-in, before anything of it is read. */
function watchForStatus(): Disposable & { next(): Promise<number> } {
  let arrived: (atMs: number) => void = () => {}
  const look = (message: unknown) => {
    // Node's http module publishes this object on this channel.
    const { request } = message as { request: IncomingMessage }
    if (request.url === '/api/assistant.threads.setStatus') arrived(performance.now())
  }
  subscribe('http.server.request.start', look)
  return {
    next: () =>
      new Promise((resolve) => {
        arrived = resolve
      }),
    [Symbol.dispose]: () => void unsubscribe('http.server.request.start', look),
  }
}

function compare(name: string, ms: number): Figure {
  return { name, ours: formatMs(ms), against: `limit ${limitMs} ms`, ratio: ms / limitMs }
}

if (import.meta.main) await report([measureOverhead])
