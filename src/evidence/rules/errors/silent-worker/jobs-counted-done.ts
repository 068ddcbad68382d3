import type { Codebase } from '../../../codebase.ts'
import type { QueueUse } from '../../../facts/queues.ts'
import { isFunction, pathOf, unwrap, type Node, type Of } from '../../../parse/ast.ts'
import { says } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inOne } from '../../matches.ts'
import type { Match, Words } from '../../rule.ts'

/** Work that logs its failure and then ends well: the library marks the job as completed. */
export function* jobsCountedDone(codebase: Codebase): Iterable<Match> {
  const retried = codebase.production.some(asksForRetries)
  for (const worker of codebase.asyncWork.queues) {
    if (worker.role !== 'worker' || !/^(bullmq|bull|bee-queue)$/.test(worker.library)) continue
    yield* inOne(
      worker.runs.flatMap((run) => swallowing(run, worker, codebase)).map((match) => weighed(match, retried)),
    )
  }
}

const asksForRetries = says(/\battempts\s*:\s*(?![01]\b)\S/)

function weighed(match: Match, retried: boolean): Match {
  return {
    ...match,
    severity: retried ? 'medium' : 'low',
    words: countedDone,
    message: `The failure is logged and ends here: the job counts as done${retried ? ', and is never tried again' : ''}.`,
  }
}

function swallowing(run: Node, { file }: QueueUse, codebase: Codebase): Match[] {
  const work = codebase.meanings.functionOf(run.type === 'MethodDefinition' ? run.value : run, file)
  const last = work?.node.body?.type === 'BlockStatement' ? work.node.body.body.at(-1) : undefined
  if (!work || !isFunction(work.node) || last?.type !== 'TryStatement' || !last.handler) return []
  return onlyLogs(last.handler, work.file) ? [{ file: work.file, node: last.handler, message: '' }] : []
}

/** Nothing but words for the log: neither the job nor a row is told. */
function onlyLogs({ body }: Of<'CatchClause'>, file: SourceFile): boolean {
  return (
    body.body.length > 0 &&
    body.body.every((statement) => {
      const call = statement.type === 'ExpressionStatement' ? unwrap(statement.expression) : undefined
      return call?.type === 'CallExpression' && /(^|\.)(console|log|logger)\.\w+$/i.test(pathOf(call.callee))
    }) &&
    !/\bjob\.(discard|moveToFailed|retry)/.test(file.text.slice(body.start, body.end))
  )
}

const countedDone: Words = {
  title: 'A job that failed counts as done',
  why: 'A queue knows that a job failed by what its work throws. Where a `catch` ends it, the job is marked as completed: it is not tried again, and is not among the failed ones.',
  effects: { safety: 'Mails, payments and imports are lost at the first hiccup of another service.' },
  fix: {
    say: 'Log it and throw it again, and say how often a job is tried.',
    code: {
      any: "try {\n  await send(job.data)\n} catch (error) {\n  logger.error({ err: error, job: job.id }, 'job failed')\n  throw error\n}\n// await queue.add(name, data, { attempts: 5, backoff: { type: 'exponential', delay: 1000 } })",
    },
  },
}
