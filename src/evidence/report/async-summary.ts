import type { AsyncWork } from '../facts/async-work.ts'
import type { SourceFile } from '../parse/source-file.ts'

export type AsyncSummary = {
  emitters: readonly { kind: string; made: string; place: string; events: readonly string[] }[]
  streams: readonly { kind: string; target: string; place: string; handlesErrors: boolean; waits: boolean }[]
  queues: readonly {
    library: string
    role: string
    name?: string
    place: string
    concurrency?: number
    attempts?: number
    events: readonly string[]
  }[]
  timers: readonly { kind: string; every?: string; place: string; stops: boolean }[]
  processes: readonly { kind: string; made: string; place: string; events: readonly string[] }[]
  processEvents: readonly { event: string; place: string; closes: readonly string[]; exits: boolean }[]
  outgoing: readonly { client: string; place: string; limited: boolean; retries: boolean }[]
}

/** Asynchronous work as data without trees. */
export function summariseAsyncWork(work: AsyncWork): AsyncSummary {
  return {
    emitters: work.emitters.map(({ kind, made, events, ...at }) => ({
      kind,
      made,
      place: placeOf(at),
      events: [...events],
    })),
    streams: work.streams.map(({ kind, target, handlesErrors, waits, ...at }) => {
      return { kind, target, place: placeOf(at), handlesErrors, waits }
    }),
    queues: work.queues.map(({ library, role, name, concurrency, attempts, events, ...at }) => ({
      library,
      role,
      ...(name === undefined ? {} : { name }),
      place: placeOf(at),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(attempts === undefined ? {} : { attempts }),
      events: [...events],
    })),
    timers: work.timers.map(({ kind, every, stops, ...at }) => {
      return { kind, ...(every === undefined ? {} : { every }), place: placeOf(at), stops }
    }),
    processes: work.processes.map(({ kind, made, events, ...at }) => ({
      kind,
      made,
      place: placeOf(at),
      events: [...events],
    })),
    processEvents: work.processEvents.map(({ event, closes, exits, ...at }) => ({
      event,
      place: placeOf(at),
      closes,
      exits,
    })),
    outgoing: work.outgoing.map(({ client, limited, retries, ...at }) => ({
      client,
      place: placeOf(at),
      limited,
      retries,
    })),
  }
}

function placeOf({ file, line }: { file: SourceFile; line: number }): string {
  return `${file.path}:${line}`
}
