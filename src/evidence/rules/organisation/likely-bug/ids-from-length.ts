import { keyOf, literalText, pathOf, type Node, type Of } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** `{ id: items.length + 1 }` of a list that items are also taken out of. */
export function* idsFromLength(file: SourceFile): Iterable<Match> {
  for (const node of file.binaries) {
    const list = node.operator === '+' && literalText(node.right) === '1' ? lengthOf(node.left) : undefined
    if (list === undefined || !isId(node) || !isShortened(list, file)) continue
    yield {
      file,
      node,
      message: `The length of \`${list}\` falls when one is removed: the next id is one that another has.`,
    }
  }
}

function lengthOf(node: Node): string | undefined {
  const path = node.type === 'MemberExpression' && keyOf(node) === 'length' ? pathOf(node.object) : '?'
  return /^[\w.]+$/.test(path) ? path : undefined
}

/** `id: …`, also as a text. */
function isId(node: Node): boolean {
  let at = node
  while (
    at.parent &&
    /^(ParenthesizedExpression|MemberExpression|CallExpression|TemplateLiteral)$/.test(at.parent.type)
  )
    at = at.parent
  return at.parent?.type === 'Property' && at.parent.value === at && /^_?id$/i.test(keyOf(at.parent) ?? '')
}

/** Whether the file takes items out of a list, or keeps a part of it. */
function isShortened(list: string, file: SourceFile): boolean {
  const isOfList = (call: Of<'CallExpression'> | Of<'NewExpression'>, methods: RegExp) =>
    call.callee.type === 'MemberExpression' &&
    methods.test(keyOf(call.callee) ?? '') &&
    pathOf(call.callee.object) === list
  return (
    file.calls.some((call) => isOfList(call, /^(splice|shift|pop)$/)) ||
    file.assignments.some(
      ({ left, right }) => pathOf(left) === list && right.type === 'CallExpression' && isOfList(right, /^filter$/),
    )
  )
}
