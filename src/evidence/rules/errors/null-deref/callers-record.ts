import { functionAround, pathOf } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** `req.user = await User.findById(claims.id)` and then `next()`: the account may be gone. */
export function* callersRecord(file: SourceFile): Iterable<Match> {
  for (const { node, around } of callersFound(file)) {
    const after = file.text.slice(node.end, around.end)
    if (/\b(req|request)\.user\b/.test(after) || !/\bnext\(\s*\)/.test(after)) continue
    yield {
      file,
      node,
      severity: 'low',
      message:
        'The account may be gone since the token was made: `req.user` is then `null` for every handler after this.',
    }
  }
}

const callersFound = atOnce((file: SourceFile) =>
  file.assignments.flatMap((node) => {
    const around = functionAround(node)
    if (!around || pathOf(node.left) !== 'req.user' || node.right.type !== 'AwaitExpression') return []
    return /\.(findById|findOne|findByPk|findUnique|findFirst)\(/.test(
      file.text.slice(node.right.start, node.right.end),
    )
      ? [{ node, around }]
      : []
  }),
)
