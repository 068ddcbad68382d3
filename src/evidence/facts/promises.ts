import {
  ancestor,
  functionAround,
  isFunction,
  keyOf,
  pathOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import { declaredTypeOf } from './implementations.ts'

/** The whole chain a promise expression is the start of: `p.then().catch()` for `p.then()`. */
export function chainTop(node: Node): Node {
  let at = node
  for (;;) {
    const member = at.parent
    if (member?.type === 'ChainExpression') {
      at = member
      continue
    }
    if (
      member?.type !== 'MemberExpression' ||
      member.object !== at ||
      member.parent?.type !== 'CallExpression' ||
      member.parent.callee !== member
    )
      return at
    at = member.parent
  }
}

/** Whether a chain of `then` calls handles rejection: a `catch`, or a `then` with two functions. */
export function handlesRejection(top: Node): boolean {
  let at: Node = unwrap(top)
  while (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') {
    const name = keyOf(at.callee)
    if (name === 'catch' || name === 'error' || name === 'fail') return true
    if (name === 'then' && at.arguments.length > 1) return true
    at = unwrap(at.callee.object)
  }
  return false
}

/** Whether nobody waits for an expression: it is a statement of its own, or put into a name that is never read. */
export function isFloating(node: Node, file: SourceFile): boolean {
  const parent = node.parent
  if (parent?.type === 'ExpressionStatement') return true
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return isUnread(parent.id, file)
  if (parent?.type === 'ArrowFunctionExpression' && parent.body === node) return isIgnoredCallback(parent)
  return false
}

/** A declared name that appears nowhere else in its own function. */
function isUnread(id: Of<'Identifier'>, file: SourceFile): boolean {
  const binding = lookUp(file.scopes, id, id.name)
  if (!binding || binding.writes.length > 0) return false
  const around = functionAround(id)
  const area = around ? file.text.slice(around.start, around.end) : file.text
  const reads = new RegExp(
    String.raw`(await\s+|return\s+|\[[^\]]*|all\([^)]*)\b${id.name.replaceAll('$', String.raw`\$`)}\b|\b${id.name}\.(then|catch)\b`,
  )
  const rest = area.replace(file.text.slice(id.parent?.start ?? 0, id.parent?.end ?? 0), '')
  return !reads.test(rest) && !isHandedOn(id.name, rest)
}

/** Given to a function that may wait for it; what is written out or sent is not waited for. */
function isHandedOn(name: string, text: string): boolean {
  const given = new RegExp(String.raw`(\w+)\(\s*${name.replaceAll('$', String.raw`\$`)}\s*[,)]|,\s*${name}\s*,`).exec(
    text,
  )
  return given !== null && !/^(json|send|log|info|debug|error|warn|render|write|end)$/.test(given[1] ?? '')
}

/** Callbacks whose value is thrown away: `forEach`, event listeners, timers, Node-style callbacks. */
function isIgnoredCallback(node: FunctionNode): boolean {
  const call = node.parent
  if (call?.type !== 'CallExpression') return false
  const name =
    call.callee.type === 'MemberExpression'
      ? keyOf(call.callee)
      : call.callee.type === 'Identifier'
        ? call.callee.name
        : undefined
  return name !== undefined && /^(forEach|on|once|setTimeout|setInterval|setImmediate|addListener|nextTick)$/.test(name)
}

/** Whether a node stands in the `try` block of a `try` with a `catch`, without leaving its function. */
export function isTried(node: Node, within?: Node): boolean {
  let at: Node = node
  for (let up = at.parent; up && up !== within; up = up.parent) {
    if (up.type === 'TryStatement' && up.handler && up.block === at) return true
    if (isFunction(up)) return false
    at = up
  }
  return false
}

/** The first `await` of a function that is not inside `try` and whose promise has no `catch` of its own. */
export function unprotectedAwait(node: FunctionNode, file: SourceFile): Of<'AwaitExpression'> | undefined {
  return unprotectedAwaits(node, file)[0]
}

function unprotectedAwaits(node: FunctionNode, file: SourceFile): Of<'AwaitExpression'>[] {
  return file.awaits.filter(
    (item) =>
      item.start >= node.start &&
      item.end <= node.end &&
      ancestor(item, isFunction) === node &&
      !isTried(item) &&
      !cleansUp(item) &&
      !handlesRejection(item.argument) &&
      item.argument.type !== 'ImportExpression',
  )
}

/** As `unprotectedAwait`, but what is awaited of the project may also catch its failures itself. */
export function openAwait(node: FunctionNode, file: SourceFile, calls: CallGraph): Of<'AwaitExpression'> | undefined {
  return openAwaits(node, file, calls)[0]
}

/** All of them. */
export function openAwaits(node: FunctionNode, file: SourceFile, calls: CallGraph): Of<'AwaitExpression'>[] {
  return unprotectedAwaits(node, file).filter(({ argument }) => {
    const target = argument.type === 'CallExpression' ? calls.targetOf(argument) : undefined
    if (argument.type === 'CallExpression' && handsOnCaught(argument, file)) return false
    return target
      ? !catchesAll(target.node, target.file)
      : !growsList(argument) && !notesErrors(argument) && !publishesInMemory(argument, file)
  })
}

/** `await measured('orders', async () => { try { … } catch { … } })`. */
function handsOnCaught({ arguments: given }: CallNode, file: SourceFile): boolean {
  const last = given.findLast((item) => isFunction(item))
  return last !== undefined && isFunction(last) && catchesAll(last, file)
}

/** `await list.push(item)` waits for nothing. */
function growsList(node: Node): boolean {
  return (
    node.type === 'CallExpression' &&
    node.callee.type === 'MemberExpression' &&
    /^(push|unshift|join|emit)$/.test(keyOf(node.callee) ?? '') &&
    node.arguments.length > 0
  )
}

/** `PubSub` of graphql-subscriptions calls its listeners here and now, and gives a promise that is fulfilled. */
function publishesInMemory(node: Node, file: SourceFile): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || keyOf(node.callee) !== 'publish')
    return false
  const name = inMemory.exec(file.text)
  if (!name) return false
  const type = declaredTypeOf(node.callee.object, file)
  return type === undefined
    ? new RegExp(String.raw`=\s*new ${name[2] ?? 'PubSub'}\(`).test(file.text)
    : type === (name[2] ?? 'PubSub')
}

const inMemory = /\bimport\s*\{[^}]*\bPubSub\b(\s+as\s+(\w+))?[^}]*\}\s*from\s*['"]graphql-subscriptions['"]/

/** `await body('email').isEmail().run(req)` of express-validator keeps what is wrong for `validationResult`. */
function notesErrors(node: Node): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || keyOf(node.callee) !== 'run')
    return false
  let at: Node = node
  while (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') at = unwrap(at.callee.object)
  return at.type === 'CallExpression' && /^(body|check|cookie|header|param|query)$/.test(pathOf(at.callee))
}

/** Every `await` and `throw` of an async function stands in a `try` whose `catch` throws nothing. */
function catchesAll(node: FunctionNode, file: SourceFile): boolean {
  const inside = (item: Node) => item.start > node.start && item.end < node.end && functionAround(item) === node
  return (
    node.async &&
    file.catches.some(inside) &&
    unprotectedAwaits(node, file).length === 0 &&
    file.throws.every((item) => !inside(item) || isTried(item))
  )
}

/** In a `catch` or `finally`, giving back what was taken: its failure comes after the one that counts. */
function cleansUp({ argument, start, parent }: Of<'AwaitExpression'>): boolean {
  const call = unwrap(argument)
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || !parent) return false
  return (
    /^(release|close|end|disconnect|destroy|rollback\w*|unlink|rm|abort\w*|quit|cleanup)$/i.test(
      keyOf(call.callee) ?? '',
    ) &&
    ancestor(
      parent,
      (at) => at.type === 'CatchClause' || (at.type === 'TryStatement' && (at.finalizer?.start ?? Infinity) < start),
    ) !== undefined
  )
}

export const errorNames = /^_?(e|er|err|error|ex|exc|exception)\d?$/i
