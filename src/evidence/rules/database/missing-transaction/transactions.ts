import type { Codebase } from '../../../codebase.ts'
import { isFunction, parameterName, pathOf, type CallNode, type FunctionNode } from '../../../parse/ast.ts'
import { onceFor } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** A callback that runs in a transaction of the database, and the name of what its queries are to be made with. */
export type Transaction = { node: FunctionNode; file: SourceFile; call: CallNode; client: string }

/** The callbacks of `$transaction`, `transaction` and `withTransaction`. */
export const transactionsOf = onceFor(({ index }: Codebase): readonly Transaction[] =>
  index.methods('$transaction', 'transaction', 'withTransaction').flatMap(({ call, file }) => {
    const node = call.arguments.find((item) => isFunction(item))
    if (!isFunction(node) || !node.async) return []
    const client = parameterName(node.params[0])?.name ?? sessionOf(call)
    return client === undefined ? [] : [{ node, file, call, client }]
  }),
)

/** `session.withTransaction(async () => …)`: what every query is handed. */
function sessionOf({ callee }: CallNode): string | undefined {
  const path = callee.type === 'MemberExpression' ? pathOf(callee.object) : ''
  return path === '' || !/session/i.test(path) ? undefined : path
}
