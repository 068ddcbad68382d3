import type { Codebase } from '../../codebase.ts'
import { answersIn, type Answer } from '../../facts/answers.ts'
import type { Query } from '../../facts/queries.ts'
import { sqlText } from '../../facts/sql-text.ts'
import type { Step } from '../../facts/steps.ts'
import type { Route } from '../../facts/web.ts'
import { ancestor, functionAround, hasSpread, unwrap, type Node } from '../../parse/ast.ts'
import { codeText } from '../../parse/code-text.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { picksCaller } from '../callers-row.ts'
import { lineOf, routesOf } from '../places.ts'
import { rowOrNothing } from '../row-or-nothing.ts'
import type { Rule } from '../rule.ts'

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
      Prisma:
        "const order = await prisma.order.findUnique({ where: { id: req.params.id } })\nif (!order) return res.status(404).json({ error: 'no such order' })\nres.json(order)",
      TypeORM:
        "const order = await orders.findOneBy({ id: req.params.id })\nif (!order) return res.status(404).json({ error: 'no such order' })\nres.json(order)",
      Sequelize:
        "const order = await Order.findByPk(req.params.id)\nif (!order) return res.status(404).json({ error: 'no such order' })\nres.json(order)",
      SQL: "const { rows } = await pool.query('SELECT id, total FROM orders WHERE id = $1', [req.params.id])\nif (rows.length === 0) return res.status(404).json({ error: 'no such order' })\nres.json(rows[0])",
      Express:
        "const order = await Order.findById(req.params.id)\nif (!order) return res.status(404).json({ error: 'no such order' })\nres.json(order)",
      NestJS:
        "const order = await this.orders.findOneBy({ id })\nif (!order) throw new NotFoundException('There is no such order')",
    },
  },
  sources: ['https://www.rfc-editor.org/rfc/rfc9110#name-404-not-found'],
  limits:
    'Lookups of one row that a GET answers with, and rows that a change gives back where the address names them; one finding for each file.',
  *find(codebase) {
    for (const file of codebase.production) {
      const answered = answersIn(file, codebase).flatMap((answer) => lookupAnswered(answer, codebase) ?? [])
      const [first, ...rest] = new Set(answered)
      if (!first) continue
      yield {
        file,
        node: first,
        message: 'Without such a row this answers 200 with nothing in it; 404 says that it is not there.',
        also: rest.map((node) => ({ path: file.path, line: lineOf(node, file) })),
      }
    }
  },
}

/** Where the row stands that an answer hands over without a look at whether there is one. */
function lookupAnswered(answer: Answer, codebase: Codebase): Node | undefined {
  const { node, value, file, how, status } = answer
  if ((status ?? 200) >= 300 || /^(render|redirect)$/.test(how) || isChosen(node)) return undefined
  for (const part of partsOf(value)) {
    if (picksCaller(file.text.slice(part.start, part.end))) continue
    const query = rowOrNothing(part, file, codebase)
    // What comes after the row itself may be missing.
    if (query) return mayMiss(query, answer, codebase) ? placeOf(query, part, file) : undefined
  }
  return undefined
}

/** The lookup where it stands in the same file, else where its row is given a name. */
function placeOf(query: Query, part: Node, file: SourceFile): Node {
  if (query.file === file) return query.call
  const named = part.type === 'Identifier' ? lookUp(file.scopes, part, part.name)?.init : undefined
  return named ? unwrap(named) : part
}

function isChosen(node: Node): boolean {
  return (
    ancestor(node, (at) => at.type === 'IfStatement' || at.type === 'ConditionalExpression', functionAround(node)) !==
    undefined
  )
}

/** The value itself, what its properties hold, and what is made into an answer: `new ApiResponse(200, user)`. */
function partsOf(value: Node): Node[] {
  const inner = unwrap(value)
  if (inner.type === 'NewExpression') return inner.arguments.flatMap((argument) => partsOf(argument))
  if (inner.type !== 'ObjectExpression') return [inner]
  // `{ ...product, offer }`
  if (hasSpread(inner)) return []
  return inner.properties.flatMap((property) => {
    if (property.type !== 'Property') return []
    const held = unwrap(property.value)
    return held.type === 'ObjectExpression' ? partsOf(held) : [held]
  })
}

/** Answers of a GET, and of a change whose row the address names; others may say what happened in another way. */
function mayMiss(query: Query, answer: Answer, codebase: Codebase): boolean {
  const { handler } = answer
  const [filter] = query.call.arguments
  // The one row of a table of settings.
  if (!filter || (filter.type === 'ObjectExpression' && filter.properties.length === 0)) return false
  if (picksCaller(query.file.text.slice(query.call.start, query.call.end))) return false
  if (answersMissing(handler, answer.node)) return false
  const routes = routesOf(codebase, handler.node)
  const isRead =
    query.kind === 'find-one' || (query.sql && /^\s*select/i.test(sqlText(query.sql, query.file) ?? '')) === true
  return (
    routes.length > 0 &&
    routes.every(
      (route) =>
        (isRead ? route.method === 'GET' : /[:{]/.test(route.path)) &&
        !/\/(me|self|current|profile|session|stats?|settings|config)\b/i.test(route.path) &&
        !mayAnswerNull(route),
    ) &&
    !routes.every((route) => route.chain.some((step) => step.function !== handler.node && asksForRow(step, query)))
  )
}

/** A handler that has answered 404 for the row before, by a lookup of its own. */
function answersMissing({ node, file }: Answer['handler'], answer: Node): boolean {
  return /\bif\s*\(\s*!\w+\b[^;{]*\{?[^;}]*(\b404\b|NOT_?FOUND)/i.test(file.text.slice(node.start, answer.start))
}

/** The schema of its answer says that there may be none. */
function mayAnswerNull({ options, file }: Route): boolean {
  return (
    options !== undefined && /\bresponse\b[^;]*\bnull(able|ish)\b/.test(file.text.slice(options.start, options.end))
  )
}

/** A step before has read of the row, or asked whether it is there: `ownedBy(Review)` with `row.user !== req.user.id`. */
function asksForRow({ function: step, functionFile, node, file }: Step, query: Query): boolean {
  const [filter] = query.call.arguments
  const key = /\bparams\.(\w+)/.exec(filter ? query.file.text.slice(filter.start, filter.end) : '')?.[1]
  if (!step || !functionFile || key === undefined || query.model === undefined) return false
  const text = codeText(step, functionFile)
  const named = new RegExp(String.raw`\b${query.model}\b`)
  if (!named.test(text) && !named.test(file.text.slice(node.start, node.end))) return false
  const row = new RegExp(String.raw`\b(\w+)\s*=\s*await\s+[\w.]+\.find\w*\([^;]*\bparams\.${key}\b`).exec(text)
  return (
    row?.[1] !== undefined &&
    new RegExp(String.raw`!${row[1]}\b|\b${row[1]}\.\w`).test(text.slice(row.index + row[0].length))
  )
}
