import type { Codebase } from '../../codebase.ts'
import type { Emitter, EmitterKind } from '../../facts/emitters.ts'
import { literalText, type Node } from '../../parse/ast.ts'
import { requestOf } from '../places.ts'
import type { Rule, Words } from '../rule.ts'

const reasons: Readonly<Record<Exclude<EmitterKind, 'file stream'>, string>> = {
  'child process': 'it emits `error` when the program cannot be started',
  'worker thread': 'it emits `error` when the thread throws',
  socket: 'it emits `error` when the other side goes away',
  request: 'it emits `error` when the other side is away',
  redis: 'it emits `error` each time the connection is lost',
  pool: 'it emits `error` when an idle connection is lost',
  own: 'the code emits `error` on it',
}

export const unheardError: Rule = {
  id: 'unheard-error',
  category: 'missing-error-handling',
  severity: 'medium',
  confidence: 'high',
  title: 'An `error` event has no listener',
  why: 'Node.js throws an `error` event that nobody listens for, outside of every `try`: the whole process ends, with the requests of everyone else.',
  effects: {
    safety: 'A restart of the database or of another service ends this one too.',
    maintenance: 'The stack trace names no code of yours.',
  },
  fix: {
    say: 'Listen where the object is made.',
    code: {
      any: "const pool = new Pool()\npool.on('error', (error) => logger.error({ err: error }, 'idle connection lost'))\n\nconst child = spawn('convert', [path])\nchild.once('error', reject)",
    },
  },
  sources: [
    'https://nodejs.org/api/events.html#error-events',
    'https://node-postgres.com/apis/pool',
    'https://github.com/redis/node-redis#events',
  ],
  limits: 'An object that is returned or handed to a function may get its listener there, and is not reported.',
  *find(codebase) {
    for (const emitter of codebase.asyncWork.emitters) {
      const { kind, call, file, made, events } = emitter
      if (kind === 'file stream' || events.has('error') || (kind === 'own' && !emitter.emitsError)) continue
      if (handedOn(emitter) || isTool(emitter, codebase)) continue
      yield {
        file,
        node: call,
        words: wordsFor(emitter),
        message: `Nobody listens for \`error\` of this \`${made}\`: ${reasons[kind]}.`,
      }
    }
  },
}

const listeners: Readonly<Record<Exclude<EmitterKind, 'file stream'>, [name: string, code: string]>> = {
  'child process': [
    'child',
    "child.once('error', (error) => logger.error({ err: error }, 'the program did not start'))",
  ],
  'worker thread': ['worker', "worker.once('error', (error) => logger.error({ err: error }, 'the thread ended'))"],
  socket: ['socket', "socket.on('error', (error) => logger.error({ err: error }, 'the other side is gone'))"],
  request: ['request', "request.on('error', (error) => logger.error({ err: error }, 'the other side is away'))"],
  redis: ['client', "client.on('error', (error) => logger.error({ err: error }, 'redis is away'))"],
  pool: ['pool', "pool.on('error', (error) => logger.error({ err: error }, 'idle connection lost'))"],
  own: ['emitter', "emitter.on('error', (error) => logger.error({ err: error }, 'a listener is missing'))"],
}

/** The listener for what is made here, under the name it has. */
function wordsFor({ kind, holder }: Emitter): Words {
  if (kind === 'file stream') return {}
  const [name, code] = listeners[kind]
  const here = holder !== undefined && /^[\w$.]+$/.test(holder) ? code.replace(name, holder) : code
  return { fix: { say: 'Listen where the object is made.', code: { any: here } } }
}

/** Whether the object may get listeners elsewhere: it is returned, passed, stored in another, or listened to by a loop. */
function handedOn({ call, file, holder }: Emitter): boolean {
  if (holder === undefined) return !endsHere(call)
  const name = holder.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const text = file.text.replace(/(module\.exports\s*=|export)\s*\{[^}]*\}/g, '')
  return new RegExp(
    String.raw`(?<![\w$.])${name}\s*[,)\]}]|(return|=>|:|\?\?|&&|\.\.\.|await|[\w$.]\s*=)\s*${name}(?![\w$.(:])|(?<![\w$.])${name}\??\.(on|once|addListener|pipe)\(\s*[^'"\s]`,
  ).test(text)
}

/** Whether an object is used on the spot and then left alone: `spawn('x').unref()`. */
function endsHere(call: Node): boolean {
  let at: Node = call
  for (let up = at.parent; up; up = at.parent) {
    const goesOn = up.type === 'MemberExpression' ? up.object === at : up.type === 'CallExpression' && up.callee === at
    if (!goesOn) return up.type === 'ExpressionStatement'
    at = up
  }
  return false
}

/** A tool that a person runs may end with an error; so may a build. */
function isTool({ file, kind, call, made }: Emitter, codebase: Codebase): boolean {
  if (/(^|\/)(cli|[\w-]+-cli|bin|\.?scripts?|commands?|tools?|extra|create-[\w-]+)\//.test(file.path)) return true
  if (kind !== 'child process') return false
  // A shell, and Node.js itself, are there.
  if (/^(\/bin\/)?(ba)?sh$|^node$/.test(literalText(call.arguments[0]) ?? '')) return true
  if (made.endsWith('.fork') || /stdio['"]?\s*:\s*['"]inherit/.test(file.text.slice(call.start, call.end))) return true
  return !requestOf(codebase, call) && !/(^|\/)(src|lib|app|server|services?)\//.test(file.path)
}
