import type { Codebase } from '../../../codebase.ts'
import { answersIn } from '../../../facts/answers.ts'
import type { FlowStep, Trace } from '../../../facts/trace.ts'
import { functionAround, literalText, unwrap, type Node } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf, sourceText } from '../../places.ts'
import { callersOf } from '../../callers.ts'
import type { Match } from '../../rule.ts'
import { inMail, isOfMail } from './names-in-mails.ts'
import { isOwnHeader } from './own-headers.ts'
import { inCode } from './words.ts'

/** `'<p>' + name + '</p>'` in a function that makes part of a page or of a mail; a layout around such a part is not told again. */
export function builtHtml(codebase: Codebase): readonly (Match & { node: Node })[] {
  const made = [...partsMade(codebase)]
  const places = new Set(made.map(({ steps = [] }) => placeOf(steps.at(-1))))
  return made.filter(({ steps = [] }) => !steps.slice(0, -1).some((step) => places.has(placeOf(step))))
}

function placeOf(step: FlowStep | undefined): string {
  return step ? `${step.file}:${step.line}` : ''
}

function* partsMade(codebase: Codebase): Iterable<Match & { node: Node }> {
  for (const file of codebase.production) {
    for (const { node, values } of markupIn(file)) {
      const around = functionAround(node)
      if (!around || !codebase.web.inRequest.has(around)) continue
      for (const value of values) {
        const trace = codebase.flow.trace(value, file)
        if (
          !trace ||
          trace.marks.has('html') ||
          trace.marks.has('sanitized') ||
          !/^(body|query|params|headers|cookies|url)$/.test(trace.kind) ||
          isIdOfRoute(trace)
        )
          continue
        if (answersIn(file, codebase).some((answer) => answer.node.start <= node.start && node.end <= answer.node.end))
          break
        const isMail = isOfMail(node, file, codebase)
        yield {
          file,
          node,
          line: lineOf(value, file),
          words: isMail ? inMail : inCode,
          severity: isMail || isOwnHeader(trace) || callersOf(trace, codebase) === 'administrators' ? 'low' : 'medium',
          confidence: 'medium',
          message: `${isMail ? 'The HTML of a mail' : 'HTML'} is made of ${sourceText(trace, file, value)} as it is.`,
          steps: trace.steps,
        }
        break
      }
    }
  }
}

/** Without a record of that id there is no page. */
function isIdOfRoute(trace: Trace): boolean {
  return trace.kind === 'params'
}

const markupStart =
  /^\s*<(!doctype html|p|div|span|h[1-6]|a|b|i|u|li|ul|ol|table|tr|td|th|body|html|head|img|form|input|br|hr|strong|em|pre|code|title|section|center|iframe|button|label)[\s>/]/i

const markupIn = atOnce((file: SourceFile): { node: Node; values: readonly Node[] }[] => [
  ...file.binaries.flatMap((node) => {
    if (node.operator !== '+' || node.parent?.type === 'BinaryExpression') return []
    const parts = partsOf(node)
    const [head] = parts
    const values = parts.filter((part) => literalText(part) === undefined)
    return head && markupStart.test(literalText(head) ?? '') && values.length > 0 ? [{ node, values }] : []
  }),
  ...file.templates.flatMap((node) =>
    node.expressions.length > 0 && markupStart.test(node.quasis[0]?.value.cooked ?? '')
      ? [{ node, values: node.expressions }]
      : [],
  ),
])

function partsOf(node: Node): Node[] {
  const inner = unwrap(node)
  return inner.type === 'BinaryExpression' && inner.operator === '+'
    ? [...partsOf(inner.left), ...partsOf(inner.right)]
    : [inner]
}
