import type { Codebase } from '../../../codebase.ts'
import { beginOf, isHandledWhereMade, openChains, startCall, startOf } from '../../../facts/promise-chains.ts'
import { queriesByCall } from '../../../facts/queries.ts'
import { contains, functionAround, pathOf, type CallNode, type Node } from '../../../parse/ast.ts'
import { mentionsOf } from '../../../parse/mentions.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf, requestOf, textOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { asksOthers } from './asks-others.ts'

/** `heard`: the process listens for rejections nobody handled; `guarded`: and it goes on after one. */
export type Listening = { heard: boolean; guarded: boolean }

/** Chains of `then` that nobody waits for and that have no `catch`. */
export function* chainsWithoutCatch(
  codebase: Codebase,
  file: SourceFile,
  { heard, guarded }: Listening,
): Iterable<Match> {
  for (const call of openChains(file)) {
    const request = requestOf(codebase, call)
    if ((guarded && !request) || (heard && !functionAround(call))) continue
    // `Promise.resolve(value).then(…)` is written to fail, or cannot.
    if (pathOf(startOf(call)) === 'Promise.resolve') continue
    const start = startOf(call)
    if (isHandledWhereMade(start, file)) continue
    if (isThenable(codebase, call, file) || (!request && !looksAsync(codebase, startCall(call), file))) continue
    const around = functionAround(call)
    // What is done beside the answer leaves no request waiting.
    const answers = request && answersLater(call, file)
    // A process that cannot start may end.
    const starts = around === undefined || codebase.atStart.has(around)
    yield {
      file,
      node: start,
      line: lineOf(beginOf(start), file),
      words: chain,
      severity:
        answers && !guarded
          ? asksOthers(startCall(call), file, codebase)
            ? 'high'
            : 'medium'
          : starts
            ? 'low'
            : 'medium',
      message: `\`${textOf(start, file, 40)}\` has \`then\` but no \`catch\`${answers ? ': when it fails, the request gets no answer' : ''}.`,
    }
  }
}

const answering = ['res', 'response', 'reply', 'ctx', 'next', 'h', 'cb', 'callback', 'done', 'resolve']

/** Speaks of what answers the request, and not of a `response` that the chain itself is about. */
function answersLater(call: CallNode, file: SourceFile): boolean {
  const text = textOf(call, file, 5000)
  return answering.some((name) => {
    if (!new RegExp(String.raw`\b${name}\b`).test(text)) return false
    const mentions = mentionsOf(name, call)
    return mentions.length === 0 || !mentions.every((mention) => isBoundIn(call, mention, name, file))
  })
}

function isBoundIn(call: CallNode, mention: Node, name: string, file: SourceFile): boolean {
  const binding = lookUp(file.scopes, mention, name)
  return binding !== undefined && contains(call, binding.node)
}

/** Outside requests only calls that are known, or named, to return a promise count: other things have `then` too. */
function looksAsync(codebase: Codebase, node: Node, file: SourceFile): boolean {
  if (queriesByCall(codebase.queries).has(node)) return true
  if (node.type !== 'CallExpression') return node.type === 'NewExpression' || node.type === 'ImportExpression'
  const target = codebase.calls.targetOf(node)
  if (target?.node.async) return true
  if (target && target.node.body?.type === 'BlockStatement') return false
  return (
    /(connect|sync|authenticate|fetch|find\w*|save|load\w*|create\w*|start|listen|bootstrap|get\w*|insert\w*|update\w*|all|query|execute|readFile|main|initialize)$/i.test(
      file.text.slice(node.callee.start, node.callee.end),
    ) && !pathOf(node.callee).endsWith('when')
  )
}

function isThenable(codebase: Codebase, call: CallNode, file: SourceFile): boolean {
  const receiver = call.callee.type === 'MemberExpression' ? call.callee.object : call.callee
  return (
    /\.(register|after|ready)\(\)$/.test(pathOf(receiver)) ||
    codebase.meanings.nameOf(receiver, file).startsWith('fastify') ||
    /^cy\b/.test(pathOf(receiver))
  )
}

const chain: Words = {
  fix: {
    say: 'End the chain with a `catch` that hands the failure on: to the error handler, or to the callback of the function around.',
    code: { any: 'loadUsers()\n  .then((users) => res.json(users))\n  .catch(next)' },
  },
}
