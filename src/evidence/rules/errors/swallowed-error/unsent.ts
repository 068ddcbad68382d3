import type { Codebase } from '../../../codebase.ts'
import { errorNames } from '../../../facts/promises.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  isLoop,
  keyOf,
  parameterName,
  pathOf,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../../parse/ast.ts'
import { goingBy, methodCallsOf } from '../../../parse/by-name.ts'
import { atOnce } from '../../../parse/once.ts'
import { valuesReturned } from '../../../parse/returns.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { writesDown } from '../logging.ts'
import { passesOn } from './unanswered.ts'

/** A mail whose failure is only written to the log, in a function whose callers answer that it was sent. */
export function* unsent(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const { around, place } of sendsThatGoOn(file)) {
    const teller = tellerOf(around, codebase)
    if (teller !== undefined)
      yield {
        file,
        node: place,
        message: `A mail that cannot be sent is only written to the log here, and ${teller} says that it was sent.`,
      }
  }
}

type Send = { around: FunctionNode; place: Node }

const sendsThatGoOn = atOnce((file: SourceFile): Send[] =>
  goingBy(methodCallsOf(file), sending).flatMap((send) => {
    const around = functionAround(send)
    const place = isMail(send) ? failurePath(send, file) : undefined
    return around && place && !tellsOutcome(around, file) && !ancestor(send, isLoop, around) ? [{ around, place }] : []
  }),
)

const sending = new Set(['sendMail', 'send', 'sendTemplate', 'sendEmail'])

/** Whoever calls it may ask what it gives. */
function tellsOutcome(around: FunctionNode, file: SourceFile): boolean {
  return around.body?.type !== 'BlockStatement' || valuesReturned(around, file).length > 0
}

function isMail({ callee }: CallNode): boolean {
  const path = pathOf(callee)
  return /\.sendMail$|mail|resend|transport|postmark|brevo/i.test(path)
}

/** The `catch`, or the callback, that only writes the failure down. */
function failurePath(send: CallNode, file: SourceFile): Node | undefined {
  const last = send.arguments.at(-1)
  if (isFunction(last)) {
    const [error] = last.params.map((parameter) => parameterName(parameter)?.name ?? '')
    return error !== undefined && errorNames.test(error) && onlyWritesDown(last.body, file) ? last : undefined
  }
  let at: Node = send
  while (at.parent?.type === 'MemberExpression' && at.parent.parent?.type === 'CallExpression') {
    at = at.parent.parent
    const [callback] = at.arguments
    if (at.callee.type === 'MemberExpression' && keyOf(at.callee) === 'catch' && isFunction(callback))
      return onlyWritesDown(callback.body, file) ? callback : undefined
  }
  const attempt = ancestor(send, (up) => up.type === 'TryStatement' && contains(up.block, send), functionAround(send))
  return attempt?.type === 'TryStatement' && attempt.handler && onlyWritesDown(attempt.handler.body, file)
    ? attempt.handler
    : undefined
}

function onlyWritesDown(body: Node | null | undefined, file: SourceFile): boolean {
  const text = body ? file.text.slice(body.start, body.end) : ''
  return writesDown(text) && !passesOn.test(text)
}

/** Where a request runs a function, itself or through others, and tells of a mail. */
function tellerOf(around: FunctionNode, codebase: Codebase): string | undefined {
  const seen = new Set([around])
  for (const node of seen) {
    for (const { call, file } of codebase.calls.sitesOf(node)) {
      const caller = functionAround(call)
      if (!caller || seen.has(caller) || !codebase.web.inRequest.has(caller)) continue
      if (saysSent(file.text.slice(caller.start, caller.end))) return `${file.path}:${lineOf(call, file)}`
      seen.add(caller)
    }
  }
  return undefined
}

function saysSent(text: string): boolean {
  return text.split('\n').some((line) => sent.test(line) && !writesDown(line) && !/^\s*(\/\/|\*)/.test(line))
}

const sent =
  /\b(e-?mail|mail|link|code|otp)\b[^'"`]{0,40}\bsent\b|\bsent\b[^'"`]{0,40}\b(e-?mail|mail|inbox|link)\b|\bcheck your (e-?mail|inbox)/i
