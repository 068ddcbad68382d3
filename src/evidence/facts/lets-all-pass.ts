import {
  ancestor,
  contains,
  isFunction,
  keyOf,
  parameterName,
  pathOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { mentionsOf } from '../parse/mentions.ts'
import { resultsOf, returnsOf } from '../parse/returns.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import { endsAlways } from './flow-of-control.ts'

type Place = { node: FunctionNode; file: SourceFile }
/** What a middleware can refuse with, by the names its parameters have. */
type Means = { answer?: string; next?: string }
/** What is known of functions already, by what they are given; one that is being read refuses nothing by itself. */
type Reader = { calls: CallGraph | undefined; known: Map<FunctionNode, Map<string, boolean>> }

/** Whether middleware goes on whatever it finds: no way through it answers, throws or hands an error on. */
export function letsAllPass(place: Place, calls?: CallGraph): boolean {
  const means = meansOf(place.node)
  return means !== undefined && goesOn(place, means.next) && !mayRefuse(place, means, { calls, known: new Map() })
}

/**
 * Whether a guard's decision is `true` on every way through it, or its `handleRequest`, by which Passport's guards refuse,
 * gives back whom it was given or nobody.
 */
export function alwaysAgrees(place: Place, calls?: CallGraph): boolean {
  const { node, file } = place
  const agrees = node.parent?.type === 'MethodDefinition' && keyOf(node.parent) === 'handleRequest' ? isPlain : isTrue
  const results = resultsOf(node, file)
  return (
    results.length > 0 &&
    results.every((result) => agrees(unwrap(result))) &&
    !mayFail(node.body ?? node, place, { calls, known: new Map() })
  )
}

function isPlain(result: Node): boolean {
  if (result.type === 'LogicalExpression') return isPlain(unwrap(result.left)) && isPlain(unwrap(result.right))
  if (result.type === 'ConditionalExpression')
    return isPlain(unwrap(result.consequent)) && isPlain(unwrap(result.alternate))
  return result.type === 'Identifier' || result.type === 'Literal'
}

function meansOf({ params, async }: FunctionNode): Means | undefined {
  const [first, second, third] = params.map((parameter) => parameterName(parameter)?.name)
  if (params.length === 3) return second && third && /next/i.test(third) ? { answer: second, next: third } : undefined
  if (!async || first === undefined || params.length > 2) return undefined
  if (params.length === 1) return /^_?req(uest)?$/.test(first) ? {} : undefined
  return second && /^_?(rep(ly)?|res(ponse)?)$/.test(second) ? { answer: second } : undefined
}

function goesOn({ node, file }: Place, next: string | undefined): boolean {
  if (next === undefined) return true
  const end = endOf(node)
  return (
    reaches(node.body, next) && returnsOf(node, file).every((leaving) => leaving.start > end || goesOnAt(leaving, next))
  )
}

/** Where what runs ends: after `return next()`, or `if (true) return next()`, nothing does. */
function endOf({ body, end }: FunctionNode): number {
  const last = body?.type === 'BlockStatement' ? body.body.find(endsHere) : undefined
  return last?.end ?? end
}

function endsHere(statement: Node): boolean {
  return statement.type === 'IfStatement'
    ? isTrue(statement.test) && endsAlways(statement.consequent)
    : endsAlways(statement)
}

function isTrue(test: Node): boolean {
  if (test.type === 'LogicalExpression') return test.operator === '||' && isTrue(test.left)
  return test.type === 'Literal' && (test.value === true || test.value === 1)
}

/** What is returned, or stands before it, goes on. */
function goesOnAt(leaving: Node, next: string): boolean {
  const block = leaving.parent
  const before =
    block?.type === 'BlockStatement' ? block.body[block.body.findIndex((item) => contains(item, leaving)) - 1] : null
  return [leaving, before].some((item) => item && namesAtOnce(item, next))
}

function reaches(statement: Node | null | undefined, next: string): boolean {
  if (!statement) return false
  switch (statement.type) {
    case 'BlockStatement':
      return statement.body.some((item) => reaches(item, next))
    case 'IfStatement':
      if (isTrue(statement.test)) return reaches(statement.consequent, next)
      return reaches(statement.consequent, next) && reaches(statement.alternate, next)
    case 'TryStatement':
      return (
        reaches(statement.finalizer, next) ||
        (reaches(statement.block, next) && (!statement.handler || reaches(statement.handler.body, next)))
      )
    default:
      return namesAtOnce(statement, next)
  }
}

/** It names `next`, and not only in some case. */
function namesAtOnce(statement: Node, next: string): boolean {
  return mentionsOf(next, statement).some(
    (mention) =>
      ancestor(mention, ({ type }) => /^(If|Conditional|Logical|Switch)/.test(type), statement) === undefined,
  )
}

function mayRefuse(place: Place, means: Means, reader: Reader): boolean {
  const known = reader.known.get(place.node) ?? new Map<string, boolean>()
  const key = `${means.answer ?? ''} ${means.next ?? ''}`
  const before = known.get(key)
  if (before !== undefined) return before
  if (reader.known.size > mostFunctions) return true
  reader.known.set(place.node, known.set(key, false))
  const refuses = refusesSomewhere(place, means, reader)
  known.set(key, refuses)
  return refuses
}

function refusesSomewhere(place: Place, { answer, next }: Means, reader: Reader): boolean {
  const body = place.node.body
  const end = endOf(place.node)
  const mattering = (name: string | undefined) =>
    name === undefined || !body
      ? []
      : mentionsOf(name, body)
          .filter(({ start }) => start < end)
          .filter((mention) => !isIdle(mention, place, reader))
  return (
    !body ||
    mattering(answer).some((at) => isAnswered(at, answer ?? '', reader)) ||
    mattering(next).some((at) => isRefusedBy(at, place, reader)) ||
    mayFail({ start: body.start, end }, place, reader)
  )
}

const mostFunctions = 20

/** In the `catch` of what does not fail, or after the answer was sent. */
function isIdle(at: Node, { node, file }: Place, reader: Reader): boolean {
  const handler = ancestor(at, ({ type }) => type === 'CatchClause', node)
  if (handler?.parent?.type === 'TryStatement') return !mayFail(handler.parent.block, { node, file }, reader)
  return ancestor(at, (up) => isFunction(up) && isListener(up), node) !== undefined
}

function isListener({ parent }: FunctionNode): boolean {
  return parent?.type === 'CallExpression' && /\.(on|once)$|^(onFinished|onHeaders)$/.test(pathOf(parent.callee))
}

/** `req.mayRead = async () => …`: runs later, if at all. */
function isStored({ parent }: FunctionNode): boolean {
  return parent?.type === 'AssignmentExpression' && parent.left.type === 'MemberExpression'
}

const settings =
  /^(locals|set|headers?|setHeader|getHeader|removeHeader|hasHeader|append|vary|cookie|setCookie|clearCookie|on|once|type|statusCode|headersSent|writableEnded|finished|app|req)$/

/** Whether more is done with the answer than to set a header, a cookie or a listener. */
function isAnswered(at: Node, answer: string, reader: Reader): boolean {
  const member = at.parent
  if (member?.type === 'MemberExpression' && member.object === at) return isSent(member)
  if (member?.type !== 'CallExpression' || member.callee === at) return true
  const called = member.callee.type === 'MemberExpression' ? keyOf(member.callee) : pathOf(member.callee)
  if (/^(bind|call|apply|onFinished|onHeaders)$/.test(called ?? '')) return false
  return refusesInside(member, { answer }, reader)
}

function isSent(member: Of<'MemberExpression'>): boolean {
  const around = member.parent
  const isCalled = around?.type === 'CallExpression' && around.callee === member
  const isChained = around?.type === 'CallExpression' && around.parent?.type === 'MemberExpression'
  const isWritten = around?.type === 'AssignmentExpression' && around.left === member
  const name = keyOf(member) ?? ''
  if (settings.test(name)) return isChained || (isWritten && name === 'statusCode')
  return isCalled || !(isWritten || around?.type === 'MemberExpression' || around?.type === 'VariableDeclarator')
}

/** Whether `next` is given an error, or to somebody who may give it one or keep it. */
function isRefusedBy(at: Node, place: Place, reader: Reader): boolean {
  const call = at.parent
  if (call?.type !== 'CallExpression') return true
  const [first, ...more] = call.arguments
  if (call.callee === at)
    return (
      more.length > 0 ||
      (first !== undefined && !/^(null|undefined|'route'|"route")$/.test(place.file.text.slice(first.start, first.end)))
    )
  if (/\.(finally|run|nextTick)$|^(setImmediate|setTimeout|queueMicrotask)$/.test(pathOf(call.callee))) return false
  return refusesInside(call, { next: pathOf(at) }, reader)
}

/** Follows what a call is given into the project's function that it runs. */
function refusesInside(call: CallNode, given: Means, reader: Reader): boolean {
  const target = reader.calls?.targetOf(call)
  if (!target) return true
  const named = (name: string | undefined) => {
    const index = call.arguments.findIndex((argument) => argument.type === 'Identifier' && argument.name === name)
    return index < 0 ? undefined : parameterName(target.node.params[index])?.name
  }
  const [answer, next] = [named(given.answer), named(given.next)]
  if (answer === undefined && next === undefined) return true
  return mayRefuse(target, { ...(answer ? { answer } : {}), ...(next ? { next } : {}) }, reader)
}

/** Whether something in a part of a function may throw or reject because of who calls, and nothing there catches it. */
function mayFail(part: Pick<Node, 'start' | 'end'>, { file }: Place, reader: Reader): boolean {
  const counts = (at: Node) => part.start <= at.start && at.end <= part.end && !isCaught(at, part)
  return (
    file.throws.some(counts) ||
    file.awaits.some((at) => counts(at) && !isKnown(at.argument, reader)) ||
    file.calls.some((call) => counts(call) && failsInside(call, reader))
  )
}

/** Somebody else of the project's does what is awaited, or what goes on after this. */
function isKnown(awaited: Node, { calls }: Reader): boolean {
  return awaited.type === 'CallExpression' && calls?.targetOf(awaited) !== undefined
}

function isCaught(at: Node, within: Pick<Node, 'start' | 'end'>): boolean {
  for (
    let inner = at, up = at.parent;
    up && up.start >= within.start && up.end <= within.end;
    inner = up, up = up.parent
  ) {
    if (up.type === 'TryStatement' && up.block === inner && up.handler) return true
    if (isFunction(up) && (isListener(up) || isStored(up))) return true
    if (
      up.type === 'CallExpression' &&
      up.callee === inner &&
      inner.type === 'MemberExpression' &&
      keyOf(inner) === 'catch'
    )
      return true
  }
  return false
}

function failsInside(call: CallNode, reader: Reader): boolean {
  const target = reader.calls?.targetOf(call)
  if (target) return !(target.node.async && isLeft(call)) && mayRefuse(target, {}, reader)
  if (tellsCallback(call)) return false
  const name = pathOf(call.callee).split('.').at(-1) ?? ''
  return asks.test(name) || (!reads.test(name) && call.arguments.some(isProof))
}

/** Nobody waits for it: what fails in it fails elsewhere. */
function isLeft({ parent }: CallNode): boolean {
  return parent?.type === 'ExpressionStatement' || (parent?.type === 'UnaryExpression' && parent.operator === 'void')
}

/** `jwt.verify(token, key, (error, claims) => …)` throws nothing: what the callback makes of the error counts. */
function tellsCallback({ arguments: given }: CallNode): boolean {
  const last = given.at(-1)
  return isFunction(last) && /^_?e(rr|rror)?$/i.test(parameterName(last.params[0])?.name ?? '')
}

const asks =
  /^_?(verify|assert|require(?!$)|ensure|check|validate|authenticate|authori[sz]e|must|guard|protect|reject|deny|fail)/i
const reads =
  /^(parse|atob|btoa|put|add|push|delete|cookie|setCookie|setHeader|\w*decode\w*|\w*log\w*|get|set|has|header|String|from|debug|info|warn|error|trace)$/i

/** The request, or the proof that came with it. */
function isProof(given: Node): boolean {
  return /^(req|request|ctx|context)$|(authorization|token)$/i.test(pathOf(given))
}
