import { Worker } from 'node:worker_threads'
import { workerEnvironment } from '../lib/quick-imports.ts'
import type { SearchAnswer, SearchParameters, SearchQuestion, SearchWorkerData } from './search-worker.ts'

type Pending = { resolve: (rows: unknown[]) => void; reject: (error: Error) => void }

/** Runs read-only SQL in one worker thread, started at the first search. A worker that dies fails what it was asked and is replaced. */
export class SearchThread {
  readonly #file: string
  readonly #pending = new Map<number, Pending>()
  #worker: Worker | undefined
  #lastId = 0

  constructor(file: string) {
    this.#file = file
  }

  run<Row>(sql: string, parameters: SearchParameters): Promise<Row[]> {
    const worker = (this.#worker ??= this.#start())
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      // The caller names the row type of its own SQL.
      this.#pending.set(id, { resolve: (rows) => resolve(rows as Row[]), reject })
      worker.postMessage({ id, sql, parameters } satisfies SearchQuestion)
    })
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./search-worker.ts', import.meta.url), {
      env: workerEnvironment(),
      workerData: { file: this.#file } satisfies SearchWorkerData,
    })
    worker.unref()
    worker.on('message', (answer: SearchAnswer) => {
      const pending = this.#pending.get(answer.id)
      this.#pending.delete(answer.id)
      if ('rows' in answer) pending?.resolve(answer.rows)
      else pending?.reject(new Error(answer.error))
    })
    worker.on('error', (error) => this.#fail(error))
    worker.on('exit', () => this.#fail(new Error('the search thread ended')))
    return worker
  }

  #fail(cause: unknown): void {
    this.#worker = undefined
    for (const { reject } of this.#pending.values()) reject(new Error('search failed', { cause }))
    this.#pending.clear()
  }
}
