import type { Codebase } from '../codebase.ts'
import { functionAround, literalText, unwrap, type Node } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** Whether request input can decide the host of a URL: it stands before any fixed scheme and host. */
export function startsWithInput(node: Node, file: SourceFile, codebase: Codebase, depth = 0): boolean {
  const inner = unwrap(node)
  if (depth > 6) return true
  const head = headOf(inner)
  if (head === undefined) {
    if (inner.type === 'Identifier') {
      const binding = lookUp(file.scopes, inner, inner.name)
      const values = [...(binding?.init ? [binding.init] : []), ...(binding?.writes ?? [])]
      if (binding && binding.kind !== 'parameter' && binding.path.length === 0 && values.length > 0) {
        return values.some((value) => startsWithInput(value, file, codebase, depth + 1))
      }
    }
    const maker = inner.type === 'CallExpression' ? codebase.calls.targetOf(inner) : undefined
    const made = maker?.file.returns.filter((item) => item.argument && functionAround(item) === maker.node) ?? []
    if (maker && made.length > 0)
      return made.some((item) => item.argument && startsWithInput(item.argument, maker.file, codebase, depth + 1))
    return codebase.flow.trace(inner, file) !== undefined
  }
  const text = literalText(head)
  if (text === '') return startsWithInput(restOf(inner) ?? inner, file, codebase, depth + 1)
  if (text !== undefined) return /^https?:\/{0,2}[^/]*$/i.test(text) && restTraced(inner, file, codebase)
  return startsWithInput(head, file, codebase, depth + 1)
}

/** The first part of a concatenation or template; undefined for anything else. */
function headOf(node: Node): Node | undefined {
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    let left: Node = node.left
    while (left.type === 'BinaryExpression') left = left.left
    return left
  }
  if (node.type !== 'TemplateLiteral' || node.expressions.length === 0) return undefined
  const text = node.quasis[0]?.value.cooked ?? ''
  if (text === '') return node.expressions[0]
  return { type: 'Literal', value: text, raw: text, start: node.start, end: node.start }
}

function restOf(node: Node): Node | undefined {
  return node.type === 'BinaryExpression' ? node.right : undefined
}

/** `http://` followed at once by input: the host is the caller's. */
function restTraced(node: Node, file: SourceFile, { flow }: Codebase): boolean {
  if (node.type === 'TemplateLiteral') {
    const first = node.expressions[0]
    return first !== undefined && flow.trace(first, file) !== undefined
  }
  if (node.type !== 'BinaryExpression') return false
  let at: Node = node
  while (at.type === 'BinaryExpression' && at.left.type === 'BinaryExpression') at = at.left
  return at.type === 'BinaryExpression' && flow.trace(at.right, file) !== undefined
}
