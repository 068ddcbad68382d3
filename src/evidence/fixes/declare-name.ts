import { functionAround, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { before } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Declares a name where it first gets a value. */
export const declareName: CodeFix = ({ node, file }) => {
  if (node.type !== 'Identifier') return undefined
  const loop = node.parent
  if (loop?.type === 'ForInStatement' || loop?.type === 'ForOfStatement')
    return isUsedOutside(node.name, loop, file) ? undefined : { edits: [before(node, 'const ')] }
  const assignment = loop
  if (assignment?.type !== 'AssignmentExpression' || assignment.operator !== '=') return undefined
  const holder = assignment.parent
  const around = functionAround(node)
  const writes = file.assignments.filter(
    ({ left }) => left.type === 'Identifier' && left.name === node.name && functionAround(left) === around,
  )
  const isFirst = writes[0] === assignment
  if (!isFirst || (holder?.type !== 'ExpressionStatement' && holder?.type !== 'ForStatement')) return undefined
  const block = holder.type === 'ForStatement' ? holder : holder.parent
  if (!block || isUsedOutside(node.name, block, file)) return undefined
  const isOnly = writes.length === 1 && holder.type === 'ExpressionStatement'
  return { edits: [before(node, isOnly ? 'const ' : 'let ')] }
}

/** What is declared in a block is not there behind it. */
function isUsedOutside(name: string, block: Node, file: SourceFile): boolean {
  const around = functionAround(block)
  const start = around?.start ?? 0
  const outside = file.text.slice(start, block.start) + file.text.slice(block.end, around?.end)
  return new RegExp(String.raw`(?<![\w$.])${name.replaceAll('$', String.raw`\$`)}(?![\w$]|\s*:)`).test(outside)
}
