import type { Codebase } from '../../codebase.ts'
import { queriesByFile, type Query } from '../../facts/queries.ts'
import { chainTop } from '../../facts/promises.ts'
import { isFinal, responsesIn, statusOf } from '../../facts/responses.ts'
import { contains, functionAround, isFunction, keyOf, pathOf, type Node, type Of } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf, onceInALife, purposeOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const blamedCaller: Rule = {
  id: 'blamed-caller',
  category: 'wrong-status',
  severity: 'info',
  confidence: 'medium',
  title: 'Every failure is blamed on the caller',
  why: 'A lost connection or a bug is answered with 400 or 404: clients do not try again, and no alarm rings.',
  effects: { maintenance: 'Failures of the server do not show in metrics.' },
  fix: {
    say: 'Answer what the caller did wrong where it is found, and hand the rest to the error handler.',
    code: {
      Express:
        "if (error.name === 'ValidationError') return res.status(400).json({ error: error.message })\nnext(error)",
    },
  },
  sources: ['https://www.rfc-editor.org/rfc/rfc9110#name-server-error-5xx'],
  limits: 'One finding for each file; a `catch` that looks at the error is left alone.',
  *find(codebase) {
    for (const file of codebase.production) {
      const [first, ...rest] = [...blaming(file, codebase)]
      if (!first) continue
      yield {
        file,
        node: first.node,
        also: rest.map(({ node }) => ({ path: file.path, line: lineOf(node, file) })),
        message: `Whatever fails here, also the database, is answered with ${first.status}.`,
      }
    }
  },
}

type Blame = { node: Node; status: number }

function* blaming(file: SourceFile, codebase: Codebase): Iterable<Blame> {
  const queries = queriesByFile(codebase.queries).get(file)
  if (!queries) return
  for (const body of failurePaths(file, queries)) {
    if (onceInALife.test(purposeOf(codebase, body))) continue
    const text = file.text.slice(body.start, body.end)
    if (/\bif\s*\(|\?[^.]|switch|instanceof|\.(name|code|kind|status|statusCode)\b(?!\s*\()/.test(text)) continue
    const given = answersIn(body, file, codebase)
    const [first] = given
    if (first && given.every(({ status }) => status === 400 || status === 404 || status === 422)) yield first
  }
}

/** Bodies of `catch` clauses and of callbacks of `.catch` behind a query. */
function* failurePaths(file: SourceFile, queries: readonly Query[]): Iterable<Node> {
  for (const clause of file.catches) {
    const tried = clause.parent
    if (tried?.type !== 'TryStatement') continue
    const around = functionAround(tried)
    if (
      queries.some(({ call }) => contains(tried.block, call) && functionAround(call) === around) &&
      !checksInput(tried, file)
    )
      yield clause.body
  }
  for (const { call } of queries) {
    const top = chainTop(call)
    for (
      let at: Node = top;
      at.type === 'CallExpression' && at.callee.type === 'MemberExpression';
      at = at.callee.object
    ) {
      const [callback] = at.arguments
      if (keyOf(at.callee) === 'catch' && isFunction(callback) && callback.body) yield callback.body
    }
  }
}

/** What a schema refuses is the caller's mistake. */
function checksInput({ block }: Of<'TryStatement'>, file: SourceFile): boolean {
  return /\bvalidat\w*\(|\.parse(Async)?\(|\bverify\w*\(|\bassert|\bthrow new \w+\(\s*['"`]/i.test(
    file.text.slice(block.start, block.end),
  )
}

function answersIn(body: Node, file: SourceFile, codebase: Codebase): Blame[] {
  const isInside = (node: Node) => contains(body, node)
  const sent = responsesIn(file, codebase.web).flatMap((response) => {
    const { call, status } = response
    if (!isInside(call) || !(isFinal(response) || response.method === 'status')) return []
    const given = status ?? (response.method === 'status' ? statusOf(call.arguments[0]) : 200)
    return given === undefined || (response.method === 'status' && call.parent?.type === 'MemberExpression')
      ? []
      : [{ node: call, status: given }]
  })
  const made = file.calls.flatMap((call): Blame[] => {
    if (call.type !== 'NewExpression' || !isInside(call) || !/(Error|Exception)$/.test(pathOf(call.callee))) return []
    const status = call.arguments
      .map((argument) => statusOf(argument))
      .find((value) => value !== undefined && value >= 400)
    return status === undefined ? [] : [{ node: call, status }]
  })
  return [...sent, ...made]
}
