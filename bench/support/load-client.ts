import { Connection } from './connection.ts'
import type { Load, LoadResult } from './load.ts'
import { signRequests } from './sign-requests.ts'
import { percentile } from './statistics.ts'

// The only sender is the script that started this process.
process.on('message', (load: Load) => void sendLoad(load).then((result) => process.send?.(result)))

async function sendLoad(load: Load): Promise<LoadResult> {
  const requests = signRequests(load)
  const connections = await Promise.all(Array.from({ length: load.connections }, () => Connection.open(load.port)))
  const tookMs: number[] = []
  let accepted = 0
  let next = 0
  const startedMs = performance.now()
  const dueMs = (index: number) =>
    load.perSecond ? startedMs + (index * 1000) / load.perSecond : Number.POSITIVE_INFINITY

  async function sendThrough(connection: Connection): Promise<void> {
    for (let index = next++; index < requests.length; index = next++) {
      await waitUntil(dueMs(index))
      // From when it was due, so that a server that falls behind cannot hide it by slowing us down; timers may be early.
      const fromMs = Math.min(dueMs(index), performance.now())
      const status = await connection.exchange(requests[index] ?? Buffer.alloc(0))
      tookMs.push(performance.now() - fromMs)
      if (status === 200) accepted += 1
    }
  }

  await Promise.all(connections.map(sendThrough))
  const seconds = (performance.now() - startedMs) / 1000
  for (const connection of connections) connection.close()
  const [p50Ms, p99Ms] = [percentile(tookMs, 0.5), percentile(tookMs, 0.99)]
  return { accepted, perSecond: requests.length / seconds, p50Ms, p99Ms }
}

async function waitUntil(dueMs: number): Promise<void> {
  const leftMs = dueMs - performance.now()
  if (leftMs <= 0 || leftMs === Number.POSITIVE_INFINITY) return
  await new Promise((resolve) => {
    setTimeout(resolve, leftMs)
  })
}
