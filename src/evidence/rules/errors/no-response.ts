import { bodyText, isFinal, responsesIn } from '../../facts/responses.ts'
import { functionAround, keyOf } from '../../parse/ast.ts'
import type { FunctionNode, Node } from '../../parse/ast.ts'
import { lineOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const noResponse: Rule = {
  id: 'no-response',
  category: 'no-response',
  severity: 'medium',
  confidence: 'medium',
  title: 'A handler never answers',
  why: 'The caller waits until its own timeout and the connection stays open.',
  effects: { latency: 'The full timeout of the client.', memory: 'Each open request keeps its objects.' },
  fix: { say: 'Answer on every way through the handler.', code: { Express: 'res.status(204).end()' } },
  sources: ['https://expressjs.com/en/guide/routing.html#response-methods'],
  *find(codebase) {
    for (const route of codebase.web.routes) {
      const handler = route.handler
      if (!handler || handler.framework !== 'express' || handler.error !== undefined || handler.response === undefined)
        continue
      const { node, file } = handler
      const own = responsesIn(file, codebase.web).filter(
        (item) => item.call.start > node.start && item.call.end < node.end,
      )
      const final = own.filter(isFinal)
      const text = bodyText(node, file)
      if (final.length === 0) {
        const passes = new RegExp(
          `[(,\\[{]\\s*(\\.\\.\\.)?${handler.response}\\s*[,)\\]}]|\\.pipe\\(\\s*${handler.response}|\\b${handler.response}\\b(?!\\s*\\.\\s*(status|set|header|type)\\b)`,
        )
        if (handler.next !== undefined && new RegExp(`\\b${handler.next}\\b`).test(text)) continue
        if (!passes.test(text))
          yield { file, node, line: lineOf(node, file), message: `${route.method} ${route.path} is never answered.` }
        continue
      }
      const failing = final.filter((item) => isInCatch(item.call))
      if (
        failing.length === final.length &&
        !text.includes('.then(') &&
        !/\bawait\b/.test(text) &&
        !(handler.next !== undefined && new RegExp(`\\b${handler.next}\\(`).test(text))
      ) {
        const first = failing[0]
        if (first)
          yield {
            file,
            node: first.call,
            message: `${route.method} ${route.path} is answered only when something fails.`,
          }
      }
    }
  },
}

function isInCatch(node: Node): boolean {
  const around: FunctionNode | undefined = functionAround(node)
  const call = around?.parent
  return call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' && keyOf(call.callee) === 'catch'
}
