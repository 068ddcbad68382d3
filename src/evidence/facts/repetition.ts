import { ancestor, isFunction, isLoop, keyOf, pathOf, type FunctionNode, type Node, type Of } from '../parse/ast.ts'

/** The loop statement or the iteration callback an expression runs in, without leaving more than two functions. */
export function repeatOf(node: Node): Node | undefined {
  let crossed = 0
  for (let at: Node | null | undefined = node; at?.parent; at = at.parent) {
    const parent: Node = at.parent
    if (isLoop(parent) && runsEachTurn(parent, at)) return parent
    if (isFunction(at)) {
      const iteration = iterationOf(at)
      if (iteration) return iteration
      crossed += 1
      if (crossed > 2 || !isCallback(at)) return undefined
    }
  }
  return undefined
}

/** The call that runs a function once for each item, if the function is an iteration callback. */
export function iterationOf(node: FunctionNode): Of<'CallExpression'> | undefined {
  const call = node.parent
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  const name = keyOf(call.callee)
  if (!name || !iterators.test(name) || holdsOne.test(pathOf(call.callee.object))) return undefined
  return ancestor(call, isFunction) === node ? undefined : call
}

const iterators =
  /^(forEach|map|flatMap|filter|each|eachSeries|eachLimit|mapSeries|mapLimit|forEachOf|reduce|some|every|times)$/

/** What holds one value or a failure, and is mapped as lists are. */
const holdsOne = /^(Result(Async)?|okAsync|errAsync|fromPromise|Either|Option|TaskEither|TE)\b/

function runsEachTurn(loop: Node, child: Node): boolean {
  if (loop.type === 'ForOfStatement' || loop.type === 'ForInStatement') return child === loop.body
  if (loop.type === 'ForStatement') return child !== loop.init
  return true
}

function isCallback(node: FunctionNode): boolean {
  return node.parent?.type === 'CallExpression' && node.parent.callee !== node
}
