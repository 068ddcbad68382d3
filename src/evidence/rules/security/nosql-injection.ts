import { keyOf, propertyOf, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Codebase } from '../../codebase.ts'
import { hasAuth } from '../../facts/access-control.ts'
import { importsPackage, isChecked, isValidated, purposeOf, requestOf, routesOf, sourceText } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

const documentClients = /^(mongoose|mongodb|unknown|@nestjs\/mongoose|mongojs|monk|mongoist)$/

export const nosqlInjection: Rule = {
  id: 'nosql-injection',
  category: 'nosql-injection',
  severity: 'high',
  confidence: 'medium',
  title: 'A MongoDB filter takes request input as it is',
  why: 'A JSON body may hold an object where a text is expected; `{"$gt": ""}` then matches every document and the check that the filter makes is void.',
  effects: { safety: 'Logins and lookups by secret can be passed without knowing the secret.' },
  fix: {
    say: 'Check the type before the query, or force it with `$eq`.',
    code: {
      any: 'const { username } = z.object({ username: z.string().max(100) }).parse(req.body)\nconst user = await users.findOne({ username })',
      Fastify:
        "app.post('/login', { schema: { body: { type: 'object', required: ['username'], properties: { username: { type: 'string' } } } } }, login)",
    },
  },
  sources: [
    'https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/07-Input_Validation_Testing/05.6-Testing_for_NoSQL_Injection',
  ],
  *find(codebase) {
    if (!usesDocuments(codebase)) return
    const cleaned =
      importsPackage(codebase, /^(express-mongo-sanitize|mongo-sanitize|@exortek\/express-mongo-sanitize)$/) ||
      sanitizesFilters(codebase)
    for (const query of codebase.queries) {
      if (
        query.file.kind !== 'production' ||
        !documentClients.test(query.client) ||
        query.kind === 'insert' ||
        query.kind === 'insert-many'
      )
        continue
      const filter = query.call.arguments[0]
      if (!filter || query.method.startsWith('findById')) continue
      const where = whereOf(filter, query.file)
      if (where) {
        const trace = codebase.flow.trace(where, query.file)
        if (trace) {
          yield {
            file: query.file,
            node: where,
            severity: 'critical',
            confidence: 'high',
            message: `\`$where\` runs JavaScript built from ${sourceText(trace, query.file, where)}.`,
            steps: trace.steps,
          }
          continue
        }
      }
      if (!cleaned) yield* filterMatches(codebase, filter, query.file, query.call)
    }
  },
}

function* filterMatches(codebase: Codebase, filter: Node, file: SourceFile, call: Node): Iterable<Match> {
  const fields =
    filter.type === 'ObjectExpression'
      ? filter.properties.map((property) => (property.type === 'Property' ? property.value : property.argument))
      : [filter]
  for (const field of fields) {
    const found = valueMatch(codebase, field, file, call)
    if (!found) continue
    yield opensDoor(codebase, filter, file, call) ? found : { ...found, severity: 'medium' }
    return
  }
}

function valueMatch(codebase: Codebase, value: Node, file: SourceFile, call: Node): Match | undefined {
  const trace = codebase.flow.trace(value, file)
  if (!trace || trace.inText || !/^(body|query|message)$/.test(trace.kind)) return undefined
  if (trace.kind === 'query' && trace.handler?.framework !== 'express') return undefined
  if (trace.marks.size > 0 || isValidated(codebase, trace) || isChecked(trace, call, file)) return undefined
  return {
    file,
    node: call,
    message: `The filter holds ${sourceText(trace, file, call)}, which may be an object with operators.`,
    steps: trace.steps,
  }
}

/** The filter is what decides who gets in, or anyone may change records with it. */
function opensDoor(codebase: Codebase, filter: Node, file: SourceFile, call: Node): boolean {
  const text = file.text.slice(filter.start, filter.end)
  const method = call.type === 'CallExpression' ? (keyOf(call.callee) ?? '') : ''
  if (/passw|token|secret|otp|code|api_?key/i.test(text)) return true
  if (/log-?_?in|sign-?_?in|auth|reset|forgot|verif/i.test(`${purposeOf(codebase, call)} ${file.path}`)) return true
  if (!/update|delete|remove|replace/i.test(method)) return false
  const handler = requestOf(codebase, call)
  return routesOf(codebase, handler?.node).some((route) => !hasAuth(route))
}

function usesDocuments(codebase: Codebase): boolean {
  return codebase.project.dependencies.some((dependency) =>
    /^(mongoose|mongodb|@nestjs\/mongoose|mongojs|monk|mongoist)$/.test(dependency.name),
  )
}

function sanitizesFilters(codebase: Codebase): boolean {
  return codebase.production.some((file) => /sanitizeFilter['"]?\s*[,:]\s*true/.test(file.text))
}

/** The `$where` text in a filter, or in the object a called function returns as filter. */
function whereOf(filter: Node, file: SourceFile): Node | undefined {
  if (filter.type === 'Identifier') {
    const init = lookUp(file.scopes, filter, filter.name)?.init
    return init ? whereOf(init, file) : undefined
  }
  if (filter.type === 'CallExpression') {
    const near = file.properties.find((property) => keyOf(property) === '$where')
    return near && Math.abs(near.start - filter.start) < 3000 ? near.value : undefined
  }
  return propertyOf(filter, '$where')
}
