import type { Codebase } from '../../codebase.ts'
import { queriesByFile, type Query } from '../../facts/queries.ts'
import { isTried, unprotectedAwait } from '../../facts/promises.ts'
import {
  ancestor,
  contains,
  functionAround,
  type CallNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../../parse/ast.ts'
import { codeText } from '../../parse/code-text.ts'
import { mentionsOf } from '../../parse/mentions.ts'
import { atOnce } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { bySentence } from '../matches.ts'
import { textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'
import { writesDown } from './logging.ts'

export const unreachedCatch: Rule = {
  id: 'unreached-catch',
  category: 'missing-error-handling',
  severity: 'medium',
  confidence: 'high',
  title: 'A failure comes after the `try` has been left',
  why: 'A promise that is returned without `await` fails in the hands of the caller: what the `catch` would do, to answer, to fall back or to write down, is not done.',
  effects: {
    safety: 'The failure goes where nobody expects it.',
    maintenance: 'The code reads as if it were handled.',
  },
  fix: {
    say: 'Wait for the promise inside the `try`.',
    code: { any: 'try {\n  return await loadOrders(id)\n} catch (error) {\n  return cachedOrders(id)\n}' },
  },
  sources: ['https://typescript-eslint.io/rules/return-await/'],
  limits: 'Async functions of the project that can fail, and queries.',
  *find(codebase) {
    yield* bySentence(
      codebase.production.flatMap((file) => [...unreachedIn(file, codebase), ...queriesLeft(file, codebase)]),
    )
  },
}

function unreachedIn(file: SourceFile, { calls }: Codebase): Match[] {
  return promisesLeft(file).flatMap((call): Match[] => {
    const target = calls.targetOf(call)
    if (!target?.node.async || !mayFail(target)) return []
    const message = `\`${textOf(call.callee, file, 40)}\` is not awaited: when it fails, the \`catch\` below is not reached.`
    return [{ file, node: call, message }]
  })
}

/** Queries whose failure is to be logged or answered in a way of its own, and is not. */
function queriesLeft(file: SourceFile, { queries, calls }: Codebase): Match[] {
  const asked = queriesByFile(queries).get(file) ?? []
  if (asked.length === 0) return []
  return callsLeft(file).flatMap(({ call, handler }): Match[] => {
    const query = asked.find((item) => item.call === call || contains(call.callee, item.call))
    if (!query || query.callback || isSync(query) || calls.targetOf(query.call) || answers(call)) return []
    if (!throwsAgain(handler))
      return [{ file, node: call, message: 'A query is not awaited: when it fails, the `catch` below is not reached.' }]
    if (!addsSomething(handler, file)) return []
    const message = 'A query is not awaited: when it fails, what the `catch` below logs and answers is left out.'
    return [{ file, node: call, severity: 'low', message }]
  })
}

/** What fails at once is caught. */
function isSync({ client, method }: Query): boolean {
  return /sqlite/.test(client) || method.endsWith('Sync')
}

/** What it throws has a status of its own, or it logs before. */
function addsSomething({ body }: Of<'CatchClause'>, file: SourceFile): boolean {
  const last = body.body.at(-1)
  const thrown = last?.type === 'ThrowStatement' ? last.argument : undefined
  if (thrown?.type === 'NewExpression' && /(Exception|HttpError)$/.test(textOf(thrown.callee, file))) return true
  return writesDown(codeText(body, file))
}

type Left = { call: CallNode; handler: Of<'CatchClause'> }

const promisesLeft = (file: SourceFile) =>
  callsLeft(file).flatMap(({ call, handler }) => (throwsAgain(handler) || answers(call) ? [] : [call]))

const callsLeft = atOnce((file: SourceFile) =>
  file.returns.flatMap((leaving): Left[] => {
    const around = functionAround(leaving)
    const attempt = around?.async ? attemptAround(leaving, around) : undefined
    const call = attempt && promiseOf(leaving.argument, attempt.block, file)
    return attempt?.handler && call ? [{ call, handler: attempt.handler }] : []
  }),
)

function attemptAround(leaving: Node, around: FunctionNode): Of<'TryStatement'> | undefined {
  const attempt = ancestor(
    leaving,
    (at) => at.type === 'TryStatement' && at.handler !== null && contains(at.block, leaving),
    around,
  )
  return attempt?.type === 'TryStatement' ? attempt : undefined
}

/** The call whose promise is given back: in the `return`, or by a name that nothing else asks for. */
function promiseOf(value: Node | null, tried: Node, file: SourceFile): CallNode | undefined {
  if (value?.type === 'CallExpression') return value
  const init = value?.type === 'Identifier' ? lookUp(file.scopes, value, value.name)?.init : undefined
  if (value?.type !== 'Identifier' || init?.type !== 'CallExpression') return undefined
  return contains(tried, init) && mentionsOf(value.name, tried).length === 2 ? init : undefined
}

/** What answers a request is done when it is called. */
function answers({ arguments: given }: CallNode): boolean {
  return given.some((argument) => argument.type === 'Identifier' && /^(res|response|reply|ctx)$/.test(argument.name))
}

/** An error reaches the caller in any case, this one or another. */
function throwsAgain({ body }: Of<'CatchClause'>): boolean {
  return body.body.at(-1)?.type === 'ThrowStatement'
}

function mayFail({ node, file }: { node: FunctionNode; file: SourceFile }): boolean {
  return (
    unprotectedAwait(node, file) !== undefined ||
    file.throws.some((item) => functionAround(item) === node && !isTried(item, node))
  )
}
