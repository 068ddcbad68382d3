import { isFunction, keyOf, literalText, propertyOf, type Node } from '../parse/ast.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import type { CallIndex, FoundCall } from './call-index.ts'
import { decoratorCall, decoratorName, decoratorsOf } from './handlers.ts'
import type { Listeners } from './listeners.ts'
import type { Meanings } from './meaning.ts'
import { objectOf } from './sessions.ts'

/** A queue of jobs, or what works on one. */
export type QueueUse = {
  library: string
  /** A queue takes jobs in, a worker does them. */
  role: 'queue' | 'worker'
  name?: string
  node: Node
  file: SourceFile
  line: number
  concurrency?: number
  /** How often a job is tried, when the queue or its worker says so. */
  attempts?: number
  /** Events somebody listens for: `failed`, `error`, `stalled`. */
  events: ReadonlySet<string>
  /** The function that does the work. */
  run?: Node
  /** All of them, where a class has one for each name. */
  runs: readonly Node[]
}

type Shape = {
  calls: RegExp
  library: string
  role: QueueUse['role']
  name?: number
  run?: number
  options?: number
  /** Options that hold the name and the function. */
  keys?: { name: string; run: string }
}

const shapes: readonly Shape[] = [
  { calls: /^bullmq\.Queue$/, library: 'bullmq', role: 'queue', name: 0, options: 1 },
  { calls: /^bullmq\.Worker$/, library: 'bullmq', role: 'worker', name: 0, run: 1, options: 2 },
  { calls: /^bull(\.Queue)?$/, library: 'bull', role: 'queue', name: 0, options: 1 },
  { calls: /^bull(\.Queue)?\(\)\.process$/, library: 'bull', role: 'worker', name: 0 },
  { calls: /^bee-queue$/, library: 'bee-queue', role: 'queue', name: 0, options: 1 },
  { calls: /^bee-queue\(\)\.process$/, library: 'bee-queue', role: 'worker' },
  { calls: /^(@hokify\/)?agenda(\.Agenda)?$/, library: 'agenda', role: 'queue' },
  { calls: /^(@hokify\/)?agenda(\.Agenda)?\(\)\.define$/, library: 'agenda', role: 'worker', name: 0 },
  { calls: /^amqplib\b.*\.consume$/, library: 'amqplib', role: 'worker', name: 0, run: 1, options: 2 },
  { calls: /^amqplib\b.*\.assertQueue$/, library: 'amqplib', role: 'queue', name: 0, options: 1 },
  {
    calls: /^kafkajs\.Kafka\(\)\.consumer\(\)\.run$/,
    library: 'kafkajs',
    role: 'worker',
    options: 0,
    keys: { name: 'topic', run: 'eachMessage' },
  },
  {
    calls: /^sqs-consumer\.Consumer\.create$/,
    library: 'sqs-consumer',
    role: 'worker',
    options: 0,
    keys: { name: 'queueUrl', run: 'handleMessage' },
  },
]

/** Queues and the workers that empty them, of the usual libraries and of NestJS. */
export function readQueues(
  files: readonly SourceFile[],
  index: CallIndex,
  listeners: Listeners,
  meanings: Meanings,
): QueueUse[] {
  const made = shapes.flatMap((shape) =>
    index.named(shape.calls).map((found) => queueOf(found, shape, listeners, meanings)),
  )
  return [...made, ...files.flatMap(nestProcessors)]
}

function queueOf(found: FoundCall, shape: Shape, listeners: Listeners, meanings: Meanings): QueueUse {
  const { call, file } = found
  const given = shape.options === undefined ? undefined : call.arguments[shape.options]
  const options = given && objectOf(given, file, meanings)?.node
  const name = shape.keys ? literalText(propertyOf(options, shape.keys.name)) : textAt(call.arguments, shape.name)
  const run = shape.keys
    ? propertyOf(options, shape.keys.run)
    : (call.arguments[shape.run ?? -1] ?? call.arguments.findLast((item) => isFunction(item)))
  const concurrency =
    numberOf(propertyOf(options, 'concurrency') ?? propertyOf(options, 'batchSize')) ??
    (shape.role === 'worker' ? call.arguments.map(numberOf).find((value) => value !== undefined) : undefined)
  const attempts = numberOf(propertyOf(propertyOf(options, 'defaultJobOptions'), 'attempts'))
  return {
    library: shape.library,
    role: shape.role,
    ...(name === undefined ? {} : { name }),
    node: call,
    file,
    line: lineAt(file.lineStarts, call.start),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(attempts === undefined ? {} : { attempts }),
    events: eventsOf(found, listeners),
    ...(run === undefined ? {} : { run }),
    runs: run === undefined ? [] : [run],
  }
}

/** Bull, bee-queue and Agenda emit on the object whose `process` or `define` is called. */
function eventsOf({ call, file }: FoundCall, listeners: Listeners): ReadonlySet<string> {
  const method = call.callee.type === 'MemberExpression' ? keyOf(call.callee) : undefined
  if (call.callee.type !== 'MemberExpression' || !/^(process|define)$/.test(method ?? ''))
    return listeners.on(call, file)
  return listeners.onHeld(call.callee.object, file)
}

function textAt(list: readonly Node[], index: number | undefined): string | undefined {
  const node = index === undefined ? undefined : list[index]
  return node?.type === 'Literal' && typeof node.value !== 'string' ? undefined : literalText(node)
}

function numberOf(node: Node | undefined): number | undefined {
  return node?.type === 'Literal' && typeof node.value === 'number' ? node.value : undefined
}

/** `@Processor('mail') class …`, with the events its methods are decorated for. */
function nestProcessors(file: SourceFile): QueueUse[] {
  if (!file.text.includes('@Processor(')) return []
  return file.classes.flatMap((node): QueueUse[] => {
    const decorator = decoratorsOf(node).find((item) => decoratorName(item) === 'Processor')
    const call = decorator && decoratorCall(decorator)
    if (!call) return []
    const [first, second] = call.arguments
    const options = first?.type === 'ObjectExpression' ? first : second
    const name = literalText(first) ?? literalText(propertyOf(options, 'name'))
    const concurrency = numberOf(propertyOf(options, 'concurrency'))
    const methods = node.body.body.filter((item) => item.type === 'MethodDefinition')
    const run = methods.find((item) => keyOf(item) === 'process')
    const named = methods.filter((item) => decoratorsOf(item).some((one) => decoratorName(one) === 'Process'))
    return [
      {
        library: /@nestjs\/bullmq/.test(file.text) ? 'bullmq' : 'bull',
        role: 'worker',
        ...(name === undefined ? {} : { name }),
        node,
        file,
        line: lineAt(file.lineStarts, node.start),
        ...(concurrency === undefined ? {} : { concurrency }),
        events: new Set(node.body.body.flatMap(decoratedEvents)),
        ...(run === undefined ? {} : { run }),
        runs: named.length > 0 ? named : run ? [run] : [],
      },
    ]
  })
}

function decoratedEvents(item: Node): string[] {
  return decoratorsOf(item).flatMap((decorator) => {
    const name = decoratorName(decorator)
    if (/^On(Global)?QueueFailed$/.test(name)) return ['failed']
    if (/^On(Global)?QueueError$/.test(name)) return ['error']
    return /^On(Worker|Queue)Event$/.test(name) ? [literalText(decoratorCall(decorator)?.arguments[0]) ?? ''] : []
  })
}
