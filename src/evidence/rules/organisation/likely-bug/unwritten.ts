import type { Codebase } from '../../../codebase.ts'
import type { Handler } from '../../../facts/handlers.ts'
import type { Route } from '../../../facts/web.ts'
import {
  contains,
  functionAround,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  type CallNode,
  type Node,
} from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { bySentence } from '../../matches.ts'
import type { Match } from '../../rule.ts'
import { routeName } from '../../places.ts'

/** Routes that say they did something and do nothing: nobody has written it yet. */
export function* unwritten(codebase: Codebase): Iterable<Match> {
  yield* bySentence(codebase.production.flatMap(stubsIn))
  if (codebase.project.dataClients.length === 0) return
  for (const route of codebase.web.routes) {
    const { handler } = route
    const said = handler && /^(POST|PUT|PATCH|DELETE)$/.test(route.method) ? successSaid(handler) : undefined
    if (
      handler &&
      said &&
      !/log-?_?out|sign-?_?out/i.test(route.path) &&
      onlyChecks(route) &&
      doesNothing(handler, codebase)
    )
      yield {
        file: handler.file,
        node: said,
        message: `\`${routeName(route)}\` answers that this was done, and nothing does it.`,
      }
  }
}

/** What `nest generate resource` writes for methods to come. */
const stubsIn = atOnce((file: SourceFile): Match[] =>
  file.path.endsWith('.service.ts') && file.text.includes('This action ')
    ? file.returns.flatMap((node) => {
        const { argument } = node
        const start = argument?.type === 'TemplateLiteral' ? argument.quasis[0]?.value.cooked : literalText(argument)
        const message = 'This is what the generator wrote, and no work: the route answers a sentence about itself.'
        return /^This action (returns|adds|updates|removes) /.test(start ?? '')
          ? [{ file, node, severity: 'low' as const, message }]
          : []
      })
    : [],
)

/** The text of a success that a handler answers with. */
function successSaid({ node, file }: Handler): Node | undefined {
  return file.literals.find(
    (literal) =>
      typeof literal.value === 'string' &&
      contains(node, literal) &&
      /\b(created|registered|updated|deleted|removed|added|saved|sent|subscribed|refreshed|cancelled|success\w*)\b/i.test(
        literal.value,
      ),
  )
}

/** The middleware before the handler checks what came, and does no work of its own. */
function onlyChecks({ chain, handler }: Route): boolean {
  return chain.every(
    (step) =>
      step.function === handler?.node ||
      /valid|check|body|query|param|auth|permit|guard|limit|json|cors|helmet|morgan/i.test(step.name),
  )
}

/** All its calls answer, check or write to the log; what it was sent is handed to nobody. */
function doesNothing({ node, file }: Handler, codebase: Codebase): boolean {
  const response = parameterName(node.params[1])?.name
  if (response === undefined || file.awaits.some((item) => contains(node, item))) return false
  const calls = file.calls.filter((call) => contains(node, call))
  const writes = file.assignments.some(({ left }) => contains(node, left) && left.type === 'MemberExpression')
  return !writes && calls.length > 0 && calls.every((call) => isIdle(call, response, codebase))
}

const idle =
  /^(console\.\w+|(this\.)?_?log(ger)?\.\w+|Logger\.\w+|JSON\.stringify|validationResult(\(\)\.\w+)*|errors\.(isEmpty|array|mapped))$/

function isIdle(call: CallNode, response: string, { calls, queries }: Codebase): boolean {
  const path = pathOf(call.callee)
  if (idle.test(path) || path.split('.')[0]?.replace(/\(\)$/, '') === response) return true
  if (/^(isEmpty|array|mapped)$/.test(keyOf(call.callee) ?? '')) return true
  const target = calls.targetOf(call)
  const answers = call.arguments.some((argument) => argument.type === 'Identifier' && argument.name === response)
  return (
    answers &&
    target !== undefined &&
    !target.node.async &&
    !queries.some((query) => query.file === target.file && functionAround(query.call) === target.node)
  )
}
