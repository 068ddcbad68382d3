import {
  functionAround,
  isFunction,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  propertyOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../parse/ast.ts'
import { goingBy, plainCallsOf } from '../parse/by-name.ts'
import { valuesReturned } from '../parse/returns.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import type { Framework } from './handlers.ts'
import type { Identities } from './identities.ts'
import type { Meaning, Meanings } from './meaning.ts'
import type { Modules } from './modules.ts'

/** One function in a chain: what it is called and, when it is the project's, its code. */
export type Step = {
  name: string
  node: Node
  file: SourceFile
  function?: FunctionNode
  functionFile?: SourceFile
  /** The object a router was made as, when the step is one. */
  identity?: Node
  /** The framework runs it to decide who may pass: a NestJS guard. */
  guard?: true
  /** The guards that alone would read what a decorator writes down, where none of them is bound. */
  unread?: readonly string[]
  /** Where the project decides it, for a guard that is a class: its `canActivate`. */
  decision?: { node: FunctionNode; file: SourceFile }
  /** Follows the calls in its code. */
  calls?: CallGraph
}

/** What routes, middleware and plugins are read with. */
export type WebInputs = {
  files: readonly SourceFile[]
  modules: Modules
  meanings: Meanings
  calls: CallGraph
  identities: Identities
  /** The framework of objects that are only named like an application. */
  usual: Framework
}

/** The steps an argument of a route or `use` stands for; wrappers such as `catchAsync(fn)` give the function inside. */
export function stepsOf(node: Node, file: SourceFile, inputs: WebInputs): Step[] {
  const inner = unwrap(node)
  if (inner.type === 'ArrayExpression')
    return inner.elements.flatMap((item) => (item ? stepsOf(item, file, inputs) : []))
  if (inner.type === 'SpreadElement') return stepsOf(inner.argument, file, inputs)
  if (inner.type === 'ObjectExpression') {
    const handler = propertyOf(inner, 'handler')
    return handler ? stepsOf(handler, file, inputs) : []
  }
  const made = inputs.meanings.functionOf(inner, file) ?? wrapped(inner, file, inputs)
  const given = (made && adapted(inner, made, file, inputs)) ?? made
  const handing = given && handingOn(given.node)
  const direct = (handing && inputs.calls.targetOf(handing)) ?? given
  const meaning = inputs.meanings.of(inner, file)
  if (meaning.kind === 'value' && meaning.node !== inner && meaning.node.type === 'ArrayExpression') {
    return stepsOf(meaning.node, meaning.file, inputs)
  }
  const name =
    handing && isFunction(inner) ? pathOf(handing.callee) : inputs.meanings.nameOf(inner, file) || pathOf(inner)
  const found = direct ? { function: direct.node, functionFile: direct.file } : {}
  return [{ name, node: inner, file, ...found, calls: inputs.calls, identity: inputs.identities.of(inner, file) }]
}

type Found = { node: FunctionNode; file: SourceFile }

function wrapped(node: Node, file: SourceFile, inputs: WebInputs): Found | undefined {
  const meaning = inputs.meanings.of(node, file)
  const origin = madeBy(meaning)
  const { node: call, file: home } = origin ?? { node, file }
  if (call.type !== 'CallExpression') return undefined
  const isBound = call.callee.type === 'MemberExpression' && keyOf(call.callee) === 'bind'
  if (isBound && call.callee.type === 'MemberExpression') {
    const bound = inputs.meanings.functionOf(call.callee.object, home)
    if (bound) return bound
  }
  for (const argument of call.arguments) {
    const inside = inputs.meanings.functionOf(argument, home) ?? wrapped(argument, home, inputs)
    if (inside) return inside
  }
  const target = inputs.calls.targetOf(call)
  return target && returnedFunction(target.node, target.file)
}

/** `adapt(createOrder, orders)`, whose `(request, reply) => …` hands `{ request, repo }` to what it was given: that is what answers. */
function adapted(call: Node, { node, file: home }: Found, file: SourceFile, inputs: WebInputs): Found | undefined {
  const factory = call.type === 'CallExpression' ? inputs.calls.targetOf(call) : undefined
  if (call.type !== 'CallExpression' || !factory || functionAround(node) !== factory.node) return undefined
  const names = factory.node.params.map((parameter) => parameterName(parameter)?.name)
  const request = parameterName(node.params[0])?.name
  const at = names.findIndex((name) =>
    goingBy(plainCallsOf(home), name ?? '').some(
      ({ start, arguments: [only, more] }) =>
        node.start < start && start < node.end && only && !more && holds(only, request),
    ),
  )
  const argument = call.arguments[at]
  return argument && inputs.meanings.functionOf(argument, file)
}

/** `{ request, repo }`. */
function holds(value: Node, name: string | undefined): boolean {
  return (
    value.type === 'ObjectExpression' &&
    value.properties.some(
      (item) => item.type === 'Property' && item.value.type === 'Identifier' && item.value.name === name,
    )
  )
}

/** The call that is all of `(req, res) => controller.create(req, res)`: it is given the request and the answer, maybe with more. */
function handingOn(node: FunctionNode): CallNode | undefined {
  const call = onlyCall(node)
  const given = call?.arguments.map((argument) => pathOf(argument)) ?? []
  const isSame = (name: string, index: number) => name === parameterName(node.params[index])?.name
  const isAll = given.length > 0 && given.every(isSame)
  return isAll || (given.length > 2 && given.slice(0, 2).every(isSame)) ? call : undefined
}

function onlyCall({ body }: FunctionNode): CallNode | undefined {
  const [only, more] = body?.type === 'BlockStatement' ? body.body : [body]
  if (!only || more) return undefined
  const value =
    only.type === 'ExpressionStatement' ? only.expression : only.type === 'ReturnStatement' ? only.argument : only
  const called = value && unwrap(value.type === 'AwaitExpression' ? value.argument : value)
  return called?.type === 'CallExpression' ? called : undefined
}

/** The expression a name's value comes from. */
function madeBy(meaning: Meaning): { node: Node; file: SourceFile } | undefined {
  if (meaning.kind === 'package') return meaning.made
  return meaning.kind === 'value' ? meaning : undefined
}

/** The function a factory returns: `auth('admin')` gives its inner `(req, res, next)`. */
function returnedFunction(node: FunctionNode, file: SourceFile): Found | undefined {
  if (isFunction(node.body)) return { node: node.body, file }
  const returned = valuesReturned(node, file).find(isFunction)
  return returned && { node: returned, file }
}

const guardHooks = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'middleware', 'config']
const guardOptions = ['permission', 'permissions', 'auth', 'authenticate', 'guard', 'guards', 'roles', 'role', 'scopes']

/** What the options of a route put before its handler: hooks, and what names who may pass. */
export function optionSteps(options: Node, file: SourceFile, inputs: WebInputs): Step[] {
  const hooks = guardHooks.flatMap((name) => {
    const value = propertyOf(options, name)
    if (name === 'config')
      return value && propertyOf(value, 'rateLimit') ? [{ name: 'rateLimit', node: value, file }] : []
    return value ? stepsOf(value, file, inputs) : []
  })
  const guards = guardOptions.flatMap((name): Step[] => {
    const value = propertyOf(options, name)
    return value && !isOpen(value) ? [{ name, node: value, file, guard: true }] : []
  })
  return [...guards, ...hooks]
}

function isOpen(value: Node): boolean {
  return /^(false|none|public|optional|try|undefined|null)$/i.test(
    literalText(value) ?? pathOf(value).split('.').at(-1) ?? '',
  )
}
