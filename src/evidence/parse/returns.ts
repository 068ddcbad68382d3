import { functionAround, type FunctionNode, type Node, type Of } from './ast.ts'
import { once } from './once.ts'
import type { SourceFile } from './source-file.ts'

const none: readonly Of<'ReturnStatement'>[] = []
const byFunction = once((file: SourceFile) => Map.groupBy(file.returns, functionAround))

/** The return statements of a function in source order, without those of functions inside it. */
export function returnsOf(node: FunctionNode, file: SourceFile): readonly Of<'ReturnStatement'>[] {
  return byFunction(file).get(node) ?? none
}

/** What the return statements of a function give; a body that is an expression has none. */
export function valuesReturned(node: FunctionNode, file: SourceFile): Node[] {
  return returnsOf(node, file).flatMap(({ argument }) => argument ?? [])
}

/** What a function gives: its body where that is an expression, else what it returns. */
export function resultsOf(node: FunctionNode, file: SourceFile): Node[] {
  return node.body && node.body.type !== 'BlockStatement' ? [node.body] : valuesReturned(node, file)
}
