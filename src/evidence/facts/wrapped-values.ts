import { keyOf, parameterName, unwrap, type ClassNode, type Node } from '../parse/ast.ts'
import { resultsOf } from '../parse/returns.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { parametersIn } from './answering-helpers.ts'
import { boundBefore, constructorOf, type CallGraph } from './call-graph.ts'
import type { Meanings } from './meaning.ts'

/**
 * The values that an envelope of the project's own making holds as they were given to it: `new ApiResponse(200, user)`,
 * `success(user)`. Empty for anything else.
 */
export function wrappedIn(node: Node, file: SourceFile, inputs: { meanings: Meanings; calls: CallGraph }): Node[] {
  const call = unwrap(node)
  if (call.type === 'NewExpression') {
    const meaning = inputs.meanings.of(call.callee, file)
    const kept = meaning.kind === 'class' ? keptIn(meaning.node, meaning.file) : []
    return call.arguments.filter((_, index) => kept.includes(index))
  }
  const target = call.type === 'CallExpression' ? inputs.calls.targetOf(call) : undefined
  if (call.type !== 'CallExpression' || !target) return []
  const held = resultsOf(target.node, target.file)
    .filter((value) => unwrap(value).type === 'ObjectExpression')
    .flatMap((value) => parametersIn(value, target.file))
    .flatMap(({ of, index, key }) => (of === target.node && key === undefined ? [index] : []))
  return held.flatMap((index) => call.arguments[index - boundBefore(target.node, call)] ?? [])
}

/** The parameters that a constructor puts into fields as they are. */
function keptIn(of: ClassNode, file: SourceFile): number[] {
  const made = constructorOf(of)
  return (made?.params ?? []).flatMap((parameter, index) => {
    if (parameter.type === 'TSParameterProperty') return [index]
    const name = parameterName(parameter)?.name
    const isKept = file.assignments.some(
      ({ left, right }) =>
        left.type === 'MemberExpression' &&
        left.object.type === 'ThisExpression' &&
        keyOf(left) !== undefined &&
        right.type === 'Identifier' &&
        right.name === name &&
        made !== undefined &&
        made.start < left.start &&
        left.end < made.end,
    )
    return isKept ? [index] : []
  })
}
