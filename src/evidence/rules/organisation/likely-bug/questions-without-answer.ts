import type { Codebase } from '../../../codebase.ts'
import { functionName, isFunction, keyOf, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import { returnsOf } from '../../../parse/returns.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** `if (isClosed(shop))` of a function that compares and forgets to return what it found. */
export function* questionsWithoutAnswer(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const node of silentQuestions(file)) {
      const asked = codebase.calls.sitesOf(node).filter(({ call }) => decides(call))
      const [first] = asked
      if (!first) continue
      const { call, file: home } = first
      yield {
        file,
        node,
        also: asked.map((site) => ({ path: site.file.path, line: lineOf(site.call, site.file) })),
        message: `Nothing is returned: \`${textOf(call, home, 50)}\` (${home.path}:${lineOf(call, home)}) never holds.`,
      }
    }
  }
}

/** Functions named for a question that end with what would be the answer. */
const silentQuestions = once((file: SourceFile): FunctionNode[] =>
  file.functions.filter((node) => {
    if (
      node.async ||
      node.generator ||
      node.body?.type !== 'BlockStatement' ||
      !question.test(functionName(node) ?? '')
    )
      return false
    const last = node.body.body.at(-1)
    return last?.type === 'ExpressionStatement' && isAnswer(last.expression) && returnsOf(node, file).length === 0
  }),
)

const question = /^_?(is|has|can|should|needs|matches|allows|contains)[A-Z_]/

/** A comparison, or a call of what goes by a question or a check. */
function isAnswer(node: Node): boolean {
  if (node.type === 'CallExpression')
    return /^(is|has|can|includes|some|every|test|check|equals|matches)([A-Z]\w*)?$/.test(
      keyOf(node.callee) ?? (node.callee.type === 'Identifier' ? node.callee.name : ''),
    )
  return (
    /^(BinaryExpression|LogicalExpression)$/.test(node.type) ||
    (node.type === 'UnaryExpression' && node.operator === '!')
  )
}

function decides(call: Node): boolean {
  const { parent } = call
  if (!parent || isFunction(parent)) return false
  return (
    (/^(IfStatement|ConditionalExpression|WhileStatement)$/.test(parent.type) &&
      'test' in parent &&
      parent.test === call) ||
    parent.type === 'UnaryExpression' ||
    parent.type === 'LogicalExpression'
  )
}
