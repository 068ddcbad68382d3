import { isFunction, parameterName, unwrap, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import { isMentioned, type SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** `user.save((error) => { if (err) … })`: the callback asks for the error of the call around it. */
export function* otherError(file: SourceFile): Iterable<Match> {
  for (const node of file.functions) {
    const own = parameterName(node.params[0])?.name
    if (own === undefined || !errorName.test(own) || node.parent?.type !== 'CallExpression') continue
    const tested = firstTest(node)
    if (tested?.type !== 'Identifier' || tested.name === own || !errorName.test(tested.name)) continue
    const binding = lookUp(file.scopes, tested, tested.name)
    const isOuter = binding?.parameter !== undefined && binding.parameter.of !== node
    if (isOuter && isFunction(binding?.parameter?.of) && !isTested(own, node, file))
      yield {
        file,
        node: tested,
        message: `The error of this callback is \`${own}\`: \`${tested.name}\` is that of the call around it, so this failure is taken for a success.`,
      }
  }
}

const errorName = /^_?(e|er|err\w*|error\w*)$/

/** What the `if` asks that a function begins with. */
function firstTest({ body }: FunctionNode): Node | undefined {
  const first = body?.type === 'BlockStatement' ? body.body[0] : undefined
  return first?.type === 'IfStatement' ? unwrap(first.test) : undefined
}

function isTested(name: string, { body }: FunctionNode, file: SourceFile): boolean {
  const text = body ? file.text.slice(body.start, body.end) : ''
  return [...text.matchAll(/\bif\s*\(([^)]*)\)/g)].some(([, test = '']) =>
    isMentioned({ text: test }, name, 0, test.length),
  )
}
