import { isBuiltin } from 'node:module'
import type { Codebase } from '../../codebase.ts'
import type { FoundCall } from '../../facts/call-index.ts'
import { requiresIn } from '../../facts/imports.ts'
import {
  ancestor,
  functionAround,
  keyOf,
  literalText,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { isKept, onceInALife, purposeOf, requestOf } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'
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
    yield* blockingCalls(codebase)
    yield* lateRequires(codebase)
  },
}

const blocking =
  /^((fs|fs-extra|graceful-fs)\.(?!exists)\w+Sync|child_process\.\w+Sync|zlib\.\w+Sync|shelljs\.\w+|readline-sync\.\w+|sync-request|execa\.execaSync)$/
/** They touch no contents; a busy disk makes them slow all the same. */
const withoutContents = /\.(unlink|mkdir|access|stat|lstat|rename|rmdir|rm|chmod|utimes)Sync$/

function* blockingCalls(codebase: Codebase): Iterable<Match> {
  const seen = new Set<FunctionNode>()
  for (const found of codebase.index.named(blocking)) {
    const around = functionAround(found.call)
    if (!around || isOutsideOfRequests(found, around, codebase)) continue
    // One function, one change.
    const isAgain = seen.has(around)
    seen.add(around)
    yield {
      file: found.file,
      node: found.call,
      ...(isAgain ? { severity: 'info' as const } : weightOf(found)),
      message: `\`${found.name}\` runs while a request is served.`,
    }
  }
}

/** What runs at start, once in the life of the process or of a file, or is kept, holds no request up for long. */
function isOutsideOfRequests({ call, file }: FoundCall, around: FunctionNode, codebase: Codebase): boolean {
  return (
    !requestOf(codebase, call) ||
    codebase.atStart.has(around) ||
    onceInALife.test(purposeOf(codebase, call)) ||
    isKept(call, around, file) ||
    isKeptByCallers(around, codebase) ||
    isMadeWhenMissing(call, around, file)
  )
}

const readOnce: Words = {
  fix: {
    say: 'Read it once, when the module is loaded: it does not change while the process runs.',
    code: {
      any: "const page = readFileSync(new URL('./page.html', import.meta.url), 'utf8') // at the top of the module",
    },
  },
}

/** The same call as a promise. */
function wordsFor(name: string): Words {
  const method = name.replace(/^.*\./, '').replace(/Sync$/, '')
  return {
    fix: {
      say: 'Use the asynchronous form.',
      code: { any: `import { ${method} } from 'node:fs/promises'\nawait ${method}(path)` },
    },
  }
}

function weightOf({ call, file, name }: FoundCall): Pick<Match, 'severity' | 'words'> {
  if (isFolderMadeOnce(call, file)) return { severity: 'info' }
  if (withoutContents.test(name)) return { severity: 'info', words: wordsFor(name) }
  if (readsOwnFile(call, name, file)) return { severity: 'low', words: readOnce }
  return name.startsWith('child_process.') ? { severity: 'high' } : {}
}

/** Modules that a handler loads: once in the life of a process, often for what is optional, or to break a ring. */
function* lateRequires(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const call of requiresIn(file)) {
      const around = functionAround(call)
      if (!around || !codebase.web.handlers.has(around) || !isRead(literalText(call.arguments[0]))) continue
      yield {
        file,
        node: call,
        severity: 'info',
        message: '`require` inside a handler reads and compiles synchronously on the first request.',
      }
    }
  }
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
