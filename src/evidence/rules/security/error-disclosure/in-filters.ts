import type { Codebase } from '../../../codebase.ts'
import { errorAnswers, type ErrorAnswer } from '../../../facts/error-answers.ts'
import { ancestor, contains, isFunction, keyOf, pathOf, unwrap, type Node } from '../../../parse/ast.ts'
import { inDevelopment } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { onlyInDevelopment } from './meant-so.ts'

/** What an exception filter of NestJS sends of errors that are no `HttpException`. */
export function* inFilters(codebase: Codebase): Iterable<Match> {
  for (const answer of errorAnswers(codebase)) {
    if (answer.framework !== 'nest') continue
    const sent = sentNames(answer)
    const [first] = (['stack', 'message'] as const).flatMap((field) => leaks(answer, field, sent).slice(0, 1))
    if (!first) continue
    const isStack = keyOf(first) === 'stack'
    yield {
      file: answer.file,
      node: first,
      severity: isStack ? 'medium' : 'low',
      confidence: isStack ? 'high' : 'medium',
      words: ofFilters,
      message: isStack
        ? 'The filter answers with the stack trace of any error.'
        : 'The filter answers with the message of any error, those of the database with them.',
    }
  }
}

function leaks({ node, file, error }: ErrorAnswer, field: string, sent: ReadonlySet<string>): Node[] {
  return file.members.filter(
    (member) =>
      contains(node, member) &&
      keyOf(member) === field &&
      pathOf(unwrap(member.object)) === error &&
      isSent(member, sent) &&
      isForOthers(member, node, file.text) &&
      !inDevelopment(member, file) &&
      !onlyInDevelopment(member, file),
  )
}

const answering = /(^|\.)(json|send|reply|end)$/

/** It stands in what an answering call is given, or in a name that such a call is given. */
function isSent(member: Node, sent: ReadonlySet<string>): boolean {
  const holder = ancestor(
    member,
    (at) => /^(CallExpression|NewExpression|VariableDeclarator|AssignmentExpression)$/.test(at.type) || isFunction(at),
  )
  if (holder?.type === 'CallExpression') return answering.test(pathOf(holder.callee))
  if (holder?.type === 'VariableDeclarator') return holder.id.type === 'Identifier' && sent.has(holder.id.name)
  return (
    holder?.type === 'AssignmentExpression' &&
    contains(holder.right, member) &&
    sent.has(pathOf(holder.left).split('.')[0] ?? '')
  )
}

/** The names that the answer of a filter is made of. */
function sentNames({ node, file }: ErrorAnswer): ReadonlySet<string> {
  const names = new Set<string>()
  const look = (start: number, end: number) => {
    for (const [word] of file.text.slice(start, end).matchAll(/(?<![\w'"]|(?<!\.\.)\.)[A-Za-z_]\w*\b(?!\s*:(?!:))/g))
      names.add(word)
  }
  for (const call of file.calls)
    if (contains(node, call) && answering.test(pathOf(call.callee)))
      for (const given of call.arguments) look(given.start, given.end)
  for (const { id, init } of file.declarators.toReversed())
    if (init && contains(node, init) && id.type === 'Identifier' && names.has(id.name)) look(init.start, init.end)
  return names
}

/** Not where the error is known to be one that was meant for callers. */
function isForOthers(member: Node, filter: Node, text: string): boolean {
  for (let at = member; at.parent && at !== filter; at = at.parent) {
    const up: Node = at.parent
    if (up.type !== 'IfStatement' && up.type !== 'ConditionalExpression') continue
    if (up.consequent === at && /\binstanceof\b|status|code|is\w*Error\(/i.test(text.slice(up.test.start, up.test.end)))
      return false
  }
  return true
}

const ofFilters: Words = {
  fix: {
    say: 'Send the message of an `HttpException` only; log what else there is.',
    code: {
      NestJS:
        "const message = exception instanceof HttpException ? exception.message : 'internal error'\nif (!(exception instanceof HttpException)) this.logger.error(exception)",
    },
  },
}
