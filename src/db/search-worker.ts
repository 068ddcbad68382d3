import { parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'

/** Values for the `:name` places of a statement. */
export type SearchParameters = Readonly<Record<string, string | number>>

/** Which database to read. */
export type SearchWorkerData = { file: string }

export interface SearchQuestion {
  id: number
  sql: string
  parameters: SearchParameters
}
export type SearchAnswer = { id: number; rows: unknown[] } | { id: number; error: string }

// SearchThread, which starts this worker, gives it nothing else.
const { file } = workerData as SearchWorkerData
const connection = new Sqlite(file, { readonly: true, timeout: 5000 })

parentPort?.on('message', (question: SearchQuestion) => parentPort?.postMessage(answer(question)))

function answer({ id, sql, parameters }: SearchQuestion): SearchAnswer {
  try {
    return { id, rows: connection.prepare(sql).all(parameters) }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}
