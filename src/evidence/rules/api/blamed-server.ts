import type { Codebase } from '../../codebase.ts'
import type { Query } from '../../facts/queries.ts'
import { schemaOf } from '../../facts/uniqueness.ts'
import { functionAround, propertyOf, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { inOne } from '../matches.ts'
import { isValidated } from '../places.ts'
import type { Match, Rule } from '../rule.ts'
import { failurePaths, statusesIn, type FailurePath } from './failure-paths.ts'

export const blamedServer: Rule = {
  id: 'blamed-server',
  category: 'wrong-status',
  severity: 'info',
  confidence: 'medium',
  title: 'What the caller did wrong is answered as a failure of the server',
  why: 'A 5xx tells clients to try again and rings alarms; who sent the wrong id or value never hears what was wrong.',
  effects: { maintenance: 'Failures of the server cannot be told from mistakes of callers.' },
  fix: {
    say: 'Look at the error, and answer what the caller can mend with 400 or 404.',
    code: {
      Prisma: "if (error.code === 'P2025') return reply.code(404).send({ error: 'not found' })\nthrow error",
      Mongoose:
        "if (error.name === 'CastError' || error.name === 'ValidationError') return res.status(400).json({ error: error.message })\nnext(error)",
      any: "if (error instanceof NotFoundError) return res.status(404).json({ error: 'not found' })\nnext(error)",
    },
  },
  sources: [
    'https://www.rfc-editor.org/rfc/rfc9110#name-client-error-4xx',
    'https://www.prisma.io/docs/orm/reference/error-reference#p2025',
    'https://mongoosejs.com/docs/api/error.html',
  ],
  limits: 'Prisma and Mongoose; one finding for each file. A `catch` that looks at the error is left alone.',
  *find(codebase) {
    for (const file of codebase.production) yield* inOne([...blaming(file, codebase)])
  },
}

function* blaming(file: SourceFile, codebase: Codebase): Iterable<Match> {
  for (const path of failurePaths(file, codebase)) {
    const given = statusesIn(path.body, file, codebase)
    const [first] = given
    if (!first || !given.every(({ status }) => status === 500)) continue
    const mistake = path.queries.map((query) => mistakeIn(query, path, codebase)).find((found) => found !== undefined)
    if (mistake !== undefined) yield { file, node: first.node, message: `${mistake} is answered with 500.` }
  }
}

/** What a caller may send that lets a query fail. */
function mistakeIn(query: Query, { queries }: FailurePath, codebase: Codebase): string | undefined {
  const { client, method, call, file, model } = query
  const around = functionAround(call)
  const text = around ? file.text.slice(around.start, around.end) : ''
  if (/prisma/.test(client)) {
    if (!/^(update|delete)$|OrThrow$/.test(method)) return undefined
    const isLookedUp = queries.some((other) => other.kind === 'find-one' && other !== query && other.model === model)
    const where = propertyOf(call.arguments[0], 'where')
    return !isLookedUp && where && comesFromCaller(where, file, codebase) ? 'An id that no row has' : undefined
  }
  if (client !== 'mongoose') return undefined
  const [first] = call.arguments
  if (!first) return undefined
  if (method.startsWith('findById'))
    return !/isValid|isMongoId|ObjectId\(/.test(text) && comesFromCaller(first, file, codebase)
      ? 'A malformed id'
      : undefined
  const isChecked = schemaOf(codebase, query)?.fields.some(({ type }) => /\b(required|enum|min|max|match)/.test(type))
  return method === 'create' && isChecked && comesFromCaller(first, file, codebase)
    ? 'What the model refuses'
    : undefined
}

/** A value of the request that nothing checked, itself or in an object written here. */
function comesFromCaller(node: Node, file: SourceFile, codebase: Codebase): boolean {
  if (node.type === 'ObjectExpression')
    return node.properties.some((item) => item.type === 'Property' && comesFromCaller(item.value, file, codebase))
  const trace = codebase.flow.trace(node, file)
  return trace !== undefined && /^(body|query|params)$/.test(trace.kind) && !isValidated(codebase, trace)
}
