import type { Query } from '../../facts/queries.ts'
import { bodyText } from '../../facts/responses.ts'
import type { Codebase } from '../../codebase.ts'
import type { FunctionNode, Node } from '../../parse/ast.ts'
import { purposeOf } from '../places.ts'
import type { Rule } from '../rule.ts'
import { bareShapes } from './missing-validation/bare-shapes.ts'
import { isCheckedOnTheWay, needsCheck, placeOf } from './missing-validation/checks.ts'
import { projectWrites } from './missing-validation/handed-to-writers.ts'
import { builtModels, savedFields } from './missing-validation/made-records.ts'
import { storedFields, weightOf } from './missing-validation/weight.ts'
import { wholeBodies } from '../security/mass-assignment/whole-bodies.ts'

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
        "const input = z.object({ name: z.string().min(1).max(100), address: z.string().max(300) }).safeParse(req.body)\nif (!input.success) return res.status(400).json({ error: 'invalid body' })",
      Fastify: "app.post('/users', { schema: { body: userSchema } }, createUser)",
      NestJS: 'app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }))',
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Input_Validation_Cheat_Sheet.html'],
  limits: 'Whether a check is enough is for a reader to judge; this only sees that there is none.',
  *find(codebase) {
    const reported = new Set<FunctionNode>()
    yield* savedFields(codebase, reported)
    yield* builtModels(codebase, reported)
    yield* bareShapes(codebase)
    yield* projectWrites(codebase, reported)
    const writesFirst = [...codebase.queries].sort((a, b) => Number(isWrite(b)) - Number(isWrite(a)))
    for (const query of writesFirst) {
      if (query.file.kind !== 'production' || query.kind === 'sync') continue
      for (const [index, argument] of query.call.arguments.slice(0, 2).entries()) {
        const trace = codebase.flow.trace(argument, query.file)
        const handler = trace?.handler
        if (!trace || !handler || reported.has(handler.node) || !needsCheck(codebase, trace, handler, query.kind))
          continue
        if (isCheckedOnTheWay(query.call, query.file, handler)) continue
        // A part of the path that is a parameter of the statement.
        if (index > 0 && /^(params|url)$/.test(trace.kind)) continue
        // What another service sends and signs.
        if (/webhook/i.test(`${handler.file.path} ${purposeOf(codebase, handler.node)}`)) continue
        // What is only looked up finds nothing when it is odd; what it may do to a filter is told there.
        if (/^(find|count|exists|delete)/.test(query.kind) && !/passw/i.test(bodyText(handler.node, handler.file)))
          continue
        reported.add(handler.node)
        // Told there, and mended there: a schema names the fields, and what they may hold.
        if (isStoredWhole(query.call, codebase)) continue
        yield {
          file: trace.source.file,
          ...placeOf(trace),
          ...weightOf(codebase, handler, storedFields(codebase, trace, handler, query)),
          message: `\`${trace.source.text}\` reaches \`${query.method}\` (${query.file.path}:${query.line}) unchecked.`,
          steps: trace.steps,
        }
      }
    }
  },
}

/** And what the caller gains by it weighs more than a wrong shape. */
function isStoredWhole(call: Node, codebase: Codebase): boolean {
  return wholeBodies(codebase).some(({ node, severity }) => node === call && severity !== 'low')
}

function isWrite(query: Query): boolean {
  return /insert|update/.test(query.kind)
}
