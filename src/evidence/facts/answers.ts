import { functionAround, isFunction, keyOf, unwrap, type FunctionNode, type Node } from '../parse/ast.ts'
import { onceFor } from '../parse/once.ts'
import { returnsOf } from '../parse/returns.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { helperAnswersIn, type AnswerInputs, type AnsweringHelper } from './answering-helpers.ts'
import type { Handler } from './handlers.ts'
import { responsesIn } from './responses.ts'

/** A value that a request is answered with, however the framework takes it. */
export type Answer = {
  /** The call, assignment or return that answers. */
  node: Node
  value: Node
  file: SourceFile
  handler: Handler
  /** The method called, `body` for Koa's assignment, `return` for a returned value. */
  how: string
  status?: number
  /** The function of the project that answers with what it is handed here. */
  helper?: AnsweringHelper
}

const calls = /^(send|json|jsonp|end|write|render|redirect|text|body|html|response|view)$/
const returning = new Set(['fastify', 'hapi', 'nest', 'graphql'])

/** What is an answer depends on all files, so the lists live as long as the facts they were read with. */
const known = onceFor((inputs: AnswerInputs) => Map.groupBy(readAnswers(inputs), (answer) => answer.file))

/** The answers written in a file: calls on a response and of functions that are handed one, Koa's `ctx.body =`, and what Fastify, NestJS and resolvers return. */
export function answersIn(file: SourceFile, inputs: AnswerInputs): readonly Answer[] {
  return known(inputs).get(file) ?? []
}

function* readAnswers(inputs: AnswerInputs): Iterable<Answer> {
  const files = new Set([...inputs.web.inRequest.values()].map((handler) => handler.file))
  for (const file of inputs.sources.values()) {
    if (file.kind !== 'production') continue
    for (const { call, method, handler, status } of responsesIn(file, inputs.web)) {
      if (!calls.test(method)) continue
      for (const value of call.arguments)
        yield { node: call, value, file, handler, how: method, ...(status === undefined ? {} : { status }) }
    }
    for (const { call, helper, handler, status, values } of helperAnswersIn(file, inputs)) {
      for (const value of values)
        yield {
          node: call,
          value,
          file,
          handler,
          how: helper.method,
          helper,
          ...(status === undefined ? {} : { status }),
        }
    }
    if (files.has(file)) yield* assigned(file, inputs)
  }
  const seen = new Set<FunctionNode>()
  for (const [node, handler] of inputs.web.handlers) {
    if (returning.has(handler.framework)) yield* returned(node, handler.file, handler, inputs, seen)
  }
}

function* assigned(file: SourceFile, inputs: AnswerInputs): Iterable<Answer> {
  for (const node of file.assignments) {
    const { left } = node
    if (left.type !== 'MemberExpression' || keyOf(left) !== 'body') continue
    const base = unwrap(left.object)
    const context = base.type === 'MemberExpression' && keyOf(base) === 'response' ? unwrap(base.object) : base
    const around = functionAround(node)
    const handler = around && inputs.web.inRequest.get(around)
    if (handler?.framework !== 'koa' || context.type !== 'Identifier' || context.name !== handler.request) continue
    yield { node, value: node.right, file, handler, how: 'body' }
  }
}

const deepestCalls = 3

/** What a function returns, and what the project's functions whose calls it returns give back. */
function* returned(
  node: FunctionNode,
  file: SourceFile,
  handler: Handler,
  inputs: AnswerInputs,
  seen: Set<FunctionNode>,
  depth = 0,
): Iterable<Answer> {
  if (seen.has(node) || depth > deepestCalls) return
  seen.add(node)
  for (const { at, value } of valuesOf(node, file)) {
    yield { node: at, value, file, handler, how: 'return' }
    const call = unwrap(value)
    const target = call.type === 'CallExpression' ? inputs.calls.targetOf(call) : undefined
    if (target) yield* returned(target.node, target.file, handler, inputs, seen, depth + 1)
  }
}

function valuesOf(node: FunctionNode, file: SourceFile): { at: Node; value: Node }[] {
  if (node.body && node.body.type !== 'BlockStatement') return [{ at: node.body, value: node.body }]
  return returnsOf(node, file).flatMap((at) =>
    at.argument && !isFunction(at.argument) ? [{ at, value: at.argument }] : [],
  )
}
