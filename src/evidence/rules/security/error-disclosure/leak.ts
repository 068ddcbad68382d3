import { errorNames } from '../../../facts/promises.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  keyOf,
  parameterName,
  pathOf,
  unwrap,
  type Node,
  type Of,
} from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

export type Leak = 'whole' | 'stack' | 'message'

export function told(leak: Leak): Pick<Match, 'message' | 'severity' | 'confidence'> {
  const what = { stack: 'stack trace', message: 'message of an internal error', whole: 'whole error' }[leak]
  return {
    ...(leak === 'message' ? { severity: 'low', confidence: 'medium' } : {}),
    message: `The answer holds the ${what}.`,
  }
}

/** What of an error goes into an expression. */
export function leakIn(node: Node, file: SourceFile, depth: number): Leak | undefined {
  const inner = unwrap(node)
  if (depth > 5) return undefined
  if (inner.type === 'Identifier') return isCaught(inner, file) ? 'whole' : filledWith(inner, file, depth)
  if (inner.type === 'MemberExpression') {
    if (inner.object.type !== 'Identifier' || !isCaught(inner.object, file)) return undefined
    if (keyOf(inner) === 'stack') return 'stack'
    return /^(message|sqlMessage|original|parent|errmsg)$/.test(keyOf(inner) ?? '') ? 'message' : undefined
  }
  if (inner.type === 'ObjectExpression')
    return firstOf(
      inner.properties.map((property) => (property.type === 'Property' ? property.value : property.argument)),
      file,
      depth,
    )
  if (inner.type === 'TemplateLiteral') return inText(firstOf(inner.expressions, file, depth))
  if (inner.type === 'BinaryExpression')
    return inner.operator === '+' ? inText(firstOf([inner.left, inner.right], file, depth)) : undefined
  if (inner.type === 'ConditionalExpression')
    // `status === 500 ? 'Internal error' : error.message` tells what the caller did wrong.
    return /debug|dev|prod|env|\b50\d\b/i.test(file.text.slice(inner.test.start, inner.test.end))
      ? undefined
      : firstOf([inner.consequent, inner.alternate], file, depth)
  if (inner.type === 'LogicalExpression' && inner.operator === '&&')
    return /debug|dev|prod|env/i.test(file.text.slice(inner.left.start, inner.left.end))
      ? undefined
      : leakIn(inner.right, file, depth + 1)
  if (inner.type === 'LogicalExpression')
    return leakIn(inner.right, file, depth + 1) ?? leakIn(inner.left, file, depth + 1)
  if (inner.type === 'CallExpression') {
    const name = inner.callee.type === 'MemberExpression' ? (keyOf(inner.callee) ?? '') : ''
    if (name === 'toString' && inner.callee.type === 'MemberExpression' && leakIn(inner.callee.object, file, depth + 1))
      return 'message'
    if (/^(toString|stringify|inspect)$/.test(name))
      return firstOf(
        [...inner.arguments, ...(inner.callee.type === 'MemberExpression' ? [inner.callee.object] : [])],
        file,
        depth,
      )
    return carriedBy(inner.arguments, name || pathOf(inner.callee), file, depth)
  }
  if (inner.type === 'NewExpression') return carriedBy(inner.arguments, pathOf(inner.callee), file, depth)
  return undefined
}

/** Of an error in a text only the message is left. */
function inText(leak: Leak | undefined): Leak | undefined {
  return leak === 'whole' ? 'message' : leak
}

/** A call passes a built answer on; from the error itself it may take what it likes. */
function carriedBy(given: readonly Node[], name: string, file: SourceFile, depth: number): Leak | undefined {
  if (/sanit|safe|mask|hide|redact|log|report|capture|status|code/i.test(name)) return undefined
  return firstOf(
    given.filter((item) => !(item.type === 'Identifier' && isCaught(item, file))),
    file,
    depth,
  )
}

/** `result.message = error.message` before `res.json(result)`, in the same function. */
function filledWith(node: Of<'Identifier'>, file: SourceFile, depth: number): Leak | undefined {
  const binding = lookUp(file.scopes, node, node.name)
  if (!binding || binding.kind === 'parameter' || binding.path.length > 0) return undefined
  const around = functionAround(node)
  const before = file.assignments.filter(({ left, start, right }) => {
    const holder = left.type === 'MemberExpression' ? left.object : left
    return (
      holder.type === 'Identifier' &&
      holder.name === node.name &&
      start < node.start &&
      functionAround(right) === around &&
      lookUp(file.scopes, left, node.name) === binding
    )
  })
  // What another branch wrote, or what is written anew later, is not what is sent here.
  const writes = before.filter(
    (write, index) =>
      contains(ancestor(write, (at) => at.type === 'BlockStatement' || isFunction(at)) ?? write, node) &&
      !before.slice(index + 1).some((later) => keyOf(later.left) === keyOf(write.left)),
  )
  const init = binding.init && functionAround(binding.init) === around && before.length === 0 ? [binding.init] : []
  return firstOf([...writes.map(({ right }) => right), ...init], file, depth)
}

function firstOf(nodes: readonly Node[], file: SourceFile, depth: number): ReturnType<typeof leakIn> {
  const found = nodes.flatMap((node) => leakIn(node, file, depth + 1) ?? [])
  return (['stack', 'whole', 'message'] as const).find((leak) => found.includes(leak))
}

/** A name bound by `catch`, by a `.catch` callback, or as the first parameter of a Node-style callback or error middleware. */
function isCaught(node: Node & { type: 'Identifier' }, file: SourceFile): boolean {
  const binding = lookUp(file.scopes, node, node.name)
  if (!binding || binding.path.length > 0) return false
  if (binding.kind === 'catch') return true
  if (binding.kind !== 'parameter' || !binding.parameter) return false
  const { of, index } = binding.parameter
  const call = of.parent
  const after =
    call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' ? keyOf(call.callee) : undefined
  if (after === 'catch' && index === 0) return true
  if (after === 'then' && call?.type === 'CallExpression' && call.arguments[1] === of) return true
  return (
    index === 0 &&
    errorNames.test(node.name) &&
    isFunction(of) &&
    (of.params.length > 2 ||
      (of.params.length === 2 && of.type !== 'FunctionDeclaration') ||
      isLastArgument(of, after)) &&
    parameterName(of.params[0])?.name === node.name
  )
}

/** `db.query(text, (error) => …)`: a callback that is told nothing else. */
function isLastArgument(of: Node, method: string | undefined): boolean {
  const call = of.parent
  if (call?.type !== 'CallExpression' || call.arguments.at(-1) !== of) return false
  if (call.arguments.length === 1)
    return /^(log_?out|destroy|regenerate|save|remove|close|connect)$/i.test(method ?? '')
  return !/^(then|map|forEach|filter|find|some|every|reduce|flatMap)$/.test(method ?? '')
}
