import { replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Gives two values in the order of the parameters. */
export const swapArguments: CodeFix = ({ node, match }) => {
  const [, one, other] = /^`(\w+)` is given where `(\w+)` is asked for/.exec(match.message) ?? []
  if (node.type !== 'CallExpression' || one === undefined || other === undefined) return undefined
  const edits = node.arguments.flatMap((argument) => {
    if (argument.type !== 'Identifier') return []
    if (argument.name === one) return [replace(argument, other)]
    return argument.name === other ? [replace(argument, one)] : []
  })
  return edits.length === 2 ? { edits } : undefined
}
