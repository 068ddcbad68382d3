import type { Codebase } from '../../../codebase.ts'
import { isAccountModel } from '../../../facts/entities.ts'
import type { HelperAnswer } from '../../../facts/answering-helpers.ts'
import { errorNames } from '../../../facts/promises.ts'
import { queriesByCall, type Query } from '../../../facts/queries.ts'
import { resultNames } from '../../../facts/query-results.ts'
import type { Handler } from '../../../facts/handlers.ts'
import type { ResponseCall } from '../../../facts/responses.ts'
import { ancestor, functionAround, isString, parameterName, type CallNode, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { purposeOf, routesOf } from '../../places.ts'
import { contradiction } from '../status-and-text.ts'

/** A status that is known, with what the answer says and where it is given. */
export type Said = { call: CallNode; handler: Handler; status: number; text: string }

/** What a response says with its status, if that is known. */
export function saidBy({ call, handler, status }: ResponseCall, file: SourceFile): Said | undefined {
  const [body] = call.arguments
  const text = body ? file.text.slice(body.start, body.end) : ''
  // `found.length ? 'Found' : 'Nothing found'` tells of a list that may be empty.
  const isChosen = status === 200 && /\?[^.]/.test(text)
  return status === undefined ? undefined : { call, handler, status, text: isChosen ? '' : text }
}

/** What a call of a function that answers says: the texts it is given. */
export function saidThrough({ call, handler, status }: HelperAnswer, file: SourceFile): Said | undefined {
  const texts = call.arguments.filter((argument) => isString(argument) || argument.type === 'TemplateLiteral')
  const text = texts.map((argument) => file.text.slice(argument.start, argument.end)).join(' ')
  return status === undefined ? undefined : { call, handler, status, text }
}

/** How the status says another thing than the text of the answer, or than where it is given. */
export function otherMeaning(said: Said, codebase: Codebase, file: SourceFile): string | undefined {
  const { call, handler, status, text } = said
  const meaning = contradiction(status, text, purposeOf(codebase, call))
  if (meaning) return `${status} is not what the text says: ${meaning}.`
  const routes = routesOf(codebase, handler.node)
  if (status === 201 && routes.length > 0 && routes.every((route) => route.method === 'GET'))
    return '201 says that something was created; this only reads.'
  if (status === 201 && routes.length > 0 && routes.every((route) => route.method === 'DELETE'))
    return '201 says that something was created; this deletes.'
  if (
    status === 201 &&
    routes.length > 0 &&
    routes.every((route) => /^(PUT|PATCH)$/.test(route.method)) &&
    onlyChanges(handler.node, codebase)
  )
    return '201 says that something was created; this changes what is there.'
  if (
    status === 201 &&
    routes.length > 0 &&
    routes.every((route) => /\/(log-?in|sign-?in|authenticate)$/i.test(route.path))
  )
    return '201 says that something was created; signing in is 200.'
  const lookup = missingRow(call, codebase)
  if (lookup && status === 500) return '500 says that the server failed; a row that is not there is 404.'
  if (
    lookup &&
    status === 401 &&
    !isAccountModel(lookup.model) &&
    !/user|account|token|session|auth|key|admin|member/i.test(`${lookup.model ?? 'user'} ${file.path}`)
  )
    return '401 says that nobody is signed in; a row that is not there is 404.'
  if (status === 401 && lacksRight(call, file))
    return '401 says that nobody is signed in; who may not do this is answered with 403.'
  if (status >= 400 && status < 500 && failedQuery(call, codebase))
    return `${status} blames the caller; a query that fails is 500.`
  return undefined
}

function onlyChanges(node: Node, codebase: Codebase): boolean {
  const own = codebase.queries.filter((query) => functionAround(query.call) === node)
  return (
    own.some(({ kind }) => kind === 'update') &&
    !own.some(({ kind, call, file }) => kind === 'insert' || /upsert/i.test(file.text.slice(call.start, call.end)))
  )
}

/** The other way of `if (req.user && req.user.isAdmin) next()`. */
function lacksRight(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  if (!around || around.params.length !== 3 || around.body?.type !== 'BlockStatement') return false
  const text = file.text.slice(around.start, around.end)
  const branch = ancestor(node, (at) => at.type === 'IfStatement', around)
  // `if (!req.user)` asks whether anyone is signed in.
  // A token that does not verify is nobody's.
  if (ancestor(node, (at) => at.type === 'CatchClause', around)) return false
  const asked = branch?.type === 'IfStatement' ? file.text.slice(branch.test.start, branch.test.end) : ''
  if (/^!\s*[\w.?]*(user|session|auth|token|account|payload)(\??\.\w*id)?$/i.test(asked)) return false
  return (
    text.length < 900 &&
    /\bif\s*\([^{;]*\b(isAdmin|is_admin|role|permissions?)\b/i.test(text) &&
    !/verify\(|authorization/i.test(text)
  )
}

/** The lookup whose row is missing where this is: under `if (!row)`, or after `if (row) { … }`. */
function missingRow(node: Node, codebase: Codebase): Query | undefined {
  const around = functionAround(node)
  const statement = ancestor(
    node,
    (at) => at.type.endsWith('Statement') && at.type !== 'BlockStatement',
    around?.parent ?? undefined,
  )
  const block = statement?.parent
  if (!around || !statement) return undefined
  const lists = block?.type === 'BlockStatement' ? block.body : []
  const before = lists[lists.findIndex((item) => item === statement) - 1]
  const branch =
    block?.type === 'IfStatement'
      ? block
      : block?.parent?.type === 'IfStatement' && block.parent.consequent === block
        ? block.parent
        : undefined
  const denied =
    branch?.test.type === 'UnaryExpression' && branch.test.operator === '!' ? branch.test.argument : undefined
  const asked =
    !denied && before?.type === 'IfStatement' && !before.alternate && block?.parent === around ? before.test : undefined
  const name = denied ?? asked
  if (name?.type !== 'Identifier') return undefined
  const held = codebase.queries.filter(
    ({ kind, call }) => kind === 'find-one' && call.start < node.start && functionAround(call) === around,
  )
  return held.find((query) => resultNames(query).some((result) => result.name === name.name))
}

/** Under `if (error)` in the callback of a query. */
function failedQuery(node: Node, codebase: Codebase): boolean {
  const around = functionAround(node)
  const first = parameterName(around?.params[0])?.name ?? ''
  if (!around || !errorNames.test(first)) return false
  const branch = ancestor(node, (at) => at.type === 'IfStatement', around)
  if (
    branch?.type !== 'IfStatement' ||
    branch.test.type !== 'Identifier' ||
    branch.test.name !== first ||
    branch.alternate
  )
    return false
  return around.parent ? queriesByCall(codebase.queries).get(around.parent)?.kind === 'raw' : false
}
