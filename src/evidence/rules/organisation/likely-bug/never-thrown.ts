import { pathOf, type Node } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** `if (!token) new ApiError(400, 'token is required')`: an error is made, and the code goes on. */
export const neverThrown = atOnce((file: SourceFile): Match[] =>
  file.calls.flatMap((call) =>
    call.type === 'NewExpression' &&
    call.parent?.type === 'ExpressionStatement' &&
    /(Error|Exception)$/i.test(pathOf(call.callee)) &&
    !isRemarked(call, file)
      ? [
          {
            file,
            node: call,
            message: `\`${textOf(call, file, 60)}\` is made and thrown away: nothing is refused here, \`throw\` is missing.`,
          },
        ]
      : [],
  ),
)

/** A comment above says what the object is made for. */
function isRemarked(node: Node, file: SourceFile): boolean {
  const line = lineOf(node, file)
  return file.comments.some((comment) => comment.line === line - 1)
}
