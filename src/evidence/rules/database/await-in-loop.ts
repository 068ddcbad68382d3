import { repeatOf } from '../../facts/repetition.ts'
import { remoteCalls } from '../../facts/remote-calls.ts'
import { ancestor, contains, functionAround, isLoop, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { requestOf, textOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const awaitInLoop: Rule = {
  id: 'await-in-loop',
  category: 'await-in-loop',
  severity: 'low',
  confidence: 'medium',
  title: 'Calls to other services run one after the other',
  why: 'Each turn waits for the one before, although they do not need each other.',
  effects: { latency: 'The sum of all calls in place of the slowest.' },
  fix: {
    say: 'Start a bounded number at once, or ask the other service for the list.',
    code: {
      any: "import pMap from 'p-map'\nconst answers = await pMap(ids, (id) => client.get(id), { concurrency: 5 })",
    },
  },
  sources: ['https://eslint.org/docs/latest/rules/no-await-in-loop'],
  *find(codebase) {
    const seen = new Set<Node>()
    for (const { call, file } of remoteCalls(codebase)) {
      const loop = call.parent?.type === 'AwaitExpression' ? repeatOf(call) : undefined
      if (!loop || !isLoop(loop) || seen.has(loop) || !functionAround(call) || !requestOf(codebase, call)) continue
      if (/retry|attempt|redirect|page|cursor|while|poll/i.test(file.text.slice(loop.start, loop.start + 160))) continue
      // The next call is made only where this one has not ended the loop.
      if (choosesEnd(call, loop, file)) continue
      seen.add(loop)
      yield {
        file,
        node: call,
        message: `\`${textOf(call.callee, file, 40)}\` is awaited once for each turn of a loop.`,
      }
    }
  },
}

/** `if (await answers(url)) break`: the next is asked only where this one was not it. */
function choosesEnd(call: Node, loop: Node, { text }: SourceFile): boolean {
  const branch = ancestor(call, (at) => at.type === 'IfStatement' && contains(at.test, call), loop)
  return (
    branch?.type === 'IfStatement' &&
    /\b(break|return)\b/.test(text.slice(branch.consequent.start, branch.consequent.end))
  )
}
