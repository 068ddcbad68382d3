import { bodyText } from '../../../facts/responses.ts'
import type { Query } from '../../../facts/queries.ts'
import { subjectOf } from '../../../facts/query-filters.ts'
import { verbOf } from '../../../facts/query-verb.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  keyOf,
  parameterName,
  type FunctionNode,
  type Node,
} from '../../../parse/ast.ts'
import { codeText } from '../../../parse/code-text.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** A token that was used is taken away: left behind it ends by itself, or is used once more. */
export function isSpent(query: Query): boolean {
  return (
    verbOf(query) === 'delete' &&
    /^(?!.*(backup|recovery)).*(token|otp|verification\w*|code)s?$/i.test(subjectOf(query) ?? '')
  )
}

/** Whether a function, what it is given, or the call it is given to, speaks of a transaction. */
export function isCovered(around: FunctionNode, file: SourceFile | undefined): boolean {
  return (
    !file ||
    around.params.some((parameter) => transactionType.test(file.text.slice(parameter.start, parameter.end))) ||
    isHandedConnection(around, file) ||
    /\btransaction\s*[(:]|transaction\(|startTransaction|withTransaction|\btrx\b|\btx\b|(?<!(req|request|ctx|socket)\.)\bsession\b|unitOfWork|queryRunner|\bBEGIN\b/i.test(
      bodyText(around, file),
    ) ||
    /transaction/i.test(file.text.slice(around.start - 200, around.start))
  )
}

/** What runs in a transaction that somebody else began is given its manager, session or client. */
const transactionType = /:\s*(\w+\.)?(EntityManager|QueryRunner|Transaction(Client|al\w*)?|ClientSession)\b/

/** A function that every write hands its own parameter `connection` on to, runs in what its caller began. */
function isHandedConnection({ params, body }: FunctionNode, file: SourceFile): boolean {
  const given = params.flatMap((parameter) => parameterName(parameter)?.name ?? [])
  const name = given.find((item) => /^(db)?(conn(ection)?|client|manager)$/i.test(item))
  return (
    name !== undefined &&
    body !== null &&
    new RegExp(String.raw`[{,(]\s*(\w+\s*:\s*)?${name}\s*[,})]`).test(file.text.slice(body.start, body.end))
  )
}

/** A line of a log or history tells of a write; without it the data is as true as with it. */
export function isNote(query: Query): boolean {
  return /(log|histor(y|ie)|audit\w*|activit(y|ie)|analytic|notification)s?(model|repository|service)?$/i.test(
    subjectOf(query) ?? '',
  )
}

/** One in the branch of an `if`, the other in its `else` or behind it, or where nothing came of it: only one of them runs. */
export function isOtherwise(first: { call: Node }, second: { call: Node }): boolean {
  const either = ancestor(second.call, (at) => at.type === 'ConditionalExpression' && contains(at, first.call))
  if (either?.type === 'ConditionalExpression')
    return contains(either.consequent, first.call) !== contains(either.consequent, second.call)
  const choice = ancestor(second.call, (at) => at.type === 'IfStatement' && contains(at, first.call))
  if (choice?.type === 'IfStatement' && choice.alternate)
    return contains(choice.consequent, first.call) !== contains(choice.consequent, second.call)
  const branch = ancestor(
    first.call,
    (at) => at.type === 'IfStatement' && !contains(at, second.call) && contains(at.consequent, first.call),
  )
  return branch?.type === 'IfStatement' && leaves(branch.consequent)
}

type Write = { call: Node; file: SourceFile }

/** The failure of one is written down and the work goes on: the other is not undone with it. */
export function mayFailAlone(first: Write, second: Write): boolean {
  return [first, second].some(isLetGo) || isTriedApart(first, second) || isTriedApart(second, first)
}

/** `update(…).catch((error) => log(error))` */
function isLetGo({ call, file }: Write): boolean {
  for (let at = call; at.parent?.type === 'MemberExpression' && at.parent.object === at;) {
    const up: Node | null | undefined = at.parent.parent
    if (up?.type !== 'CallExpression' || up.callee !== at.parent) return false
    const [rescue] = up.arguments
    if (keyOf(at.parent) === 'catch' && isFunction(rescue)) return rescue.body !== null && goesOnFrom(rescue.body, file)
    at = up
  }
  return false
}

function isTriedApart({ call, file }: Write, other: Write): boolean {
  const attempt = ancestor(
    call,
    (at) => at.type === 'TryStatement' && contains(at.block, call) && !contains(at.block, other.call),
    functionAround(call),
  )
  return attempt?.type === 'TryStatement' && attempt.handler !== null && goesOnFrom(attempt.handler.body, file)
}

/** What rescues a failure writes it down, and neither passes it on nor answers. */
function goesOnFrom(rescue: Node, file: SourceFile): boolean {
  const code = codeText(rescue, file)
  return /\w\(/.test(code) && !answering.test(code)
}

const answering =
  /\b(throw|return)\b|\b(next|res|response|reply|ctx|reject|done|callback|cb)\b|rollback|abort|\bexit\(|\.delete|\.remove|\.destroy/i

function leaves(node: Node): boolean {
  const last = node.type === 'BlockStatement' ? node.body.at(-1) : node
  return last !== undefined && /^(Return|Throw|Continue|Break)Statement$/.test(last.type)
}

/** `$pull: { orders: id }` alone: an id that stays in a list leads nowhere, and does little harm. */
export function takesFromList({ call }: Query): boolean {
  const [, change] = call.arguments
  return (
    change?.type === 'ObjectExpression' &&
    change.properties.length > 0 &&
    change.properties.every((property) => keyOf(property) === '$pull')
  )
}
