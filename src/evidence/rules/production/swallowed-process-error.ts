import { isFunction, literalText } from '../../parse/ast.ts'
import type { Rule } from '../rule.ts'

export const swallowedProcessError: Rule = {
  id: 'swallowed-process-error',
  category: 'swallowed-process-error',
  severity: 'medium',
  confidence: 'high',
  title: 'The process goes on after an error nobody understood',
  why: 'After an uncaught exception the state is unknown: locks are held, connections are half used. Node.js says to end and start again.',
  effects: { safety: 'Wrong answers from a broken process.', memory: 'What the failed work held is never freed.' },
  fix: {
    say: 'Log it, close what can be closed, and exit.',
    code: { any: "process.on('uncaughtException', (error) => {\n  logger.fatal({ error })\n  process.exit(1)\n})" },
  },
  sources: ['https://nodejs.org/api/process.html#warning-using-uncaughtexception-correctly'],
  *find(codebase) {
    for (const { call, file } of codebase.index.named(/^process\.(on|once)$/)) {
      const event = literalText(call.arguments[0])
      const listener = call.arguments[1]
      if (event !== 'uncaughtException' || !listener) continue
      const target = codebase.meanings.functionOf(listener, file)
      const text = target
        ? target.file.text.slice(target.node.start, target.node.end)
        : isFunction(listener)
          ? file.text.slice(listener.start, listener.end)
          : 'exit'
      if (/exit|abort|kill|shutdown|close|throw|stop|terminate|fatal/i.test(text)) continue
      yield { file, node: call, message: 'Uncaught exceptions are logged and the process goes on.' }
    }
  },
}
