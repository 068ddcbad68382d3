import type { Codebase } from '../../../codebase.ts'
import { responsesIn, statusOf } from '../../../facts/responses.ts'
import {
  isString,
  keyOf,
  literalText,
  pathOf,
  propertyOf,
  type CallNode,
  type Node,
  type Of,
} from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** An error that is made with a status and a text of its own. */
export type ErrorWithStatus = { node: Node; file: SourceFile; status: number; text: string }

/** Errors made anywhere, and those thrown after `res.status(401)`. */
export function* errorsWithStatus(codebase: Codebase): Iterable<ErrorWithStatus> {
  for (const file of codebase.production) {
    yield* errorsMade(file)
    for (const { call, method, status } of responsesIn(file, codebase.web)) {
      const made =
        method === 'status' && call.parent?.type === 'ExpressionStatement' ? thrownNext(call.parent) : undefined
      const code = status ?? statusOf(call.arguments[0])
      const text = made && textIn(made, file)
      if (made && text !== undefined && code !== undefined) yield { node: made, file, status: code, text }
    }
  }
}

const errorsMade = atOnce((file: SourceFile) => [
  ...file.calls.flatMap((call) => ofCall(call, file) ?? []),
  ...file.throws.flatMap(({ argument }) =>
    argument.type === 'ObjectExpression' ? (ofObject(argument, file) ?? []) : [],
  ),
])

/** `new ApiError(404, 'No such user')`, `createError(404, 'No such user')` where it is raised, and what `reject` is given. */
function ofCall(call: CallNode, file: SourceFile): ErrorWithStatus | undefined {
  const [value] = call.arguments
  if (call.type === 'CallExpression' && value?.type === 'ObjectExpression' && hands.test(pathOf(call.callee)))
    return ofObject(value, file)
  if (call.type === 'CallExpression' && !isRaised(call)) return undefined
  const name = pathOf(call.callee).split('.').at(-1) ?? ''
  const isMade = call.type === 'CallExpression' || /(Error|Exception|Failure|ErrorResponse)$/.test(name)
  const status = isMade ? givenStatus(call, name) : undefined
  const text = status === undefined ? undefined : textIn(call, file)
  return status === undefined || text === undefined ? undefined : { node: call, file, status, text }
}

/** Functions that are handed an error. */
const hands = /^(next|reject|callback|cb|done)$|^handle_?Err(or)?s?$/i

function isRaised({ parent }: Node): boolean {
  return parent?.type === 'ThrowStatement' || (parent?.type === 'CallExpression' && hands.test(pathOf(parent.callee)))
}

function ofObject(value: Of<'ObjectExpression'>, file: SourceFile): ErrorWithStatus | undefined {
  const said = value.properties.find(
    (property) => property.type === 'Property' && /^(status|code|statusCode|httpStatus)$/.test(keyOf(property) ?? ''),
  )
  const status = said?.type === 'Property' ? statusOf(said.value) : undefined
  const text = literalText(propertyOf(value, 'message') ?? propertyOf(value, 'msg') ?? propertyOf(value, 'error'))
  return status === undefined || text === undefined || status < 400 ? undefined : { node: value, file, status, text }
}

const named: Readonly<Record<string, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  Conflict: 409,
  UnprocessableEntity: 422,
  InternalServerError: 500,
  InternalServer: 500,
  Internal: 500,
}

function givenStatus(call: CallNode, name: string): number | undefined {
  const written = call.arguments
    .map((argument) => statusOf(argument))
    .find((status) => status !== undefined && status >= 400 && status < 600)
  return written ?? named[name.replace(/(Error|Exception)$/, '')]
}

/** The texts that an error is made of. */
export function textIn(call: CallNode, file: SourceFile): string | undefined {
  const given = call.arguments.flatMap((argument) =>
    argument.type === 'ArrayExpression' ? argument.elements.filter((item) => item !== null) : [argument],
  )
  const texts = given.filter((argument) => isString(argument) || argument.type === 'TemplateLiteral')
  const text = texts.map((argument) => file.text.slice(argument.start + 1, argument.end - 1)).join(' ')
  return text === '' ? undefined : text
}

/** The error thrown or handed on by the statement after this one. */
function thrownNext(statement: Node): CallNode | undefined {
  const block = statement.parent
  if (block?.type !== 'BlockStatement') return undefined
  const next = block.body[block.body.findIndex((item) => item === statement) + 1]
  const value =
    next?.type === 'ThrowStatement' || next?.type === 'ReturnStatement'
      ? next.argument
      : next?.type === 'ExpressionStatement'
        ? next.expression
        : undefined
  const made = value?.type === 'CallExpression' && /^next$/.test(pathOf(value.callee)) ? value.arguments[0] : value
  return made?.type === 'NewExpression' ? made : undefined
}
