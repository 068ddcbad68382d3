import { repeatOf } from '../../facts/repetition.ts'
import { contains, functionAround, keyOf, literalText, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Rule } from '../rule.ts'

export const backPressureIgnored: Rule = {
  id: 'back-pressure-ignored',
  category: 'resource-exhaustion',
  severity: 'medium',
  confidence: 'medium',
  title: 'Data is written faster than it is taken',
  why: '`write` answers `false` when its buffer is full. Going on regardless keeps all of it in memory: a slow reader of a large file is enough to fill the process.',
  effects: {
    memory: 'As much as the source gives, for each slow reader.',
    safety: 'A few slow readers end the process.',
  },
  fix: {
    say: 'Let `pipeline` slow the source down, or wait for `drain`.',
    code: {
      any: "import { pipeline } from 'node:stream/promises'\n\nawait pipeline(source, res) // a stream, or anything that `for await` can go through",
    },
  },
  sources: [
    'https://nodejs.org/api/stream.html#writablewritechunk-encoding-callback',
    'https://nodejs.org/en/learn/modules/backpressuring-in-streams',
  ],
  limits:
    'Only where the source has no end that the code knows: a listener for `data`, or a loop that waits for each piece.',
  *find(codebase) {
    for (const { kind, call, file, waits, target } of codebase.asyncWork.streams) {
      if (kind !== 'write' || waits || !isOpenEnded(call, file)) continue
      yield {
        file,
        node: call,
        message: `\`${target}.write\` is called for each piece of data, and its answer is not looked at.`,
      }
    }
  },
}

function isOpenEnded(call: Node, file: SourceFile): boolean {
  const loop = repeatOf(call)
  if (loop?.type === 'ForOfStatement') return loop.await
  if (loop?.type === 'WhileStatement' || loop?.type === 'DoWhileStatement')
    return file.awaits.some((item) => contains(loop, item))
  const listener = functionAround(call)?.parent
  return (
    listener?.type === 'CallExpression' &&
    listener.callee.type === 'MemberExpression' &&
    keyOf(listener.callee) === 'on' &&
    literalText(listener.arguments[0]) === 'data'
  )
}
