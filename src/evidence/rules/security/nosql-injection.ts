import {
  functionAround,
  isFunction,
  keyOf,
  literalText,
  pathOf,
  propertyOf,
  unwrap,
  type Node,
} from '../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../parse/by-name.ts'
import { once, onceFor } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Codebase } from '../../codebase.ts'
import { guardsOf, hasAuth } from '../../facts/access-control.ts'
import { byInput } from '../matches.ts'
import { isChecked } from '../checked-values.ts'
import { importsPackage, isValidated, majorOf, purposeOf, requestOf, routesOf, sourceText } from '../places.ts'
import type { Query } from '../../facts/queries.ts'
import type { Trace } from '../../facts/trace.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { isProvedText } from './nosql-injection/proved-texts.ts'
import { comparedBy } from './nosql-injection/compared-values.ts'

const documentClients =
  /^(mongoose|mongodb|unknown|@nestjs\/mongoose|mongojs|monk|mongoist|marsdb|(@seald-io\/)?nedb(-promises)?)$/

/** Methods that clients of SQL databases do not have. */
const documentMethods = /(One|Many)$|And(Update|Delete|Remove|Replace)$|^(countDocuments|aggregate|distinct)$/

export const nosqlInjection: Rule = {
  id: 'nosql-injection',
  category: 'nosql-injection',
  severity: 'high',
  confidence: 'medium',
  title: 'A document database takes request input as it is',
  why: 'A JSON body may hold an object where a text is expected; `{"$gt": ""}` then matches every document and the check that the filter makes is void.',
  effects: { safety: 'Logins and lookups by secret can be passed without knowing the secret.' },
  fix: {
    say: 'Check the type before the query, or force it with `$eq`.',
    code: {
      Express:
        "const input = z.object({ username: z.string().max(100) }).safeParse(req.body)\nif (!input.success) return res.status(400).json({ error: 'invalid body' })\nconst user = await users.findOne({ username: input.data.username })",
      any: 'const { username } = z.object({ username: z.string().max(100) }).parse(body)\nconst user = await users.findOne({ username })',
      Fastify:
        "app.post('/login', { schema: { body: { type: 'object', required: ['username'], properties: { username: { type: 'string' } } } } }, login)",
    },
  },
  sources: [
    'https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/07-Input_Validation_Testing/05.6-Testing_for_NoSQL_Injection',
  ],
  *find(codebase) {
    yield* wholeRequests(codebase)
    if (!usesDocuments(codebase)) return
    yield* byInput(openFilters(codebase))
  },
}

const dynamoCalls =
  /^(aws-sdk\.DynamoDB(\.DocumentClient)?\(\)\.(batch\w+|delete|deleteItem|get|getItem|put|putItem|query|scan|transact\w+|update|updateItem)|@aws-sdk\/(client|lib)-dynamodb\.\w+Command)$/

/** What is asked of DynamoDB is an object of the caller, its table and keys included. */
function* wholeRequests(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(dynamoCalls)) {
    const [request] = call.arguments
    const trace = request && codebase.flow.trace(request, file)
    if (!trace || trace.inObject || trace.inText || isValidated(codebase, trace)) continue
    const message = `DynamoDB is asked ${sourceText(trace, file, request)} whole: the caller chooses the table and the keys.`
    yield { file, node: call, message, steps: trace.steps }
  }
}

type Found = { match: Match; trace: Trace }

function* openFilters(codebase: Codebase): Iterable<Found> {
  const cleaned =
    importsPackage(codebase, /^(express-mongo-sanitize|mongo-sanitize|@exortek\/express-mongo-sanitize)$/) ||
    sanitizesFilters(codebase)
  yield* runsCode(codebase)
  if (cleaned) return
  for (const { call, file } of documentQueries(codebase)) {
    const [filter] = call.arguments
    if (filter) yield* filterMatches(codebase, filter, file, call)
  }
  yield* narrowedQueries(codebase)
}

/** `this.query.find(filter)`: a query that was begun elsewhere takes one more filter. */
function* narrowedQueries(codebase: Codebase): Iterable<Found> {
  for (const { call, file } of codebase.index.methods('find', 'where')) {
    const [filter] = call.arguments
    if (!filter || isFunction(filter) || call.callee.type !== 'MemberExpression') continue
    if (/(^|\.)(mongoose_?)?query$/i.test(pathOf(call.callee.object)))
      yield* filterMatches(codebase, filter, file, call)
  }
}

/** Queries that pick documents by a filter. */
function documentQueries(codebase: Codebase): Query[] {
  const isMixed = codebase.project.dependencies.some(({ name }) => tableClients.test(name))
  return codebase.queries.filter(({ file, client, kind, method, call }) => {
    if (file.kind !== 'production' || !documentClients.test(client) || kind.startsWith('insert')) return false
    const [filter, change] = call.arguments
    if (!filter || method.startsWith('findById') || (kind === 'update' && (!change || isOfDocument(call, file))))
      return false
    return !isMixed || client !== 'unknown' || isOfDocuments(method, filter)
  })
}

/** `order.updateOne({ name })` of a document that was found: what it is given is the change. */
function isOfDocument(call: Node, file: SourceFile): boolean {
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return false
  const { object } = call.callee
  const init = object.type === 'Identifier' ? lookUp(file.scopes, object, object.name)?.init : undefined
  const found = init?.type === 'AwaitExpression' ? unwrap(init.argument) : undefined
  return found?.type === 'CallExpression' && /\.find(One|ById)\b/.test(file.text.slice(found.start, found.end))
}

const asCode: Words = {
  title: 'Request input becomes part of a program in the database',
  why: '`$where` runs its text as JavaScript for every document: what is put into the text is code, whatever its type.',
  effects: {
    safety: 'The caller decides which documents are found, and reads what the filter was to keep back.',
    latency: 'A loop in the text keeps the database busy.',
  },
  fix: {
    say: 'Compare fields with operators, which take values and no code.',
    code: {
      any: "const notes = await collection.find({ type: 'public', name: String(req.body.name) }).toArray()\nconst dear = await collection.find({ price: { $gt: Number(req.query.from) } }).toArray()",
    },
  },
}

function* runsCode(codebase: Codebase): Iterable<Found> {
  for (const file of codebase.production) {
    for (const where of conditionsIn(file)) {
      const trace = codebase.flow.trace(where, file)
      if (!trace) continue
      const match: Match = {
        file,
        node: where,
        severity: 'critical',
        confidence: 'high',
        words: asCode,
        message: `\`$where\` runs JavaScript built from ${sourceText(trace, file, where)}.`,
        steps: trace.steps,
      }
      yield { match, trace }
    }
  }
}

/** `{ $where: … }`, and `filter.$where = …`. */
const conditionsIn = once((file: SourceFile): Node[] => {
  if (!file.text.includes('$where')) return []
  const written = file.assignments.filter(({ left }) => left.type === 'MemberExpression' && keyOf(left) === '$where')
  return [...goingBy(propertiesOf(file), '$where').map(({ value }) => value), ...written.map(({ right }) => right)]
})

function* filterMatches(codebase: Codebase, filter: Node, file: SourceFile, call: Node): Iterable<Found> {
  const lists = /^(find|count\w*|distinct|aggregate|paginate)$/.test(methodOf(call))
  for (const { value, at, home } of comparedBy({ filter, at: call, home: file }, lists, codebase)) {
    const trace = openTrace(codebase, value, home, at)
    if (!trace) continue
    const match: Match = {
      file,
      node: call,
      ...weightOf(codebase, filter, file, call),
      message: `The filter holds ${sourceText(trace, file, call)}, which may be an object with operators.`,
      steps: trace.steps,
    }
    yield { match, trace }
    return
  }
}

/** The input a value holds, when it may still be an object. */
function openTrace(codebase: Codebase, value: Node, file: SourceFile, call: Node): Trace | undefined {
  const trace = codebase.flow.trace(value, file)
  if (!trace || trace.inText) return undefined
  if (!/^(body|query|message)$/.test(trace.kind) && !(trace.kind === 'arguments' && isParsed(value, file)))
    return undefined
  if (trace.kind === 'query' && !(trace.handler?.framework === 'express' && parsesQueries(codebase))) return undefined
  if (trace.marks.size > 0 || isValidated(codebase, trace) || isChecked(trace, call, file)) return undefined
  if (isSigned(trace, codebase)) return undefined
  if (isProvedText(trace, call, file, codebase)) return undefined
  return trace
}

/** A webhook is let in by its signature: what it says is the sender's. */
function isSigned({ handler }: Trace, codebase: Codebase): boolean {
  const routes = routesOf(codebase, handler?.node)
  return (
    routes.length > 0 &&
    routes.every((route) => guardsOf(route).some(({ name }) => /signature|hmac|webhook/i.test(name)))
  )
}

/** `JSON.parse(args.search)`: GraphQL sees a text, the database an object. */
function isParsed(value: Node, { text }: SourceFile): boolean {
  return text.slice(value.start, value.end).startsWith('JSON.parse(')
}

/** Express makes objects of `?name[$ne]=`; from version 5 on only where it is told to. */
const parsesQueries = onceFor((codebase: Codebase) => {
  if ((majorOf(codebase, 'express') ?? 0) < 5) return true
  return codebase.production.some(({ text }) => /['"]query parser['"]\s*,\s*(?!['"]simple|false)/.test(text))
})

/** Who picks a record by a name or an id that everyone may give gets little more by giving another. */
function weightOf(codebase: Codebase, filter: Node, file: SourceFile, call: Node): Pick<Match, 'severity'> {
  const isChange = changes.test(methodOf(call))
  if (refusesFound(call, file) || isOfOwnRows(codebase, filter, file, call)) return { severity: 'low' }
  if (isChange && picksById(filter) && !changesMany(call)) return { severity: 'low' }
  if (opensDoor(codebase, filter, file, call)) return asksForPasswordAfter(call, file) ? { severity: 'medium' } : {}
  const isLookup = filter.type === 'ObjectExpression' && filter.properties.length === 1 && !isChange
  return { severity: isLookup ? 'low' : 'medium' }
}

/** Whoever is found by the operator, the password is compared with theirs. */
function asksForPasswordAfter(call: Node, file: SourceFile): boolean {
  const around = functionAround(call)
  return (
    around !== undefined &&
    /\b((bcrypt\w*|argon2)\.)?(compare(Sync)?|verify)\(\s*[\w.]*passw/i.test(file.text.slice(call.end, around.end))
  )
}

/** Of several rows, those of whoever asks: an operator picks more of one's own. */
function isOfOwnRows(codebase: Codebase, filter: Node, file: SourceFile, call: Node): boolean {
  const written = filter.type === 'Identifier' ? lookUp(file.scopes, filter, filter.name)?.init : filter
  return (
    written?.type === 'ObjectExpression' &&
    /^find$|Many$|^count/.test(methodOf(call)) &&
    written.properties.some((item) => {
      if (item.type !== 'Property' || !/^(user|owner|account|customer)(_?id)?$/i.test(keyOf(item) ?? '')) return false
      const trace = codebase.flow.traceId(item.value, file)
      return !trace || !/^(body|query|params)$/.test(trace.kind)
    })
  )
}

/** `updateMany(filter, change)`, `update(filter, change, { multi: true })`. */
function changesMany(call: Node): boolean {
  if (methodOf(call).endsWith('Many')) return true
  const options = call.type === 'CallExpression' ? call.arguments[2] : undefined
  return literalText(propertyOf(options, 'multi')) === 'true'
}

/** `if (existing) return res.status(409)…`: whoever makes more rows fit is refused, no more. */
function refusesFound(call: Node, file: SourceFile): boolean {
  const holder = call.parent?.type === 'AwaitExpression' ? call.parent.parent : undefined
  if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier') return false
  const after = file.text.slice(holder.end, holder.end + 200)
  return new RegExp(String.raw`^\s*;?\s*if\s*\(\s*${holder.id.name}\s*\)\s*\{?\s*(return|throw)\b`).test(after)
}

/** By nothing but an id, which only that one record has. */
function picksById(filter: Node): boolean {
  const [only, ...more] = filter.type === 'ObjectExpression' ? filter.properties : []
  if (more.length > 0 || only?.type !== 'Property') return false
  return [keyOf(only), pathOf(only.value)].some((name) => name !== undefined && /((^|[._])_?id|[a-z]I[dD])$/.test(name))
}

const changes = /update|delete|remove|replace/i

function methodOf(call: Node): string {
  return call.type === 'CallExpression' ? (keyOf(call.callee) ?? '') : ''
}

/** The filter is what decides who gets in, or anyone may change records with it. */
function opensDoor(codebase: Codebase, filter: Node, file: SourceFile, call: Node): boolean {
  const text = file.text.slice(filter.start, filter.end)
  if (/passw|token|secret|otp|code|api_?key/i.test(text)) return true
  if (/log-?_?in|sign-?_?in|auth|reset|forgot|verif/i.test(`${purposeOf(codebase, call)} ${file.path}`)) return true
  if (!changes.test(methodOf(call))) return false
  const handler = requestOf(codebase, call)
  return routesOf(codebase, handler?.node).some((route) => !hasAuth(route))
}

const tableClients = /^(sequelize|typeorm|@prisma\/client|knex|objection|drizzle-orm|@mikro-orm\/core)$/

/** `findOne({ where: { … } })` asks a table. */
function isOfDocuments(method: string, filter: Node): boolean {
  return documentMethods.test(method) && propertyOf(filter, 'where') === undefined
}

function usesDocuments(codebase: Codebase): boolean {
  return codebase.project.dependencies.some(
    (dependency) => dependency.name !== 'unknown' && documentClients.test(dependency.name),
  )
}

function sanitizesFilters(codebase: Codebase): boolean {
  return codebase.production.some((file) => /sanitizeFilter['"]?\s*[,:]\s*true/.test(file.text))
}
