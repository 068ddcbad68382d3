import type { Codebase } from '../../codebase.ts'
import { answersIn, type Answer } from '../../facts/answers.ts'
import type { Query } from '../../facts/queries.ts'
import { resultNames, sends } from '../../facts/query-results.ts'
import { ancestor, functionAround, isFunction, unwrap, type FunctionNode, type Node } from '../../parse/ast.ts'
import { mentionsOf } from '../../parse/mentions.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { picksCaller } from '../callers-row.ts'
import { lineOf, routesOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const missingAsSuccess: Rule = {
  id: 'missing-as-success',
  category: 'wrong-status',
  severity: 'low',
  confidence: 'medium',
  title: 'What is not there is answered as if it were',
  why: 'A lookup that finds nothing gives null, and null is answered with 200: the client goes on with nothing, or takes for changed what is not there.',
  effects: { maintenance: 'Every client has to ask again whether there was an answer.' },
  fix: {
    say: 'Ask whether there is a row, and answer 404 when there is none.',
    code: {
      Express:
        'const order = await Order.findById(req.params.id)\nif (!order) return res.sendStatus(404)\nres.json(order)',
      NestJS:
        "const order = await this.orders.findOneBy({ id })\nif (!order) throw new NotFoundException('There is no such order')",
    },
  },
  sources: ['https://www.rfc-editor.org/rfc/rfc9110#name-404-not-found'],
  limits:
    'Lookups of one row that a GET answers with, and rows that a change gives back where the address names them; one finding for each file.',
  *find(codebase) {
    const matches = codebase.queries.flatMap((query): Match[] => {
      if (query.file.kind !== 'production' || !isLookup(query)) return []
      if (picksCaller(query.file.text.slice(query.call.start, query.call.end))) return []
      return isAnsweredUnasked(query, codebase)
        ? [
            {
              file: query.file,
              node: query.call,
              message: 'Without such a row this answers 200 with nothing in it; 404 says that it is not there.',
            },
          ]
        : []
    })
    for (const [first, ...rest] of Map.groupBy(matches, ({ file }) => file).values()) {
      if (first)
        yield {
          ...first,
          also: rest.map(({ file, node }) => ({
            path: file.path,
            line: node && 'lineStarts' in file ? lineOf(node, file) : 1,
          })),
        }
    }
  },
}

/** Mongoose and the MongoDB driver change a row and give it back, or null. */
const givesRow = /^find(ById|One)And(Update|Replace)$/

function isLookup({ kind, method, chain, callback, call }: Query): boolean {
  // The one row of a table of settings.
  const [filter] = call.arguments
  if (!filter || (filter.type === 'ObjectExpression' && filter.properties.length === 0)) return false
  return (
    (kind === 'find-one' || givesRow.test(method)) &&
    !/OrThrow|OrFail|exists/i.test(method) &&
    !chain.some((name) => /orFail|catch/i.test(name)) &&
    !callback
  )
}

function isAnsweredUnasked(query: Query, codebase: Codebase): boolean {
  const { call, file } = query
  const around = functionAround(call)
  if (!around) return false
  const direct = directAnswer(call, around, file, codebase)
  if (direct) return mayMiss(direct, query, codebase)
  return resultNames(query).some(({ name, area }) => {
    const answer = answersIn(file, codebase).find(
      ({ node, value, status }) =>
        node.start >= area.start &&
        node.end <= area.end &&
        node.start > call.start &&
        (status ?? 200) < 300 &&
        sends(value, name, file),
    )
    return answer !== undefined && !isAsked(name, area, answer.node) && mayMiss(answer, query, codebase)
  })
}

/** `res.json(await Order.findById(id))`. */
function directAnswer(call: Node, around: FunctionNode, file: SourceFile, codebase: Codebase): Answer | undefined {
  return answersIn(file, codebase).find(
    ({ node, value, status }) =>
      (status ?? 200) < 300 &&
      node.start >= around.start &&
      node.end <= around.end &&
      innermost(unwrap(value)) === call,
  )
}

function innermost(node: Node): Node {
  let at = node
  while (
    at.type === 'CallExpression' &&
    at.callee.type === 'MemberExpression' &&
    unwrap(at.callee.object).type === 'CallExpression' &&
    /^(populate|lean|select|exec)$/.test(nameOf(at.callee.property))
  )
    at = unwrap(at.callee.object)
  return at
}

function nameOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : ''
}

/** Whether anything between the lookup and the answer does more with the name than to hand it over. */
function isAsked(name: string, area: FunctionNode, answer: Node): boolean {
  if (!area.body) return true
  return (
    mentionsOf(name, area.body).some((use) => {
      if (use.start >= answer.start && use.end <= answer.end)
        return use.parent?.type === 'MemberExpression' && use.parent.object === use
      return use.parent?.type !== 'VariableDeclarator' && use.start < answer.start
    }) || ancestor(answer, (at) => at.type === 'IfStatement' || at.type === 'ConditionalExpression', area) !== undefined
  )
}

/** Answers of a GET, and of a change whose row the address names; others may say what happened in another way. */
function mayMiss({ handler }: Answer, { method: asked, call, file }: Query, codebase: Codebase): boolean {
  const routes = routesOf(codebase, handler.node)
  const changes = givesRow.test(asked)
  if (changes && /\bupsert\b/.test(file.text.slice(call.start, call.end))) return false
  return (
    routes.length > 0 &&
    routes.every(
      ({ method, path }) =>
        (changes ? /[:{]/.test(path) : method === 'GET') &&
        !/\/(me|self|current|profile|session|stats?|settings|config)\b/i.test(path),
    ) &&
    isFunction(handler.node)
  )
}
