import { Worker } from 'node:worker_threads'
import { workerEnvironment } from '../lib/quick-imports.ts'
import type { PackageAdvice } from './facts/package-advice.ts'
import type { EvidenceReport, Known } from './remembering-analyst.ts'

export type WorkerQuestion = { id: number; files: ReadonlyMap<string, string>; known: Known }
export type WorkerAnswer = { id: number; report: EvidenceReport }

type Waiting = { resolve: (report: EvidenceReport) => void; reject: (error: Error) => void }

/** Analyses in a worker thread, one codebase after the other; remembers parsed files and reports between runs. */
export class BackgroundAnalyst {
  #worker: Worker | undefined
  #next = 0
  readonly #waiting = new Map<number, Waiting>()
  readonly #memoryMb: number

  /** `memoryMb` bounds the worker's heap; default 2048. */
  constructor(memoryMb = 2048) {
    this.#memoryMb = memoryMb
  }

  /** Gives the report as data; rejects when the worker ends before it answers, and the next call starts a new one. */
  analyse(
    files: ReadonlyMap<string, string>,
    packages?: readonly PackageAdvice[],
    packagesNotAssessed?: readonly string[],
  ): Promise<EvidenceReport> {
    const worker = (this.#worker ??= this.#start())
    const id = (this.#next += 1)
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      const known = { ...(packages && { packages }), ...(packagesNotAssessed && { packagesNotAssessed }) }
      const question: WorkerQuestion = { id, files, known }
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
      worker.postMessage(question)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      env: workerEnvironment(),
      // Trees outlive the young generation whatever its size: the usual one costs 40 MB and saves no time.
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMb, maxYoungGenerationSizeMb: 24 },
    })
    worker.unref()
    worker.on('message', ({ id, report }: WorkerAnswer) => {
      this.#waiting.get(id)?.resolve(report)
      this.#waiting.delete(id)
    })
    worker.on('error', (cause) => this.#fail(new Error('the analysis worker failed', { cause })))
    worker.on('exit', () => this.#fail(new Error('the analysis worker ended')))
    return worker
  }

  #fail(error: Error): void {
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
