import type { Codebase } from '../../codebase.ts'
import type { QueueUse } from '../../facts/queues.ts'
import { holderOf } from '../../facts/listeners.ts'
import { isClass, pathOf } from '../../parse/ast.ts'
import { says } from '../../parse/once.ts'
import type { Rule, Words } from '../rule.ts'

const closing = ['close', 'disconnect', 'stop', 'shutdown', 'drain', 'cancel', 'pause'] as const
const libraries = /^(bullmq|bull|bee-queue|agenda|kafkajs|sqs-consumer)$/

export const workerNotClosed: Rule = {
  id: 'worker-not-closed',
  category: 'missing-graceful-shutdown',
  severity: 'medium',
  confidence: 'medium',
  title: 'A stop breaks the jobs under way',
  why: 'Every deploy sends SIGTERM. A worker that is not closed leaves its jobs half done; the queue thinks they are still running and gives them to another worker later, from the start.',
  effects: { safety: 'Jobs run twice after each deploy.', latency: 'A broken job waits until its lock expires.' },
  fix: {
    say: 'Close the worker first: it takes no new jobs and waits for those it has.',
    code: {
      any: "process.once('SIGTERM', async () => {\n  await worker.close()\n  await connection.quit()\n})",
    },
  },
  sources: ['https://docs.bullmq.io/guide/workers/graceful-shutdown', 'https://kafka.js.org/docs/consuming'],
  limits: 'Workers of NestJS modules are closed by the framework when shutdown hooks are on.',
  *find(codebase) {
    const workers = codebase.asyncWork.queues.filter(
      ({ role, library, node }) => role === 'worker' && libraries.test(library) && !isClass(node),
    )
    if (workers.length === 0 || closesByName(codebase)) return
    const closed = closedObjects(codebase)
    const open = workers.filter((worker) => !isClosed(worker, closed))
    const [first, ...rest] = open
    if (!first) return
    yield {
      file: first.file,
      node: first.node,
      also: rest.map(({ file, line }) => ({ path: file.path, line })),
      ...(first.library === 'kafkajs' ? { words: ofKafka } : {}),
      message: `Nothing closes this ${first.library} worker when the process is told to stop.`,
    }
  },
}

function closedObjects(codebase: Codebase): Set<string> {
  return new Set(
    codebase.index
      .methods(...closing)
      .flatMap(({ call, file }) =>
        call.callee.type === 'MemberExpression' ? [`${file.path}\n${pathOf(call.callee.object)}`] : [],
      ),
  )
}

function isClosed({ node, file }: QueueUse, closed: ReadonlySet<string>): boolean {
  const holder = holderOf(node)
  if (holder !== undefined && closed.has(`${file.path}\n${holder}`)) return true
  const receiver =
    node.type === 'CallExpression' && node.callee.type === 'MemberExpression' ? node.callee.object : undefined
  return receiver !== undefined && closed.has(`${file.path}\n${pathOf(receiver)}`)
}

/** Workers kept in a list or a container are closed by a name that says so. */
function closesByName(codebase: Codebase): boolean {
  return codebase.production.some(namesClosing)
}

const namesClosing = says(
  /(worker|queue|consumer|agenda|job|processor|boss)\w*\b[^\n;]{0,60}\.(close|disconnect|stop|shutdown|drain)\b/i,
)

const ofKafka: Words = {
  fix: {
    say: 'Disconnect the consumer: it leaves the group at once, and others take its partitions over.',
    code: { any: "process.once('SIGTERM', async () => {\n  await consumer.disconnect()\n  process.exit()\n})" },
  },
}
