import { keyOf, pathOf, type Node, type Of } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { bySentence } from '../../matches.ts'
import type { Match } from '../../rule.ts'

/** `name: body.name ? body.name : old.name` beside `size: body.name ? body.size : old.size`. */
export function* takenByAnother(file: SourceFile): Iterable<Match> {
  for (const [holder, choices] of Map.groupBy(choicesIn(file), ({ node }) => node.parent)) {
    if (holder?.type !== 'ObjectExpression' || !choices.some(({ asked, taken }) => asked === taken)) continue
    yield* bySentence(
      choices
        .filter(({ key, asked, taken, from }) => asked !== taken && taken === `${from}.${key}`)
        .map(({ node, asked }) => ({
          file,
          node,
          message: `Whether this is taken depends on \`${asked}\`, another field: it is lost without that, and emptied with it.`,
        })),
    )
  }
}

/** What callers send. */
const given = /(^|\.)(body|input|args|\w*[dD]to)(\.|$)/

type Choice = { key: string; asked: string; taken: string; from: string; node: Of<'Property'> }

/** Properties that take a field where some field of the same object is there. */
function choicesIn(file: SourceFile): Choice[] {
  return file.choices.flatMap((value) => {
    const node = value.parent
    if (value.type !== 'ConditionalExpression' || node?.type !== 'Property' || node.value !== value) return []
    const key = keyOf(node)
    if (key === undefined) return []
    const { test, consequent } = value
    if (test.type !== 'MemberExpression' || consequent.type !== 'MemberExpression') return []
    const from = parentOf(test)
    return given.test(from) && from === parentOf(consequent)
      ? [{ key, asked: pathOf(test), taken: pathOf(consequent), from, node }]
      : []
  })
}

function parentOf(member: Node): string {
  return member.type === 'MemberExpression' ? pathOf(member.object) : '?'
}
