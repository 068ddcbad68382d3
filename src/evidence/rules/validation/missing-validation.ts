import type { Codebase } from '../../codebase.ts'
import type { Trace } from '../../facts/flow.ts'
import type { Handler } from '../../facts/handlers.ts'
import { bodyText, handlerAround } from '../../facts/responses.ts'
import type { FunctionNode } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { isValidated, lineOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const missingValidation: Rule = {
  id: 'missing-validation',
  category: 'missing-validation',
  severity: 'medium',
  confidence: 'medium',
  title: 'Input goes to the database without a check of its shape',
  why: 'Missing, empty, huge or wrongly typed values end in the data or as a 500.',
  effects: {
    safety: 'Bad data is stored; later code fails on it.',
    maintenance: 'What a route accepts is written nowhere.',
  },
  fix: {
    say: 'Check the input against a schema at the border and use only what it gives.',
    code: {
      Express:
        'const input = z.object({ name: z.string().min(1).max(100), address: z.string().max(300) }).parse(req.body)',
      Fastify: "app.post('/users', { schema: { body: userSchema } }, createUser)",
      NestJS: 'app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }))',
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Input_Validation_Cheat_Sheet.html'],
  limits: 'Whether a check is enough is for a reader to judge; this only sees that there is none.',
  *find(codebase) {
    const reported = new Set<FunctionNode>()
    for (const query of codebase.queries) {
      if (query.file.kind !== 'production' || query.kind === 'sync') continue
      for (const argument of query.call.arguments.slice(0, 2)) {
        const trace = codebase.flow.trace(argument, query.file)
        const handler = trace?.handler
        if (!trace || !handler || reported.has(handler.node) || !needsCheck(codebase, trace, handler, query.kind))
          continue
        reported.add(handler.node)
        yield {
          file: trace.source.file,
          node: trace.source.node,
          line: trace.source.line,
          message: `\`${trace.source.text}\` reaches \`${query.method}\` (${query.file.path}:${query.line}) unchecked.`,
          steps: trace.steps,
        }
      }
    }
    yield* savedFields(codebase, reported)
    yield* projectWrites(codebase, reported)
  },
}

function needsCheck(codebase: Codebase, trace: Trace, handler: Handler, kind: string): boolean {
  if (isValidated(codebase, trace) || trace.marks.has('sanitized')) return false
  if (trace.kind === 'body') return !checksShape(bodyText(handler.node, handler.file))
  return (
    /query|params/.test(trace.kind) &&
    (kind === 'raw' || trace.kind === 'query') &&
    !checksShape(bodyText(handler.node, handler.file))
  )
}

/** Some check of type, length or pattern, of any kind. */
function checksShape(text: string): boolean {
  return /\.(test|match)\(|typeof|validat|\.parse\(|safeParse|Joi|schema|isEmail|isNaN|Number\.is|parseInt|\.length\s*[<>]|check\w*\(|assert/i.test(
    text,
  )
}

const assignedFields = once((file: SourceFile) =>
  file.assignments.filter(
    ({ left, right }) =>
      left.type === 'MemberExpression' && /req(uest)?\.(body|query)\.\w/.test(file.text.slice(right.start, right.end)),
  ),
)

/** `user.name = req.body.name` and then `save()`. */
function* savedFields(codebase: Codebase, reported: Set<FunctionNode>): ReturnType<Rule['find']> {
  for (const file of codebase.production) {
    for (const assignment of assignedFields(file)) {
      const handler = handlerAround(assignment, codebase.web.handlers)
      if (
        !handler ||
        reported.has(handler.node) ||
        /^(res|req|ctx)/.test(file.text.slice(assignment.left.start, assignment.left.end))
      )
        continue
      const trace = codebase.flow.trace(assignment.right, file)
      if (
        !trace ||
        isValidated(codebase, trace) ||
        !/\.(save|update|insert\w*|create)\(/.test(bodyText(handler.node, handler.file))
      )
        continue
      const text = bodyText(handler.node, handler.file)
      if (/validat|\.parse\(|safeParse|Joi|typeof/i.test(text)) continue
      reported.add(handler.node)
      yield {
        file,
        node: assignment,
        line: lineOf(assignment, file),
        message: `\`${trace.source.text}\` is stored unchecked.`,
      }
    }
  }
}

/** Several body fields handed to a project function that writes them. */
function* projectWrites(codebase: Codebase, reported: Set<FunctionNode>): ReturnType<Rule['find']> {
  for (const { call, file, target } of codebase.calls.linked) {
    if (call.arguments.length < 3) continue
    const handler = handlerAround(call, codebase.web.handlers)
    if (!handler || reported.has(handler.node)) continue
    const writes = codebase.queries.some(
      (query) =>
        query.file === target.file &&
        query.call.start > target.node.start &&
        query.call.end < target.node.end &&
        /insert|update/.test(query.kind),
    )
    if (!writes) continue
    const traces = call.arguments
      .flatMap((argument) => codebase.flow.trace(argument, file) ?? [])
      .filter((trace) => trace.kind === 'body')
    const first = traces[0]
    if (traces.length < 3 || !first || isValidated(codebase, first)) continue
    reported.add(handler.node)
    yield {
      file: first.source.file,
      node: first.source.node,
      line: first.source.line,
      message: `${traces.length} fields of the body are stored by \`${file.text.slice(call.callee.start, call.callee.end)}\` with hardly a check.`,
    }
  }
}
