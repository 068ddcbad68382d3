import { fdatasyncSync, openSync, writeSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { createFolder } from './folder.ts'
import { percentile } from './statistics.ts'

/** What the figures were taken on, the disk by what one small write to it costs, and how busy the machine was before. */
export async function describeMachine(): Promise<string> {
  const { p50, p99 } = measureDisk()
  const busy = loadavg()[0] ?? 0
  return [
    `Machine: ${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${platform()} ${release()}, Node ${process.versions.node}`,
    `Disk:    4 kB written and synced in ${p50.toFixed(2)} ms (p50), ${p99.toFixed(2)} ms (p99)`,
    `Load:    ${busy.toFixed(1)} before the start (everything measured shares the cores with its client and stand-ins)`,
  ].join('\n')
}

function measureDisk(): { p50: number; p99: number } {
  using folder = createFolder()
  const file = openSync(join(folder.path, 'probe'), 'w')
  const page = Buffer.alloc(4096, 1)
  const tookMs = Array.from({ length: 200 }, () => {
    const startedMs = performance.now()
    writeSync(file, page)
    fdatasyncSync(file)
    return performance.now() - startedMs
  })
  return { p50: percentile(tookMs, 0.5), p99: percentile(tookMs, 0.99) }
}
