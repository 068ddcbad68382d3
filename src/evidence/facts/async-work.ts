import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import type { CallIndex } from './call-index.ts'
import { readEmitters, type Emitter } from './emitters.ts'
import type { Identities } from './identities.ts'
import { readListeners, type Listeners } from './listeners.ts'
import type { Meanings } from './meaning.ts'
import { readOutgoingCalls, type OutgoingCall } from './outgoing-calls.ts'
import { readProcessEvents, type ProcessEvent } from './process-events.ts'
import { readProcesses, type ProcessUse } from './processes.ts'
import { readQueues, type QueueUse } from './queues.ts'
import { readStreams, type StreamUse } from './streams.ts'
import { readTimers, type Timer } from './timers.ts'

/** What goes on beside and after the request: events, streams, queues, timers, processes and calls to others. */
export type AsyncWork = {
  listeners: Listeners
  emitters: readonly Emitter[]
  streams: readonly StreamUse[]
  queues: readonly QueueUse[]
  timers: readonly Timer[]
  processes: readonly ProcessUse[]
  processEvents: readonly ProcessEvent[]
  outgoing: readonly OutgoingCall[]
}

type Inputs = {
  files: readonly SourceFile[]
  index: CallIndex
  meanings: Meanings
  identities: Identities
  calls: CallGraph
}

/** Reads the asynchronous work of production code from the call index. */
export function readAsyncWork({ files, index, meanings, identities, calls }: Inputs): AsyncWork {
  const listeners = readListeners(files, index, identities)
  return {
    listeners,
    emitters: readEmitters(index, listeners),
    streams: readStreams(index, meanings),
    queues: readQueues(files, index, listeners, meanings),
    timers: readTimers(index),
    processes: readProcesses(index, listeners),
    processEvents: readProcessEvents(index, meanings, calls),
    outgoing: readOutgoingCalls(index, meanings, identities),
  }
}
