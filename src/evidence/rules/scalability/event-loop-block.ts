import { ancestor, isFunction, isLoop, literalText } from '../../parse/ast.ts'
import { requestOf, sourceText } from '../places.ts'
import type { Rule } from '../rule.ts'

export const eventLoopBlock: Rule = {
  id: 'event-loop-block',
  category: 'event-loop-block',
  severity: 'high',
  confidence: 'medium',
  title: 'A request decides how long a loop runs',
  why: 'A large number in the request keeps the one thread busy.',
  effects: { 'event loop': 'Stopped as long as the caller likes.' },
  fix: {
    say: 'Put an upper end on the number.',
    code: { any: 'const count = Math.min(z.coerce.number().int().parse(req.query.count), 100)' },
  },
  sources: ['https://nodejs.org/en/learn/asynchronous-work/dont-block-the-event-loop'],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const loop of file.loops) {
        if (loop.type === 'WhileStatement' && literalText(loop.test) === 'true' && requestOf(codebase, loop)) {
          const text = file.text.slice(loop.start, loop.end)
          if (!/\b(break|return|await|throw|yield)\b/.test(text))
            yield { file, node: loop, message: 'This loop has no end.' }
        }
      }
    }
    for (const { call, file } of codebase.index.methods('createHash', 'repeat')) {
      if (!ancestor(call, (node) => isLoop(node)) && !isFunction(call.arguments[0])) {
        const count = call.arguments[0]
        const trace =
          count && /repeat/.test(file.text.slice(call.callee.start, call.callee.end))
            ? codebase.flow.trace(count, file)
            : undefined
        if (trace)
          yield {
            file,
            node: call,
            message: `A text is repeated as often as ${sourceText(trace, file, call)} says.`,
            steps: trace.steps,
          }
      }
    }
  },
}
