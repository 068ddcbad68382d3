import type { Codebase } from '../../../codebase.ts'
import { isWrapper, mentionsWrapper } from '../../../facts/async-wrappers.ts'
import type { Handler } from '../../../facts/handlers.ts'
import { isTried, openAwaits } from '../../../facts/promises.ts'
import {
  contains,
  functionAround,
  keyOf,
  parameterName,
  pathOf,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../../parse/ast.ts'
import { says } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { importsPackage, lineOf, majorOf, routesOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { asksOthers } from './asks-others.ts'

/** Handlers of Express 4 whose promise nobody looks at. */
export function* ignoredHandlers(codebase: Codebase): Iterable<Match> {
  if (
    (majorOf(codebase, 'express') ?? 5) >= 5 ||
    importsPackage(
      codebase,
      /^(express-async-errors|express-promise-router|async-express-decorator|@awaitjs\/express)$/,
    ) ||
    codebase.production.some(takesPromises)
  )
    return
  const wrapped = codebase.production.some(isWrapper)
  for (const [node, handler] of codebase.web.handlers) {
    if (!node.async || handler.framework !== 'express' || handler.error !== undefined) continue
    if (callsByDecorator.test(handler.file.text) && node.parent?.type === 'MethodDefinition') continue
    if (isHelper(codebase, node)) continue
    const awaits = openAwaits(node, handler.file, codebase.calls)
    const [open] = awaits
    const thrown = open || onlyThrows(node) ? undefined : openThrow(node, handler.file)
    if ((!open && !thrown) || isWrapped(codebase, node, handler, wrapped)) continue
    if (thrown) {
      const message = 'Express 4 ignores the promise of this async handler: what is thrown in it is answered by nobody.'
      yield { file: handler.file, node: thrown, line: lineOf(thrown, handler.file), message }
      continue
    }
    if (!open) continue
    yield {
      file: handler.file,
      node,
      line: lineOf(node, handler.file),
      ...(awaits.some(({ argument }) => asksOthers(argument, handler.file, codebase)) ? {} : { severity: 'medium' }),
      message: `Express 4 ignores the promise of this async handler: when \`${textOf(open.argument, handler.file, 40)}\` fails, the request gets no answer.`,
    }
  }
}

/** express-openapi, told that its operations return promises. */
const takesPromises = says(/\bpromiseMode\s*:\s*true\b/)

/** Nobody is meant to call it. */
function onlyThrows({ body }: FunctionNode): boolean {
  return body?.type === 'BlockStatement' && body.body.length === 1 && body.body[0]?.type === 'ThrowStatement'
}

/** A `throw` of the handler itself outside `try`, also in a `catch`. */
function openThrow(node: FunctionNode, file: SourceFile): Node | undefined {
  return file.throws.find((item) => contains(node, item) && functionAround(item) === node && !isTried(item))
}

/** Takes the request and the response, but is no handler: others call it, or it takes more than a handler gets. */
function isHelper(codebase: Codebase, node: FunctionNode): boolean {
  if (routesOf(codebase, node).length > 0) return false
  const third = parameterName(node.params[2])?.name
  return (
    node.params.length > 4 ||
    (third !== undefined && !/^_|next|done|cb|callback/i.test(third)) ||
    (node.parent?.type === 'MethodDefinition' &&
      (node.parent.accessibility === 'private' || codebase.calls.sitesOf(node).length > 0))
  )
}

/** These call the methods of controllers themselves, and hand what fails to `next`. */
const callsByDecorator = /from ['"](inversify-express-utils|routing-controllers|@tsed\/[\w-]+|tsoa)['"]/

function isWrapped(codebase: Codebase, node: FunctionNode, handler: Handler, byDefault: boolean): boolean {
  const call = node.parent
  if (
    call?.type === 'CallExpression' &&
    call.callee !== node &&
    !/\.(get|post|put|patch|delete|all|use|del|head|options|param)$/.test(pathOf(call.callee))
  )
    return true
  const routes = routesOf(codebase, node)
  if (routes.length > 0 && routes.every((route) => route.through && /\bcatch\b/.test(route.through.file.text)))
    return true
  const steps = routes.flatMap((route) => route.own.filter((step) => step.function === node))
  if (steps.length > 0) return steps.every((step) => step.node.type === 'CallExpression' && !isBound(step.node))
  // Who registers it is not seen: where the project wraps handlers, it wraps this one.
  return byDefault || (!isExportedHere(node) && mentionsWrapper(handler.file))
}

/** `controller.create.bind(controller)` is the handler itself. */
function isBound({ callee }: CallNode): boolean {
  return callee.type === 'MemberExpression' && keyOf(callee) === 'bind'
}

function isExportedHere(node: FunctionNode): boolean {
  return node.parent?.type === 'AssignmentExpression' || node.parent?.type === 'ExportNamedDeclaration'
}
