import { functionAround, keyOf, literalText, parameterName, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match, Words } from '../../rule.ts'

/** `return next` in a hook of Mongoose or in middleware, where `return next()` was meant. */
export function* uncalledNext(file: SourceFile): Iterable<Match> {
  for (const leaving of file.returns) {
    const given = leaving.argument
    const around = functionAround(leaving)
    if (given?.type !== 'Identifier' || !/^(next|done)$/.test(given.name) || !around || around.async) continue
    const parameter = lookUp(file.scopes, given, given.name)?.parameter
    if (parameter?.of !== around || !(isHook(around) || isMiddleware(around))) continue
    yield {
      file,
      node: leaving,
      severity: 'high',
      words,
      message: `\`${given.name}\` is given back here and not called: ${isHook(around) ? 'the save' : 'the request'} waits for ever.`,
    }
  }
}

/** `schema.pre('save', function (next) { … })`. */
function isHook({ parent, params }: FunctionNode): boolean {
  return (
    params.length === 1 &&
    parent?.type === 'CallExpression' &&
    parent.callee.type === 'MemberExpression' &&
    keyOf(parent.callee) === 'pre' &&
    literalText(parent.arguments[0]) !== undefined
  )
}

function isMiddleware({ params }: FunctionNode): boolean {
  const [request, response, next] = params.map((parameter: Node) => parameterName(parameter)?.name ?? '')
  return params.length === 3 && /^_?req/.test(request ?? '') && /^_?res/.test(response ?? '') && next === 'next'
}

const words: Words = {
  title: 'What comes next is never called',
  why: 'Whoever hands a function `next` goes on when it is called; to give it back does nothing.',
  effects: { safety: 'On this way nothing is saved or answered, and no error says so.' },
}
