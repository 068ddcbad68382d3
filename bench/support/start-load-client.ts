import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Load, LoadResult } from './load.ts'

export interface LoadClient extends Disposable {
  /** Sends a load and resolves when every event of it was answered. */
  send(load: Load): Promise<LoadResult>
}

/** Starts the client in a process of its own, so that it does not wait for its own measurements. */
export function startLoadClient(): LoadClient {
  const child = fork(fileURLToPath(new URL('./load-client.ts', import.meta.url)))
  const failed = once(child, 'exit').then(() => {
    throw new Error('the load client ended')
  })
  failed.catch(() => {})
  return {
    async send(load) {
      const answer = once(child, 'message')
      child.send(load)
      // load-client.ts sends nothing else.
      const [result] = (await Promise.race([answer, failed])) as [LoadResult]
      return result
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}
