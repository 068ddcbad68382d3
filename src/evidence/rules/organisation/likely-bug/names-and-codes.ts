import { keyOf, literalText, pathOf, type Of } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** `error.code === 'JsonWebTokenError'`: libraries say in `name` what it is, and in `code` what happened. */
export function* namesAndCodes(file: SourceFile): Iterable<Match> {
  for (const node of file.binaries) {
    const found = /^[!=]==?$/.test(node.operator) ? misplaced(node) : undefined
    if (found)
      yield {
        file,
        node,
        message: `\`${found.value}\` is what such an error has as its \`${found.right}\`, not as its \`${found.wrong}\`: this is never true.`,
      }
  }
}

const names =
  /^(JsonWebTokenError|TokenExpiredError|NotBeforeError|CastError|Mongo(Server|Network|Bulk\w*)?Error|Sequelize\w+Error|ZodError|MulterError|PrismaClient\w+Error|QueryFailedError|EntityNotFoundError)$/
const codes =
  /^(11000|E(NOENT|CONNREFUSED|CONNRESET|ADDRINUSE|EXIST|TIMEDOUT|ACCES|PERM)|ER_[A-Z_]+|P20\d\d|LIMIT_[A-Z_]+)$/

type Misplaced = { value: string; wrong: 'name' | 'code'; right: 'name' | 'code' }

function misplaced({ left, right }: Of<'BinaryExpression'>): Misplaced | undefined {
  const value = literalText(right)
  if (
    left.type !== 'MemberExpression' ||
    value === undefined ||
    !/(^|\.)(e|er|err\w*|error\w*)$/.test(pathOf(left.object))
  )
    return undefined
  const field = keyOf(left)
  if (field === 'code' && names.test(value)) return { value, wrong: 'code', right: 'name' }
  return field === 'name' && codes.test(value) ? { value, wrong: 'name', right: 'code' } : undefined
}
