import type { Codebase } from '../../codebase.ts'
import type { ProcessEvent } from '../../facts/process-events.ts'
import type { Rule } from '../rule.ts'

export const swallowedProcessError: Rule = {
  id: 'swallowed-process-error',
  category: 'swallowed-process-error',
  severity: 'medium',
  confidence: 'high',
  title: 'The process goes on after an error nobody understood',
  why: 'After an uncaught exception the state is unknown: locks are held, connections are half used. Node.js says to end and start again; for a rejection nobody handled it does so by itself, unless a listener keeps it from doing so.',
  effects: { safety: 'Wrong answers from a broken process.', memory: 'What the failed work held is never freed.' },
  fix: {
    say: 'Log it, close what can be closed, and exit.',
    code: {
      any: "process.on('uncaughtException', (error) => {\n  logger.fatal({ err: error })\n  process.exit(1)\n})",
    },
  },
  sources: [
    'https://nodejs.org/api/process.html#warning-using-uncaughtexception-correctly',
    'https://nodejs.org/api/process.html#event-unhandledrejection',
  ],
  *find(codebase) {
    for (const item of codebase.asyncWork.processEvents) {
      if (!/^un(caughtException|handledRejection)$/.test(item.event) || ends(item, codebase)) continue
      if (isMeant(item) || forDevelopers.test(item.file.path)) continue
      if (item.event === 'uncaughtException')
        yield { file: item.file, node: item.node, message: 'Uncaught exceptions are logged and the process goes on.' }
      else
        yield {
          file: item.file,
          node: item.node,
          severity: 'low',
          confidence: 'medium',
          message: 'Rejections nobody handled are logged and the process goes on; without this listener it would end.',
        }
    }
  },
}

/** What starts the server that a developer works with. */
const forDevelopers = /(^|\/)dev(elopment)?\//

function ends({ exits, closes, node, file, event }: ProcessEvent, codebase: Codebase): boolean {
  if (exits || closes.some((item) => !/log|stream/i.test(item))) return true
  const listener = node.arguments[1]
  const code = listener && codebase.meanings.functionOf(listener, file)
  const text = code ? code.file.text.slice(code.node.start, code.node.end) : file.text.slice(node.start, node.end)
  const isTaken = new RegExp(String.raw`(off|removeListener)\(\s*['"]${event}`).test(file.text)
  return isTaken || /exit|abort|kill|shutdown|close|throw|stop|terminate|fatal/i.test(text)
}

/** A comment beside it says that the process goes on on purpose. */
function isMeant({ node, file }: ProcessEvent): boolean {
  const near = file.text.slice(Math.max(0, node.start - 700), node.end)
  return /(\/\/|\*)[^\n]*(on purpose|avoid[^\n]*crash|keep[^\n]*(running|alive)|not (exit|clos|crash)|don['’]t (exit|crash))/i.test(
    near,
  )
}
