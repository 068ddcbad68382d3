import { ancestor, isFunction, type FunctionNode, type Node } from '../parse/ast.ts'

/** Statements that run after a node within its function, nearest first, when nothing leaves in between. */
export function statementsAfter(node: Node, within: FunctionNode): Node[] {
  const found: Node[] = []
  let at: Node = node
  for (let up = at.parent; up && at !== within; up = up.parent) {
    if (up.type === 'ReturnStatement' || up.type === 'ThrowStatement') return found
    if (up.type === 'BlockStatement' || up.type === 'Program' || up.type === 'SwitchCase') {
      const list: readonly Node[] = up.type === 'SwitchCase' ? up.consequent : up.body
      const index = list.indexOf(at)
      for (const statement of list.slice(index + 1)) {
        if (leaves(statement)) {
          if (statement.type === 'ReturnStatement' && statement.argument) found.push(statement)
          return found
        }
        found.push(statement)
      }
    }
    if (isFunction(up)) return found
    at = up
  }
  return found
}

/** Whether some way leads through a statement to its end, or out of the function, past every node that `stops`. */
export function canPass(statement: Node | null | undefined, stops: (node: Node) => boolean): boolean {
  if (!statement) return true
  switch (statement.type) {
    case 'BlockStatement':
      return canPassAll(statement.body, stops)
    case 'IfStatement':
      if (stops(statement.test)) return false
      return canPass(statement.consequent, stops) || canPass(statement.alternate, stops)
    case 'TryStatement':
      if (statement.finalizer && !canPass(statement.finalizer, stops)) return false
      return canPass(statement.block, stops)
    case 'ThrowStatement':
      return false
    default:
      return !stops(statement)
  }
}

function canPassAll(statements: readonly Node[], stops: (node: Node) => boolean): boolean {
  for (const statement of statements) {
    if (leavesEarly(statement, stops)) return true
    if (!canPass(statement, stops)) return false
    if (leaves(statement)) return true
  }
  return true
}

/** A bare `return` in a branch, with nothing before it that stops. */
function leavesEarly(statement: Node | null | undefined, stops: (node: Node) => boolean): boolean {
  switch (statement?.type) {
    case 'ReturnStatement':
      return statement.argument === null
    case 'BlockStatement': {
      const last = statement.body.at(-1)
      return last?.type === 'ReturnStatement' && last.argument === null && !statement.body.some((item) => stops(item))
    }
    case 'IfStatement':
      return (
        !stops(statement.test) && (leavesEarly(statement.consequent, stops) || leavesEarly(statement.alternate, stops))
      )
    default:
      return false
  }
}

function leaves(statement: Node): boolean {
  return /^(Return|Throw|Break|Continue)Statement$/.test(statement.type)
}

/** Whether every way through a statement returns or throws. */
export function endsAlways(statement: Node | null | undefined): boolean {
  switch (statement?.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
      return true
    case 'BlockStatement':
      return endsAlways(statement.body.at(-1))
    case 'IfStatement':
      return endsAlways(statement.consequent) && endsAlways(statement.alternate)
    case 'TryStatement':
      return endsAlways(statement.block) && (!statement.handler || endsAlways(statement.handler.body))
    default:
      return false
  }
}

/** Whether some way through a function leads past a node, which stands in a choice that need not fall on any of its parts. */
export function mayBeSkipped(node: Node, within: Node): boolean {
  return ancestor(node, isOptional, within) !== undefined
}

function isOptional(node: Node): boolean {
  if (node.type === 'IfStatement')
    return node.alternate === null || (node.alternate.type === 'IfStatement' && isOptional(node.alternate))
  return node.type === 'LogicalExpression' || node.type === 'SwitchCase'
}
