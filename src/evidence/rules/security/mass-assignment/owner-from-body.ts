import { owner as ofSomebody, right } from './words.ts'
import type { Codebase } from '../../../codebase.ts'
import { hasAuth } from '../../../facts/access-control.ts'
import { asksWhoCalls } from '../../../facts/caller.ts'
import type { Handler } from '../../../facts/handlers.ts'
import type { Trace } from '../../../facts/trace.ts'
import {
  contains,
  isFunction,
  keyOf,
  parameterName,
  pathOf,
  unwrap,
  type CallNode,
  type Node,
} from '../../../parse/ast.ts'
import { atOnce, once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isValidated, purposeOf, routesOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { callersOf } from '../../callers.ts'

const ownersIn = atOnce((file: SourceFile) =>
  file.declarators.flatMap(({ id, init }) => {
    if (id.type !== 'ObjectPattern' || !init || !isBody(init, file)) return []
    const owner = id.properties.find(
      (property) =>
        property.type === 'Property' &&
        /^((user|owner|account|customer|author|buyer|sender)_?id|role|is_?admin)$/i.test(keyOf(property) ?? ''),
    )
    return owner ? [{ init, owner }] : []
  }),
)

/** `req.body`, also with the marks of TypeScript: `request!.body as Account`. */
function isBody(init: Node, { text }: SourceFile): boolean {
  const { start, end } = unwrap(init)
  return /^(ctx\.)?req(uest)?[!?]*\.body!?$/.test(text.slice(start, end))
}

/** The server writes it over what came: `req.body.userId = req.session.user.id`. */
export function isSetByServer(codebase: Codebase, field: string | undefined): boolean {
  return field !== undefined && codebase.production.some((file) => fieldsSetByServer(file).has(field))
}

const fieldsSetByServer = once(
  (file: SourceFile) =>
    new Set(
      file.assignments.flatMap(({ left }) =>
        left.type === 'MemberExpression' && /^(req|request)\.body$/.test(pathOf(left.object))
          ? (keyOf(left) ?? [])
          : [],
      ),
    ),
)

/** `const { userId } = req.body` in a handler that writes: whose data it is should come from the session. */
export function* ownerFromBody(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { init, owner } of ownersIn(file)) {
      const trace = codebase.flow.trace(init, file)
      const around = trace?.handler
      if (
        !trace ||
        !around ||
        isValidated(codebase, trace) ||
        callersOf(trace, codebase) !== 'anyone' ||
        isSetByServer(codebase, keyOf(owner)) ||
        // Beside the caller’s own, it names somebody else.
        (!isRight(owner) && asksWhoCalls(around, codebase)) ||
        !isWritten(owner, around, file)
      )
        continue
      if (/log-?in|token|reset/i.test(purposeOf(codebase, owner))) continue
      yield {
        file,
        node: owner,
        confidence: 'medium',
        // A role that comes with a registration makes anyone an administrator.
        severity: isRight(owner) && !asksWhoCalls(around, codebase) && isOpen(trace, codebase) ? 'high' : 'medium',
        words: isRight(owner) ? right : ofSomebody,
        message: `\`${keyOf(owner)}\` is taken from the body and written.`,
      }
    }
  }
}

function isRight(owner: Node): boolean {
  return /role|admin/i.test(keyOf(owner) ?? '')
}

function isOpen({ handler }: Trace, codebase: Codebase): boolean {
  const routes = routesOf(codebase, handler?.node)
  return routes.length > 0 && !routes.some(hasAuth)
}

/** A field of a record that is made or changed gets it; in a filter, or as the first argument, it only picks one. */
function isWritten(owner: Node, { node }: Handler, file: SourceFile): boolean {
  const name = owner.type === 'Property' ? parameterName(owner.value)?.name : undefined
  const isIt = (value: Node): boolean =>
    value.type === 'LogicalExpression' ? isIt(value.left) : value.type === 'Identifier' && value.name === name
  return (
    file.properties.some(
      (property) => property !== owner && isIt(property.value) && contains(node, property) && isOfRecord(property),
    ) ||
    file.calls.some((call) => contains(node, call) && makes(call) && call.arguments.slice(1).some(isIt)) ||
    file.assignments.some(({ left, right }) => isIt(right) && isOfRow(left) && contains(node, left))
  )
}

/** `review.userId`, of a row that is then saved. */
function isOfRow(left: Node): boolean {
  return (
    left.type === 'MemberExpression' && left.object.type === 'Identifier' && !/^(req|res|ctx)/.test(left.object.name)
  )
}

function isOfRecord(property: Node): boolean {
  for (let at = property.parent; at && !isFunction(at); at = at.parent) {
    if (at.type === 'Property' && keyOf(at) === 'where') return false
    if (at.type === 'NewExpression' || at.type === 'CallExpression') return at.type === 'NewExpression' || makes(at)
  }
  const holder = property.parent?.parent
  // `{ … } as NewAccount`.
  const declared =
    holder?.type === 'TSAsExpression' || holder?.type === 'TSSatisfiesExpression' ? holder.parent : holder
  return declared?.type === 'VariableDeclarator'
}

function makes(call: CallNode): boolean {
  return /(^|\.)\w*(create|insert|save|add|update|register|upsert|build|make|set|values)\w*$/i.test(pathOf(call.callee))
}
