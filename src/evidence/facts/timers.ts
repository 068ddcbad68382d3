import { literalText, pathOf, type CallNode } from '../parse/ast.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import type { CallIndex } from './call-index.ts'
import { holderOf } from './listeners.ts'

export type Timer = {
  kind: 'interval' | 'schedule'
  /** What starts it, by dotted name: `setInterval`, `node-cron.schedule`, `@Cron`. */
  made: string
  /** The schedule, or the milliseconds between two runs, when they are written. */
  every?: string
  node: CallNode
  file: SourceFile
  line: number
  /** Somebody stops it, or it does not keep the process alive. */
  stops: boolean
}

const schedulers =
  /^(node-cron|cron)\.schedule$|^cron\.CronJob(\.from)?$|^node-schedule\.scheduleJob$|^croner\.Cron$|^croner$|^@nestjs\/schedule\.(Cron|Interval)$/

/** Work that runs again and again by itself. */
export function readTimers(index: CallIndex): Timer[] {
  const cleared = new Set(
    index.named(/^clear(Interval|Timeout)$/).map(({ call, file }) => keyed(call.arguments[0], file)),
  )
  const bare = index.methods('unref', 'stop', 'cancel').map(({ call, file }) => {
    return call.callee.type === 'MemberExpression' ? keyed(call.callee.object, file) : ''
  })
  const stopped = new Set([...cleared, ...bare])
  return index
    .named(/^setInterval$|^timers(\/promises|\.promises)?\.setInterval$/)
    .map(timer('interval', stopped))
    .concat(index.named(schedulers).map(timer('schedule', stopped)))
}

type Found = ReturnType<CallIndex['named']>[number]

function timer(kind: Timer['kind'], stopped: ReadonlySet<string>): (found: Found) => Timer {
  return ({ call, file, name }) => {
    const every = literalText(call.arguments[kind === 'interval' ? 1 : 0])
    const holder = holderOf(call)
    const unreferenced = /^\s*\.unref\(/.test(file.text.slice(call.end, call.end + 12))
    return {
      kind,
      made: name,
      ...(every === undefined ? {} : { every }),
      node: call,
      file,
      line: lineAt(file.lineStarts, call.start),
      stops: unreferenced || (holder !== undefined && stopped.has(`${file.path}\n${holder}`)),
    }
  }
}

function keyed(node: Parameters<typeof pathOf>[0] | undefined, file: SourceFile): string {
  return node ? `${file.path}\n${pathOf(node)}` : ''
}
