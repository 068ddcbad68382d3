import type { CallNode } from '../parse/ast.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import type { CallIndex } from './call-index.ts'
import type { Listeners } from './listeners.ts'

export type ProcessUse = {
  kind: 'child process' | 'worker thread' | 'thread pool' | 'cluster'
  /** What starts it, by dotted name: `cluster.fork`. */
  made: string
  node: CallNode
  file: SourceFile
  line: number
  /** Events somebody listens for: `error`, `exit`. */
  events: ReadonlySet<string>
}

const starters: readonly [RegExp, ProcessUse['kind']][] = [
  [/^child_process\.(spawn|fork|exec|execFile)$|^cross-spawn(\.spawn)?$|^execa(\.execa)?$/, 'child process'],
  [/^worker_threads\.Worker$/, 'worker thread'],
  [/^piscina(\.Piscina)?$|^workerpool\.pool$|^tinypool(\.Tinypool)?$/, 'thread pool'],
  [/^(os\.)?cluster\.fork$|^throng$|^recluster$/, 'cluster'],
]

/** Where the process starts others: programs, threads, copies of itself. */
export function readProcesses(index: CallIndex, listeners: Listeners): ProcessUse[] {
  return starters.flatMap(([pattern, kind]) =>
    index.named(pattern).map(({ call, file, name }) => ({
      kind,
      made: name,
      node: call,
      file,
      line: lineAt(file.lineStarts, call.start),
      events: listeners.on(call, file),
    })),
  )
}
