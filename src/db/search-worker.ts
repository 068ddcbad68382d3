import { parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import * as z from 'zod'

/** Values for the `:name` places of a statement. */
export type SearchParameters = Readonly<Record<string, string | number>>

export interface SearchQuestion {
  id: number
  sql: string
  parameters: SearchParameters
}
export type SearchAnswer = { id: number; rows: unknown[] } | { id: number; error: string }

const { file } = z.object({ file: z.string() }).parse(workerData)
const connection = new Sqlite(file, { readonly: true, timeout: 5000 })

parentPort?.on('message', (question: SearchQuestion) => parentPort?.postMessage(answer(question)))

function answer({ id, sql, parameters }: SearchQuestion): SearchAnswer {
  try {
    return { id, rows: connection.prepare(sql).all(parameters) }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}
