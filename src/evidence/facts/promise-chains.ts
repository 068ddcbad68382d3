import { isFunction, keyOf, pathOf, unwrap, type CallNode, type Node } from '../parse/ast.ts'
import { methodCallsOf, goingBy } from '../parse/by-name.ts'
import { atOnce } from '../parse/once.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { chainTop, handlesRejection, isFloating } from './promises.ts'

/** The last `then` of every chain that nobody waits for and that has no `catch`. */
export const openChains = atOnce((file: SourceFile) =>
  goingBy(methodCallsOf(file), 'then').filter((call) => {
    if (call.type !== 'CallExpression') return false
    if (!isFunction(call.arguments[0]) && call.arguments[0]?.type !== 'Identifier') return false
    const top = chainTop(call)
    if (top !== call && innerThen(top) !== call) return false
    return !handlesRejection(top) && isFloating(top, file) && !pathOf(startOf(call)).endsWith('Promise.allSettled')
  }),
)

/** The last `then` of a chain, so that each chain is reported once. */
function innerThen(top: Node): Node | undefined {
  let at: Node = unwrap(top)
  while (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') {
    if (keyOf(at.callee) === 'then') return at
    at = unwrap(at.callee.object)
  }
  return undefined
}

/** What a chain asks first: the function that is called, or the promise itself. */
export function startOf(call: CallNode): Node {
  const start = startCall(call)
  return start.type === 'CallExpression' ? start.callee : start
}

/** The expression that makes the promise a chain of `then` and `finally` starts from. */
export function startCall(call: CallNode): Node {
  let at: Node = call
  while (
    at.type === 'CallExpression' &&
    at.callee.type === 'MemberExpression' &&
    /^(then|finally)$/.test(keyOf(at.callee) ?? '')
  ) {
    at = unwrap(at.callee.object)
  }
  return at
}

/** The first method of a chain: what is asked for, not how it is sorted. */
export function beginOf(start: Node): Node {
  let at = start
  while (at.type === 'MemberExpression') {
    const before = unwrap(at.object)
    if (before.type !== 'CallExpression' || before.callee.type !== 'MemberExpression') return at.property
    at = before.callee
  }
  return at
}

/** `const done = pipe(…).then(ok, failed)` and later `done.then(…)`. */
export function isHandledWhereMade(start: Node, file: SourceFile): boolean {
  const name = start.type === 'MemberExpression' ? start.object : start
  const made = name.type === 'Identifier' ? lookUp(file.scopes, name, name.name)?.init : undefined
  return made !== undefined && made !== null && handlesRejection(made)
}
