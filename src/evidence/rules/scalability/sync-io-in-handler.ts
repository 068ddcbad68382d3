import { isBuiltin } from 'node:module'
import type { Codebase } from '../../codebase.ts'
import { ancestor, functionAround, keyOf, type CallNode, type FunctionNode, type Node } from '../../parse/ast.ts'
import { requiresIn } from '../../facts/imports.ts'
import { isKept, onceInALife, purposeOf, requestOf } from '../places.ts'
import { literalText } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Rule } from '../rule.ts'
import { isFixedPath } from './fixed-path.ts'

export const syncIoInHandler: Rule = {
  id: 'sync-io-in-handler',
  category: 'sync-io-in-handler',
  severity: 'medium',
  confidence: 'high',
  title: 'A request waits for the disk or a program with the whole process',
  why: 'A synchronous call stops the one thread that serves everyone.',
  effects: { 'event loop': 'Stopped for the time of the call.', latency: 'Added to every request that is under way.' },
  fix: {
    say: 'Use the asynchronous form.',
    code: { any: "import { readFile } from 'node:fs/promises'\nconst text = await readFile(path, 'utf8')" },
  },
  sources: ['https://nodejs.org/en/learn/asynchronous-work/dont-block-the-event-loop'],
  *find(codebase) {
    const seen = new Set<FunctionNode>()
    for (const { call, file, name } of codebase.index.named(
      /^((fs|fs-extra|graceful-fs)\.(?!exists)\w+Sync|child_process\.\w+Sync|zlib\.\w+Sync|shelljs\.\w+|readline-sync\.\w+|sync-request|execa\.execaSync)$/,
    )) {
      const around = functionAround(call)
      const handler = requestOf(codebase, call)
      if (
        !around ||
        !handler ||
        codebase.atStart.has(around) ||
        onceInALife.test(purposeOf(codebase, call)) ||
        isKept(call, around, file) ||
        isKeptByCallers(around, codebase) ||
        isMadeWhenMissing(call, around, file)
      )
        continue
      const isAgain = seen.has(around)
      seen.add(around)
      yield {
        file,
        node: call,
        ...(/child_process/.test(name) ? { severity: 'high' as const } : {}),
        // They touch no contents; a busy disk makes them slow all the same.
        ...(/\.(unlink|mkdir|access|stat|lstat|rename|rmdir|rm|chmod|utimes)Sync$/.test(name)
          ? { severity: 'low' as const }
          : {}),
        ...(readsOwnFile(call, name, file) ? { severity: 'low' as const } : {}),
        // One function, one change.
        ...(isAgain || isFolderMadeOnce(call, file) ? { severity: 'info' as const } : {}),
        message: `\`${name}\` runs while a request is served.`,
      }
    }
    for (const file of codebase.production) {
      for (const call of requiresIn(file)) {
        const around = functionAround(call)
        if (!around || !codebase.web.handlers.has(around) || !isRead(literalText(call.arguments[0]))) continue
        yield {
          file,
          node: call,
          // Once in the life of a process; often for what is optional, or to break a ring.
          severity: 'info',
          message: '`require` inside a handler reads and compiles synchronously on the first request.',
        }
      }
    }
  },
}

/** What Node.js brings itself is in memory already. */
function isRead(name: string | undefined): boolean {
  return name !== undefined && !isBuiltin(name)
}

/** A template or a picture of the project itself is short, and in the cache of the system. */
function readsOwnFile({ arguments: [path] }: CallNode, name: string, file: SourceFile): boolean {
  return name.endsWith('.readFileSync') && path !== undefined && isFixedPath(path, file)
}

/** `this.tools ??= loadTools()` wherever it is called. */
function isKeptByCallers(around: FunctionNode, codebase: Codebase): boolean {
  const sites = codebase.calls.sitesOf(around)
  return (
    sites.length > 0 &&
    sites.every(({ call, file }) => {
      const caller = functionAround(call)
      return caller !== undefined && isKept(call, caller, file)
    })
  )
}

/** `const isNew = !existsSync(path)` … `if (isNew)`: once for each file. */
function isMadeWhenMissing(call: Node, around: FunctionNode, file: SourceFile): boolean {
  const choice = ancestor(call, (at) => at.type === 'IfStatement', around)
  const test = choice?.type === 'IfStatement' ? file.text.slice(choice.test.start, choice.test.end) : ''
  return (
    /^\w+$/.test(test) &&
    new RegExp(`\\b${test}\\s*=\\s*!\\w*(\\.)?existsSync\\(`).test(file.text.slice(around.start, call.start))
  )
}

/** `if (!existsSync(folder)) mkdirSync(folder)`: once in the life of a folder. */
function isFolderMadeOnce(call: CallNode, file: SourceFile): boolean {
  if (call.callee.type !== 'MemberExpression' || keyOf(call.callee) !== 'mkdirSync') return false
  const choice = ancestor(call, (at) => at.type === 'IfStatement', functionAround(call))
  return choice?.type === 'IfStatement' && /^!.*exists/i.test(file.text.slice(choice.test.start, choice.test.end))
}
