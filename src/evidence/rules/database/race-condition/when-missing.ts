import { contains, pathOf, unwrap, type CallNode, type Node } from '../../../parse/ast.ts'

/** What was looked for: the call, and the names that hold what it found. */
type Look = { call: CallNode; names: readonly string[] }

/** Whether a node runs only when nothing was found: in the branch for that, or behind one that leaves. */
export function runsWhenMissing(node: Node, look: Look, around: Node): boolean {
  for (let at: Node = node; at.parent && at !== around; at = at.parent) {
    const up = at.parent
    if (up.type === 'IfStatement' && up.test !== at) {
      const outcome = outcomeOf(up.test, look)
      if (outcome === (up.consequent === at ? 'missing' : 'found')) return true
    }
    if (up.type !== 'BlockStatement') continue
    const before = up.body.slice(
      0,
      up.body.findIndex((item) => item === at),
    )
    if (before.some((item) => item.end > look.call.start && leavesWhenFound(item, look))) return true
  }
  return false
}

function leavesWhenFound(statement: Node, look: Look): boolean {
  return statement.type === 'IfStatement' && outcomeOf(statement.test, look) === 'found' && leaves(statement.consequent)
}

function leaves(node: Node): boolean {
  const last = node.type === 'BlockStatement' ? node.body.at(-1) : node
  return last?.type === 'ReturnStatement' || last?.type === 'ThrowStatement'
}

type Outcome = 'found' | 'missing' | undefined

/** What it says about a lookup that a test holds. */
function outcomeOf(test: Node, look: Look): Outcome {
  const inner = unwrap(test)
  if (inner.type === 'UnaryExpression' && inner.operator === '!') return opposite(outcomeOf(inner.argument, look))
  if (inner.type === 'LogicalExpression') {
    return outcomeOf(inner.left, look) ?? outcomeOf(inner.right, look)
  }
  if (inner.type === 'BinaryExpression' && inner.left.type !== 'PrivateIdentifier') {
    if (!isResult(inner.left, look)) return undefined
    const isNothing = /^(0|1|null|undefined|''|""|-1)$/.test(valueOf(inner.right))
    if (/^!==?$/.test(inner.operator)) return isNothing ? 'found' : undefined
    if (/^===?$/.test(inner.operator)) return isNothing ? 'missing' : undefined
    return /^>=?$/.test(inner.operator) ? 'found' : undefined
  }
  return isResult(inner, look) ? 'found' : undefined
}

function opposite(outcome: Outcome): Outcome {
  if (outcome === undefined) return undefined
  return outcome === 'found' ? 'missing' : 'found'
}

function valueOf(node: Node): string {
  if (node.type === 'Literal') return String(node.raw)
  return node.type === 'Identifier' ? node.name : ''
}

/** The result itself, how many there are, or the call that asks. */
function isResult(node: Node, { call, names }: Look): boolean {
  const inner = unwrap(node)
  if (inner.type === 'CallExpression') return contains(inner, call)
  const path = pathOf(inner)
    .replace(/\.(length|rows|rowCount|count|size|data|\[\]|0)\b/g, '')
    .replace(/\.\[\]$/, '')
  return names.includes(path)
}
