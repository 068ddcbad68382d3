import { parentPort } from 'node:worker_threads'
import type { WorkerAnswer, WorkerQuestion } from './background-analyst.ts'
import { RememberingAnalyst } from './remembering-analyst.ts'

const analyst = new RememberingAnalyst()

parentPort?.on('message', ({ id, files, known }: WorkerQuestion) => {
  const answer: WorkerAnswer = { id, report: analyst.report(files, known) }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(answer)
})
