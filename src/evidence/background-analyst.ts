import { Worker } from 'node:worker_threads'
import { workerEnvironment } from '../lib/quick-imports.ts'
import type { PackageAdvice } from './facts/package-advice.ts'
import type { EvidenceReport, Known } from './remembering-analyst.ts'

/** Some files of a codebase, or that there are no more of them. */
export type WorkerQuestion = { id: number; codebase: number } & (
  | { files: readonly (readonly [path: string, text: string])[] }
  | { known: Known }
)
/** With the report once there are no more files. */
export type WorkerAnswer = { id: number; report?: EvidenceReport }

type Waiting = { resolve: (report: EvidenceReport | undefined) => void; reject: (error: Error) => void }

/** Of texts sent at once: what is sent stands in memory three times until the worker has taken it. */
const portionCharacters = 1_000_000

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
  async analyse(
    files: ReadonlyMap<string, string>,
    packages?: readonly PackageAdvice[],
    packagesNotAssessed?: readonly string[],
  ): Promise<EvidenceReport> {
    const worker = (this.#worker ??= this.#start())
    const codebase = (this.#next += 1)
    for (const portion of portionsOf(files)) {
      await this.#ask(worker, (id) => ({ id, codebase, files: portion }))
    }
    const known = { ...(packages && { packages }), ...(packagesNotAssessed && { packagesNotAssessed }) }
    const report = await this.#ask(worker, (id) => ({ id, codebase, known }))
    if (!report) throw new Error('the analysis worker gave no report')
    return report
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate()
  }

  #ask(worker: Worker, question: (id: number) => WorkerQuestion): Promise<EvidenceReport | undefined> {
    if (worker !== this.#worker) return Promise.reject(new Error('the analysis worker ended'))
    const id = (this.#next += 1)
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
      worker.postMessage(question(id))
    })
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

function* portionsOf(files: ReadonlyMap<string, string>): Generator<[path: string, text: string][]> {
  let portion: [path: string, text: string][] = []
  let characters = 0
  for (const file of files) {
    portion.push(file)
    characters += file[1].length
    if (characters < portionCharacters) continue
    yield portion
    portion = []
    characters = 0
  }
  yield portion
}
