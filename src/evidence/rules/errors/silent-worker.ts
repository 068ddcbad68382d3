import type { Codebase } from '../../codebase.ts'
import type { QueueUse } from '../../facts/queues.ts'
import { isClass, pathOf, type Node } from '../../parse/ast.ts'
import { says } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { importsPackage } from '../places.ts'
import type { Rule } from '../rule.ts'
import { jobsCountedDone } from './silent-worker/jobs-counted-done.ts'

export const silentWorker: Rule = {
  id: 'silent-worker',
  category: 'missing-error-handling',
  severity: 'medium',
  confidence: 'medium',
  title: 'Nobody hears that a job failed',
  why: 'A worker catches what its function throws and marks the job as failed in Redis. Without a listener that is in no log and in no alarm.',
  effects: {
    safety: 'Mails, payments and imports stop, and nobody notices.',
    maintenance: 'A failed job can only be found in Redis.',
  },
  fix: {
    say: 'Listen on each worker, and say which job it was.',
    code: {
      any: "worker.on('failed', (job, error) => logger.error({ err: error, job: job?.id }, 'job failed'))",
      NestJS:
        "@OnWorkerEvent('failed')\nonFailed(job: Job | undefined, error: Error) {\n  this.logger.error(`Job ${job?.id} failed`, error.stack)\n}",
    },
  },
  sources: [
    'https://docs.bullmq.io/guide/workers',
    'https://docs.bullmq.io/guide/going-to-production',
    'https://github.com/OptimalBits/bull/blob/develop/REFERENCE.md#events',
  ],
  limits:
    'A `catch` that logs in the work, queue events heard elsewhere and error monitors that know the library keep it silent.',
  *find(codebase) {
    yield* jobsCountedDone(codebase)
    if (heardElsewhere(codebase)) return
    for (const worker of codebase.asyncWork.queues) {
      const { role, library, events, name, file, node } = worker
      if (role !== 'worker' || !/^(bullmq|bull|bee-queue)$/.test(library)) continue
      if (events.has('failed') || inherits(worker) || catchesAll(worker, codebase)) continue
      const which = name === undefined ? 'This worker' : `The worker of \`${name}\``
      yield { file, node, message: `${which} has no listener for \`failed\`, and its work logs no failure itself.` }
    }
  },
}

const hearsQueues = says(/QueueEventsListener\(|bullmqIntegration|OnQueueEvent\(/)

/** Queue events say the same for all workers; some monitors hook into the library. */
function heardElsewhere(codebase: Codebase): boolean {
  return (
    codebase.index.named(/^bullmq\.QueueEvents$/).length > 0 ||
    codebase.production.some(hearsQueues) ||
    importsPackage(codebase, /^(@sentry\/bullmq|dd-trace|newrelic|@opentelemetry\/instrumentation-bullmq|bullmq-otel)/)
  )
}

/** A class of the project's own above it may listen. */
function inherits({ node }: QueueUse): boolean {
  return isClass(node) && node.superClass !== null && pathOf(node.superClass) !== 'WorkerHost'
}

function catchesAll({ runs, file }: QueueUse, codebase: Codebase): boolean {
  return runs.length > 0 && runs.every((run) => catchesAndLogs(run, file, codebase))
}

function catchesAndLogs(run: Node, file: SourceFile, codebase: Codebase): boolean {
  const code = codebase.meanings.functionOf(run.type === 'MethodDefinition' ? run.value : run, file)
  const body = code?.node.body
  // Work that is not written yet does not fail.
  if (body?.type === 'BlockStatement' && body.body.length === 0) return true
  const text = code?.file.text.slice(code.node.start, code.node.end) ?? ''
  return /\bcatch\b[\s\S]{0,300}\b\w*(log|report|capture|console|error|warn)\w*[.(]/i.test(text)
}
