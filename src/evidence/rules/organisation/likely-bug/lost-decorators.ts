import { isClass } from '../../../parse/ast.ts'
import { goingBy, plainCallsOf } from '../../../parse/by-name.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** `Injectable()` as a statement before a class: the `@` is missing, and the class is not decorated. */
export function* lostDecorators(file: SourceFile): Iterable<Match> {
  for (const call of goingBy(plainCallsOf(file), /^(Injectable|Controller|Module|Entity|Catch|Processor|Global)$/)) {
    const statement = call.parent
    const block = statement?.type === 'ExpressionStatement' ? statement.parent : undefined
    if (block?.type !== 'Program' || call.callee.type !== 'Identifier') continue
    const next = block.body[block.body.findIndex((item) => item === statement) + 1]
    const declared = next?.type.startsWith('Export') && 'declaration' in next ? next.declaration : next
    if (!declared || !isClass(declared)) continue
    const { name } = call.callee
    const message = `\`${name}()\` is called and its result thrown away: without \`@\` it does not decorate the class below.`
    yield { file, node: call, severity: 'low', message }
  }
}
