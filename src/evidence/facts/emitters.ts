import { literalText, type CallNode } from '../parse/ast.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import type { CallIndex, FoundCall } from './call-index.ts'
import { holderOf, type Listeners } from './listeners.ts'

/** What an emitter is, as far as it matters for its `error` event. */
export type EmitterKind =
  | 'child process'
  | 'worker thread'
  | 'socket'
  | 'request'
  | 'redis'
  | 'pool'
  | 'file stream'
  | 'own'

/** An object that ends the process when nobody listens for its `error` event. */
export type Emitter = {
  kind: EmitterKind
  /** What makes it, by dotted name: `child_process.spawn`. */
  made: string
  call: CallNode
  file: SourceFile
  line: number
  /** Events somebody listens for; what is done with an object that is handed on is not known. */
  events: ReadonlySet<string>
  /** The name it is kept in. */
  holder?: string
  /** The project itself emits `error` on it. */
  emitsError: boolean
}

const makers: readonly [RegExp, EmitterKind][] = [
  [/^child_process\.(spawn|fork)$|^cross-spawn(\.spawn)?$/, 'child process'],
  [/^worker_threads\.Worker$/, 'worker thread'],
  [/^(net|tls)\.(connect|createConnection)$|^http2\.connect$|^ws(\.WebSocket)?$|^amqplib\.connect$/, 'socket'],
  [/^https?\.(request|get)$/, 'request'],
  [/^redis\.createClient$|^redis\.createCluster$/, 'redis'],
  [/^pg\.Pool$|^pg-pool$/, 'pool'],
  [/^(fs|fs-extra|graceful-fs)\.create(Read|Write)Stream$/, 'file stream'],
  [/^events(\.EventEmitter)?$|^eventemitter3(\.EventEmitter)?$/, 'own'],
]

/** Objects that emit events, with the events somebody listens for. */
export function readEmitters(index: CallIndex, listeners: Listeners): Emitter[] {
  const failing = errorsEmitted(index)
  return makers.flatMap(([pattern, kind]) =>
    index
      .named(pattern)
      .filter(
        ({ call, name }) => call.type === 'NewExpression' || (!/^(own|pool)$/.test(kind) && !name.startsWith('ws')),
      )
      .map((found) => emitterOf(found, kind, listeners, failing)),
  )
}

function emitterOf(found: FoundCall, kind: EmitterKind, listeners: Listeners, failing: ReadonlySet<string>): Emitter {
  const { call, file, name } = found
  const holder = holderOf(call)
  return {
    kind,
    made: name,
    call,
    file,
    line: lineAt(file.lineStarts, call.start),
    events: listeners.on(call, file),
    ...(holder === undefined ? {} : { holder }),
    emitsError: holder !== undefined && failing.has(`${file.path}\n${holder}`),
  }
}

/** Where the project emits `error`, by file and name of the emitter. */
function errorsEmitted(index: CallIndex): Set<string> {
  const found = new Set<string>()
  for (const { call, file } of index.methods('emit')) {
    if (literalText(call.arguments[0]) !== 'error' || call.callee.type !== 'MemberExpression') continue
    found.add(`${file.path}\n${file.text.slice(call.callee.object.start, call.callee.object.end)}`)
  }
  return found
}
