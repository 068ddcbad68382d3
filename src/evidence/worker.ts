import { parentPort } from 'node:worker_threads'
import { analyse } from './analyse.ts'
import type { WorkerAnswer, WorkerQuestion } from './background-analyst.ts'
import { createRememberingParser } from './remembering-parser.ts'
import { readCodeFacts } from './report/code-facts.ts'
import { toJson } from './report/json.ts'

const parse = createRememberingParser()

parentPort?.on('message', ({ id, files, ...known }: WorkerQuestion) => {
  const analysis = analyse(files, { parse, ...known })
  const answer: WorkerAnswer = {
    id,
    report: { data: toJson(analysis), facts: readCodeFacts(analysis) },
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(answer)
})
