import { bodyText, isFinal, responsesIn } from '../../facts/responses.ts'
import { canPass } from '../../facts/flow-of-control.ts'
import type { Route } from '../../facts/web.ts'
import { contains, functionAround, keyOf, literalText, parameterName } from '../../parse/ast.ts'
import type { FunctionNode, Node } from '../../parse/ast.ts'
import { lineOf, routeName } from '../places.ts'
import type { Codebase } from '../../codebase.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Rule, Words } from '../rule.ts'
import { alwaysHolds } from './no-response/always-holds.ts'
import { leftToHandler } from './no-response/left-to-handler.ts'
import { isDecided } from './refusing-helpers.ts'

const onlyThen: Words = {
  title: 'A handler answers in one case only',
  fix: {
    say: 'Answer the other case too, with the status that says what it is.',
    code: { Express: "if (!order) return res.status(404).json({ error: 'no such order' })\nres.json(order)" },
  },
}

const whenDone: Words = {
  title: 'A handler answers failures only',
  fix: { say: 'Answer when it has worked, too.', code: { Express: 'res.status(204).end()' } },
}

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
    yield* partialErrorHandlers(codebase)
    yield* leftToHandler(codebase)
    for (const route of codebase.web.routes) {
      const handler = route.handler
      if (!handler || handler.framework !== 'express' || handler.error !== undefined || handler.response === undefined)
        continue
      const { node, file } = handler
      const own = responsesIn(file, codebase.web).filter((item) => contains(node, item.call))
      const final = own.filter(isFinal)
      const text = bodyText(node, file)
      if (final.length === 0) {
        const passes = new RegExp(
          `[(,\\[{]\\s*(\\.\\.\\.)?${handler.response}\\s*[,)\\]}]|\\.pipe\\(\\s*${handler.response}|\\b${handler.response}\\b(?!\\s*\\.\\s*(status|set|header|type)\\b)`,
        )
        if (handler.next !== undefined && new RegExp(`\\b${handler.next}\\b`).test(text)) continue
        if (isAnsweredBefore(route, codebase) || endsInThrow(node)) continue
        if (!passes.test(text))
          yield { file, node, line: lineOf(node, file), message: `${routeName(route)} is never answered.` }
        continue
      }
      const open = openWay(node, handler.response, handler.next, file, codebase)
      if (open) {
        if (alwaysHolds(open, route, codebase) || isForCaller(open, node)) continue
        yield {
          file,
          node: open,
          line: lineOf(open, file),
          words: onlyThen,
          message: `${routeName(route)} is answered only when its condition holds.`,
        }
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
            words: whenDone,
            message: `${routeName(route)} is answered only when something fails.`,
          }
      }
    }
  },
}

/** `async upload(req, res, answers = true)`: who calls it otherwise answers. */
function isForCaller(open: Node, { params }: FunctionNode): boolean {
  const names = params.slice(2).flatMap((item) => (item.type === 'AssignmentPattern' ? parameterName(item)?.name : []))
  const test = open.type === 'IfStatement' ? open.test : undefined
  return test?.type === 'Identifier' && names.includes(test.name)
}

/** Express answers with what is thrown. */
function endsInThrow({ body }: FunctionNode): boolean {
  return body?.type === 'BlockStatement' && body.body.at(-1)?.type === 'ThrowStatement'
}

/** A handler of the route before the last one sends the answer and goes on. */
function isAnsweredBefore({ own, handler }: Route, { web }: Codebase): boolean {
  return own.some((step) => {
    const before = step.function && step.function !== handler?.node ? web.handlers.get(step.function) : undefined
    return (
      before !== undefined &&
      responsesIn(before.file, web).some(
        (item) => isFinal(item) && contains(before.node, item.call) && (item.status ?? 200) < 300,
      )
    )
  })
}

/** Where one way through the handler, with conditions that do not hold, ends without an answer. */
function openWay(
  node: FunctionNode,
  response: string,
  next: string | undefined,
  file: SourceFile,
  codebase: Codebase,
): Node | undefined {
  if (node.body?.type !== 'BlockStatement') return undefined
  const answers = new RegExp(String.raw`\b(${[response, next].filter((name) => name !== undefined).join('|')})\b`)
  const isAnswer = (part: Node) => {
    const text = file.text.slice(part.start, part.end)
    // Who has gone waits for nothing.
    return (
      answers.test(text) ||
      /\b(aborted|destroyed|closed|headersSent|writableEnded|finished)\b/.test(text) ||
      isDecided(part, file, codebase)
    )
  }
  if (asksBothWays(node.body.body, file) || !canPass(node.body, isAnswer)) return undefined
  if (notesAnswer(node.body.body, file)) return undefined
  return lastOpen(node.body, isAnswer) ?? node
}

/** The last condition that leads past every answer: the end of its chain. */
function lastOpen(statement: Node, isAnswer: (part: Node) => boolean): Node | undefined {
  switch (statement.type) {
    case 'BlockStatement': {
      const left = statement.body.find((item) => item.type === 'IfStatement' && justLeaves(item.consequent, isAnswer))
      if (left) return left
      const open = statement.body.findLast((item) => /^(If|Try)Statement$/.test(item.type))
      return open && canPass(open, isAnswer) ? lastOpen(open, isAnswer) : undefined
    }
    case 'TryStatement':
      return lastOpen(statement.block, isAnswer)
    case 'IfStatement':
      if (!statement.alternate) return statement
      return (
        lastOpen(canPass(statement.alternate, isAnswer) ? statement.alternate : statement.consequent, isAnswer) ??
        statement
      )
    default:
      return undefined
  }
}

/** A branch that ends in a bare `return` and answers nothing. */
function justLeaves(branch: Node, isAnswer: (part: Node) => boolean): boolean {
  const last = branch.type === 'BlockStatement' ? branch.body.at(-1) : branch
  return last?.type === 'ReturnStatement' && last.argument === null && !isAnswer(branch)
}

/** `if (!user) …` and `if (user) …` side by side are an `if` with its `else`. */
function asksBothWays(statements: readonly Node[], file: SourceFile): boolean {
  const tests = statements.flatMap((item) =>
    item.type === 'IfStatement' ? file.text.slice(item.test.start, item.test.end) : [],
  )
  return tests.some((test) => tests.includes(`!${test}`) || tests.includes(`!(${test})`))
}

/** `if (!responded) …`, where a branch before it has answered and noted so. */
function notesAnswer(statements: readonly Node[], { assignments }: SourceFile): boolean {
  return statements.some(
    (item) =>
      item.type === 'IfStatement' &&
      item.test.type === 'UnaryExpression' &&
      item.test.operator === '!' &&
      isNoted(item.test.argument, item, assignments),
  )
}

function isNoted(flag: Node, statement: Node, assignments: SourceFile['assignments']): boolean {
  return (
    flag.type === 'Identifier' &&
    assignments.some(
      ({ left, right, end }) =>
        left.type === 'Identifier' && left.name === flag.name && literalText(right) === 'true' && end < statement.start,
    )
  )
}

/** Error middleware that answers under a condition and for all other errors does nothing. */
function* partialErrorHandlers(codebase: Codebase): ReturnType<Rule['find']> {
  for (const { node, file, error, next, response, framework } of codebase.web.handlers.values()) {
    if (
      framework !== 'express' ||
      error === undefined ||
      response === undefined ||
      node.body?.type !== 'BlockStatement'
    )
      continue
    const last = node.body.body.at(-1)
    const text = bodyText(node, file)
    const passesOn = next !== undefined && new RegExp(String.raw`\b${next}\(`).test(text)
    if (
      last?.type !== 'IfStatement' ||
      passesOn ||
      // Who has answered already needs no answer.
      /headersSent|writableEnded/.test(file.text.slice(last.test.start, last.test.end)) ||
      endsInElse(last) ||
      !new RegExp(String.raw`\b${error}\b`).test(file.text.slice(last.test.start, last.test.end)) ||
      !new RegExp(String.raw`\b${response}\b`).test(text)
    )
      continue
    const before = file.text.slice(node.body.start, last.start)
    if (new RegExp(String.raw`\b${response}\.[\w().]*(send|json|end|render|redirect)\w*\(`).test(before)) continue
    yield {
      file,
      node,
      line: lineOf(node, file),
      message: 'Errors that fit none of the conditions are never answered.',
    }
  }
}

function endsInElse(node: Node): boolean {
  if (node.type !== 'IfStatement' || !node.alternate) return false
  return node.alternate.type === 'IfStatement' ? endsInElse(node.alternate) : true
}

function isInCatch(node: Node): boolean {
  const around: FunctionNode | undefined = functionAround(node)
  const call = around?.parent
  return call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' && keyOf(call.callee) === 'catch'
}
