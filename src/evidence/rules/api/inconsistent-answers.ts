import type { Codebase } from '../../codebase.ts'
import { isFinal, responsesIn, type ResponseCall } from '../../facts/responses.ts'
import { contains, keyOf } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

type Answer = { response: ResponseCall; file: SourceFile }

/** Below this many answers there is no habit to break. */
const habit = 6

export const inconsistentAnswers: Rule = {
  id: 'inconsistent-answers',
  category: 'rest-design',
  severity: 'info',
  confidence: 'medium',
  title: 'Answers of one interface have different forms',
  why: 'Callers that look for `error` miss `message`, and a client that waits for 201 takes 200 for something else.',
  effects: { maintenance: 'Every caller handles every form, or misses one.' },
  fix: {
    say: 'Choose one form for errors and one status for each outcome, and make them in one place.',
    code: {
      any: "res.status(404).json({ error: { code: 'not_found', message: 'There is no such order' } })\nres.status(201).location(`/orders/${order.id}`).json(order)",
    },
  },
  sources: ['https://www.rfc-editor.org/rfc/rfc9457', 'https://www.rfc-editor.org/rfc/rfc9110#name-201-created'],
  limits: 'Answers written as object literals; one finding for each kind, at the rarer form.',
  *find(codebase) {
    const answers = codebase.production.flatMap((file) =>
      responsesIn(file, codebase.web)
        .filter((response) => isFinal(response) && /^(json|send|body)$/.test(response.method))
        .map((response) => ({ response, file })),
    )
    yield* errorForms(answers)
    yield* createdStatus(codebase, answers)
  },
}

const errorKeys = ['error', 'errors', 'message', 'msg', 'err', 'detail', 'reason']

function* errorForms(answers: readonly Answer[]): Iterable<Match> {
  const failures = answers.flatMap((answer) => {
    const keys = (answer.response.status ?? 200) >= 400 ? keysOf(answer) : []
    return keys.length > 0 ? [{ answer, keys }] : []
  })
  const uses = errorKeys.map((key) => ({ key, count: failures.filter(({ keys }) => keys.includes(key)).length }))
  const most = uses.reduce((one, other) => (other.count > one.count ? other : one))
  if (most.count < habit) return
  const others = failures.filter(({ keys }) => !keys.includes(most.key))
  const rarer = [...Map.groupBy(others, ({ keys }) => keys[0] ?? '')].sort(([, a], [, b]) => b.length - a.length)[0]
  if (!rarer || rarer[1].length < 2 || rarer[1].length * 2 > most.count) return
  const [first, ...rest] = rarer[1].map(({ answer }) => answer)
  if (!first) return
  yield {
    file: first.file,
    node: first.response.call,
    also: placesOf(rest),
    message: `Errors say \`${rarer[0]}\` here (${rarer[1].length} times) and \`${most.key}\` elsewhere (${most.count} times).`,
  }
}

/** The keys an error answer says what happened under. */
function keysOf({ response }: Answer): string[] {
  const body = response.call.arguments[0]
  if (body?.type !== 'ObjectExpression') return []
  const keys = new Set(body.properties.map((property) => (property.type === 'Property' ? keyOf(property) : undefined)))
  return errorKeys.filter((key) => keys.has(key))
}

/** A POST that inserts and answers 200 where the others answer 201. */
function* createdStatus(codebase: Codebase, answers: readonly Answer[]): Iterable<Match> {
  const creating = codebase.web.routes.flatMap((route): { answer: Answer; created: boolean }[] => {
    const handler = route.method === 'POST' ? route.handler : undefined
    if (!handler || /log-?in|auth|session|search|token|webhook|password|verify|confirm|reset|forgot/i.test(route.path))
      return []
    const inserts = codebase.queries.some(
      ({ kind, method, file, call }) =>
        kind === 'insert' && method !== 'save' && file === handler.file && contains(handler.node, call),
    )
    const good = answers.filter(
      ({ response, file }) =>
        file === handler.file && contains(handler.node, response.call) && (response.status ?? 200) < 300,
    )
    const [only] = good
    if (
      !inserts ||
      good.length !== 1 ||
      !only ||
      setsStatus(handler.file.text.slice(handler.node.start, only.response.call.start))
    )
      return []
    return [{ answer: only, created: only.response.status === 201 }]
  })
  const odd = creating.filter(({ created }) => !created)
  const [first, ...rest] = odd
  if (!first || creating.length - odd.length < Math.max(2, odd.length)) return
  yield {
    file: first.answer.file,
    node: first.answer.response.call,
    also: placesOf(rest.map(({ answer }) => answer)),
    message: `This creates and answers 200; ${creating.length - odd.length} other routes answer 201.`,
  }
}

function setsStatus(text: string): boolean {
  return /res\.(status|statusCode)\s*[(=]\s*201|@HttpCode/.test(text)
}

function placesOf(answers: readonly Answer[]): { path: string; line: number }[] {
  return answers.map(({ response, file }) => ({ path: file.path, line: lineOf(response.call, file) }))
}
