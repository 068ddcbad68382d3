import { parentPort } from 'node:worker_threads'
import type { WorkerAnswer, WorkerQuestion } from './background-analyst.ts'
import { RememberingAnalyst } from './remembering-analyst.ts'

const analyst = new RememberingAnalyst()
/** Codebases of which not all files have come. */
const coming = new Map<number, Map<string, string>>()

parentPort?.on('message', (question: WorkerQuestion) => {
  const { id, codebase } = question
  const files = coming.get(codebase) ?? new Map<string, string>()
  const answer: WorkerAnswer = { id }
  if ('files' in question) {
    for (const [path, text] of question.files) files.set(path, analyst.sameText(path, text))
    coming.set(codebase, files)
  } else {
    coming.delete(codebase)
    answer.report = analyst.report(files, question.known)
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(answer)
})
