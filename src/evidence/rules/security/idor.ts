import type { Codebase } from '../../codebase.ts'
import { isAccountModel, type Entity } from '../../facts/entities.ts'
import { isRoleStep } from '../../facts/access-control.ts'
import { asksWhoCalls, comparesOwner, guardedByOwner, isSignedIn, namesCaller, wholeText } from '../../facts/caller.ts'
import type { Query } from '../../facts/queries.ts'
import type { Handler } from '../../facts/handlers.ts'
import { functionAround, hasSpread, keyOf, parameterName, propertyOf, type Node } from '../../parse/ast.ts'
import { onceFor } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Trace } from '../../facts/trace.ts'
import type { Route } from '../../facts/web.ts'
import { lineOf, routesOf, textOf } from '../places.ts'
import { sqlUses } from '../sql-uses.ts'
import type { Match, Rule } from '../rule.ts'

export const idor: Rule = {
  id: 'idor',
  category: 'idor',
  severity: 'high',
  confidence: 'low',
  title: 'Whose data it is comes from the request',
  why: 'A signed-in user who writes another number reads or changes what belongs to someone else.',
  effects: { safety: 'Every account is open to every other one.' },
  fix: {
    say: 'Take the owner from the session, or make it part of the filter.',
    code: {
      Mongoose: 'const order = await Order.findOne({ _id: req.params.id, user: req.user.id })',
      Prisma: 'const order = await prisma.order.findFirst({ where: { id: req.params.id, userId: req.user.id } })',
      TypeORM: 'const order = await orders.findOneBy({ id: req.params.id, userId: req.user.id })',
      Express: 'const order = await Order.findOne({ where: { id: req.params.id, userId: req.user.id } })',
    },
  },
  sources: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Insecure_Direct_Object_Reference_Prevention_Cheat_Sheet.html',
  ],
  limits:
    'Whether the data is private cannot be read from code; this names routes where an owner’s id comes from the request and nothing compares it with the caller.',
  *find(codebase) {
    const reported = new Set<string>()
    for (const route of codebase.web.routes) {
      // An owner below another thing, as in `/teams/:id/users/:userId`, is somebody the team manages.
      const owner = /^[^:]*:(user_?id|owner_?id|account_?id|customer_?id|member_?id)\b/i.exec(route.path)
      if (isAdministration(route)) continue
      if (!owner || !route.handler || asksWhoCalls(route.handler, codebase)) continue
      if (
        !isSignedIn(route, codebase) ||
        route.chain.slice(0, -1).some(isRoleStep) ||
        route.chain
          .slice(0, -1)
          .some((step) => step.function && step.functionFile && comparesOwner(step.functionFile.text))
      )
        continue
      reported.add(`${route.handler.file.path}:${route.handler.node.start}`)
      yield {
        file: route.file,
        node: route.node,
        line: route.line,
        severity: 'medium',
        confidence: 'medium',
        message: `${route.method} ${route.path} takes \`${owner[1]}\` from the address and never compares it with the caller.`,
      }
      yield* destructured(route.handler.node, route.handler.file)
    }
    yield* unownedLookups(codebase)
    yield* ownersInSql(codebase)
    for (const query of codebase.queries) {
      if (
        query.file.kind !== 'production' ||
        !/find-one|update|delete|find-many/.test(query.kind) ||
        !isAccount(query.model)
      )
        continue
      const [first, second] = query.call.arguments
      const filter = propertyOf(second, 'where') ? second : first
      const value = ownsToo(filter) ? undefined : ownerValue(filter)
      const trace = value && codebase.flow.trace(value, query.file)
      const handler = trace?.handler
      if (!value || !trace || !handler || !/^(params|body|query)$/.test(trace.kind) || asksWhoCalls(handler, codebase))
        continue
      const routes = routesOf(codebase, handler.node)
      if (routes.some((route) => guardedByOwner(route) || route.chain.slice(0, -1).some(isRoleStep))) continue
      if (
        routes.some((route) => /login|reset|forgot|register|signup|verify|webhook/i.test(route.path)) ||
        /(reset|verif\w*|email|e-?mail)_?-?(token|code)|\botp\b/i.test(wholeText(handler.node, handler.file)) ||
        (trace.kind !== 'body' &&
          routes.some((route) => !isSignedIn(route, codebase)) &&
          !/profile|account/i.test(routes.map((route) => route.path).join()))
      )
        continue
      yield {
        ...placeOf(trace, query, handler),
        severity: 'medium',
        message: `The account is chosen by \`${trace.source.text}\`, and nothing compares it with the caller.`,
        steps: trace.steps,
      }
    }
  },
}

/** An administrator’s routes are about other people’s data. */
function isAdministration(route: Route): boolean {
  return /admin|manage|back-?office|internal/i.test(`${route.file.path} ${route.fullPath}`)
}

function* destructured(
  around: NonNullable<ReturnType<typeof functionAround>>,
  file: Codebase['production'][number],
): Iterable<Match> {
  const member = file.members.find(
    (item) =>
      item.start > around.start && item.end < around.end && file.text.slice(item.start, item.end) === 'req.params',
  )
  if (member?.parent?.type === 'VariableDeclarator')
    yield {
      file,
      node: member,
      confidence: 'medium',
      message: 'The owner’s id is taken from the address, not from the session.',
    }
}

function isAccount(model: string | undefined): boolean {
  return (
    model !== undefined && /^(users?|accounts?|customers?|members?|profiles?)(Model|Repository|Col|sCol)?$/i.test(model)
  )
}

/** The filter names the row and its owner. */
function ownsToo(filter: Node | undefined): boolean {
  const where = propertyOf(filter, 'where') ?? filter
  return (
    where?.type === 'ObjectExpression' &&
    where.properties.length > 1 &&
    where.properties.some(
      (item) => item.type === 'Property' && /^(user|owner|tenant|org\w*|team)_?id$/i.test(keyOf(item) ?? ''),
    )
  )
}

function ownerValue(filter: Node | undefined): Node | undefined {
  const where = propertyOf(filter, 'where') ?? filter
  if (where?.type === 'ObjectExpression') {
    for (const property of where.properties) {
      if (property.type === 'Property' && /^(_?id|user_?id)$/i.test(keyOf(property) ?? '')) return property.value
    }
    return undefined
  }
  return filter && /^(Identifier|MemberExpression)$/.test(filter.type) ? filter : undefined
}

const ownerName =
  /^(user|owner|author|account|customer|member|creator|created_?by|posted_?by|seller|buyer|patient|student|sender|group_?admin|participants|members|users)(_?id|_?name)?$/i
const tenantName = /^(org|organi[sz]ation|team|tenant|workspace|company|project|group)_?(uu)?id$/i
const personal =
  /^(orders?|invoices?|payments?|messages?|notes?|carts?|addresses|bookings?|reservations?|tickets?|documents?|tasks?|todos?|posts?|comments?|reviews?|uploads?)$/i

/** What somebody wrote for others to read. */
const published =
  /^(post|article|comment|product|review|recipe|campground|story|stories|blog|video|event|course|question|answer|listing|job|tag|idea|project|tweet|thread|topic|photo|picture|book|movie|song|place|restaurant|shop|store|cat|property)$/i

/** The record is found to be changed. */
function changesRecords(query: Query): boolean {
  const around = functionAround(query.call)
  return (
    around !== undefined &&
    /\.(save|update\w*|delete\w*|remove\w*|destroy|insert\w*|push)\(/.test(wholeText(around, query.file))
  )
}

/** What people expect to see alone; a service, a post or a shop of somebody is there to be seen. */
const isPrivate =
  /order|invoice|payment|transaction|message|chat|conversation|note|cart|basket|address|booking|reservation|document|task|todo|ticket|upload|file|account|card|bank|wallet|loan|health|medical|patient|prescription|appointment|session|token|key|secret|notification|subscription|salary|payroll|leave|draft|inbox|mail/i

/** One record picked by an id from the request, of a model whose rows belong to somebody, where nobody asks to whom. */
function* unownedLookups(codebase: Codebase): Iterable<Match> {
  const reported = new Set<string>()
  for (const query of codebase.queries) {
    const model = query.model
    if (query.file.kind !== 'production' || !/^(find-one|update|delete)$/.test(query.kind)) continue
    if (model === undefined || isAccount(model)) continue
    const filter = propertyOf(query.call.arguments[0], 'where') ?? query.call.arguments[0]
    const value = filter && idValue(filter, query)
    const trace = value && codebase.flow.trace(value, query.file)
    const handler = trace?.handler
    if (!filter || !trace || !handler || !/^(params|query|body|arguments)$/.test(trace.kind)) continue
    if (namesOwner(filter) || namesTenant(filter) || knowsCaller(query, handler, codebase)) continue
    if (/webhook/i.test(`${handler.file.path} ${textOf(handler.node.parent ?? handler.node, handler.file, 200)}`))
      continue
    const routes = routesOf(codebase, handler.node)
    if (
      routes.length === 0 ||
      routes.some((route) => !isSignedIn(route, codebase) || guardedByOwner(route) || isAdministration(route))
    )
      continue
    if (routes.some((route) => route.chain.slice(0, -1).some(isRoleStep))) continue
    const owned = ownedModels(codebase).has(plain(model))
    if (published.test(plain(model)) && routes.every((route) => route.method === 'GET')) continue
    const isRead = query.kind === 'find-one'
    if (isRead && !(owned && (changesRecords(query) || isPrivate.test(plain(model))))) continue
    if (!isRead && !owned && !personal.test(plain(model))) continue
    const place = placeOf(trace, query, handler)
    const key = `${place.file.path}:${place.line}`
    if (reported.has(key)) continue
    reported.add(key)
    yield {
      ...place,
      severity: owned ? 'medium' : 'low',
      confidence: owned ? 'medium' : 'low',
      message: `\`${trace.source.text}\` picks the \`${model}\`${whereAsked(place, query)}, and nothing asks whose it is.`,
      steps: trace.steps,
    }
  }
}

type Place = { file: SourceFile; node: Node; line: number }

/** Where the handler reads the id; on the line of the query, the query itself. */
function placeOf(trace: Trace, query: Query, handler: Handler): Place {
  const { file, node, line } = trace.source
  if (file !== handler.file || (file === query.file && Math.abs(line - query.line) <= 1))
    return { file: query.file, node: query.call, line: query.line }
  return { file, node, line }
}

function whereAsked(place: Place, query: Query): string {
  return place.node === query.call ? '' : ` (${query.file.path}:${query.line})`
}

const accountText =
  /\b(from|update)\s+["`[]?(users?|accounts?|customers?|members?|profiles?)\b[\s\S]*\bwhere\s+[\w."`]*\b(user_?)?id["`]?\s*=/i
const ownerText = /\bwhere\s[\s\S]*\b(user|owner|customer|account|member|patient|student)_?id["`]?\s*=/i

/** SQL that picks an account, or what belongs to one, by an id of the request, where nothing looks at the caller. */
function* ownersInSql(codebase: Codebase): Iterable<Match> {
  const reported = new Set<string>()
  for (const query of codebase.queries) {
    if (query.file.kind !== 'production' || !query.sql) continue
    for (const { text, values, file, node } of sqlUses(codebase, query)) {
      if (!/^\s*(select|update|delete)\b/i.test(text) || !(accountText.test(text) || ownerText.test(text))) continue
      for (const value of values) {
        const trace = codebase.flow.trace(value, file)
        const handler = trace?.handler
        if (
          !trace ||
          !handler ||
          !/^(params|query|body)$/.test(trace.kind) ||
          !/(^|_)id$|Id$/.test(trace.keys.at(-1) ?? '')
        )
          continue
        const routes = routesOf(codebase, handler.node)
        const place = trace.source.file === handler.file ? trace.source : { file, node, line: lineOf(node, file) }
        const key = `${place.file.path}:${place.line}`
        if (
          reported.has(key) ||
          namesCaller(wholeText(handler.node, handler.file).replace(/\bres\.render\([\s\S]*?\}\s*\)/g, ''), codebase)
        )
          continue
        if (
          routes.length === 0 ||
          routes.some(
            (route) =>
              !isSignedIn(route, codebase) ||
              guardedByOwner(route) ||
              isAdministration(route) ||
              route.chain.slice(0, -1).some(isRoleStep),
          )
        )
          continue
        reported.add(key)
        yield {
          file: place.file,
          node: place.node,
          line: place.line,
          severity: 'medium',
          confidence: 'medium',
          message: `\`${trace.source.text}\` picks the row, and nothing asks whose it is.`,
          steps: trace.steps,
        }
      }
    }
  }
}

function plain(model: string): string {
  return model.toLowerCase().replace(/(model|repository|repo|collection|entity|schema|s)$/, '')
}

function idValue(filter: Node, query: Query): Node | undefined {
  if (filter.type !== 'ObjectExpression')
    return /ById|ByPk|^findOne$|^delete$|^update$|^remove$/.test(query.method) ? filter : undefined
  const property = filter.properties.find(
    (item) => item.type === 'Property' && /^(_?id|no|number|slug|uuid|key|name|\w+(Id|_id))$/.test(keyOf(item) ?? ''),
  )
  return property?.type === 'Property' ? property.value : undefined
}

function namesOwner(filter: Node): boolean {
  return (
    filter.type === 'ObjectExpression' &&
    filter.properties.some((item) => item.type !== 'Property' || ownerName.test(keyOf(item) ?? ''))
  )
}

function namesTenant(filter: Node): boolean {
  return (
    filter.type === 'ObjectExpression' &&
    filter.properties.some((item) => item.type === 'Property' && tenantName.test(keyOf(item) ?? ''))
  )
}

/** The handler, or the function that asks the database, looks at who is calling. */
function knowsCaller(query: Query, handler: Handler, codebase: Codebase): boolean {
  const around = functionAround(query.call)
  const method = handler.node.parent
  const decorators = method?.type === 'MethodDefinition' ? method.decorators : []
  if (around?.params.some((parameter) => handedOwner.test(parameterName(parameter)?.name ?? ''))) return true
  const texts = [
    ...decorators.map((item) => handler.file.text.slice(item.start, item.end)),
    wholeText(handler.node, handler.file),
    around ? wholeText(around, query.file) : '',
  ]
  return texts.some(
    (text) =>
      namesCaller(text, codebase) ||
      /\b(owner|permission|ability|authorize|isOwn)/i.test(text) ||
      /\bcan[A-Z]\w*\(/.test(text),
  )
}

/** The function is told for whom it asks. */
const handedOwner = /^(current_?)?(user|owner|author|customer|account|viewer|actor)(_?id)?$/i

/** `postAuthor: { type: ObjectId, ref: 'User' }`: one person, whatever the field is called. */
function refersToPerson({ name, type }: Entity['fields'][number]): boolean {
  const referred =
    /\bref\s*:\s*['"`](\w+)/.exec(type)?.[1] ?? /@(?:ManyToOne|BelongsTo)\(\s*\(\w*\)\s*=>\s*(\w+)/.exec(type)?.[1]
  return !type.startsWith('[') && isAccountModel(referred) && !/updat|approv|review|assign|last|verif/i.test(name)
}

/** Models with a field for their owner, or that some query filters or fills by one. */
const ownedModels = onceFor((codebase: Codebase): Set<string> => {
  const owned = new Set<string>()
  for (const entity of codebase.entities) {
    if (entity.fields.some((field) => ownerName.test(field.name) || refersToPerson(field)))
      owned.add(plain(entity.name))
  }
  for (const query of codebase.queries) {
    const first = query.call.arguments[0]
    const given = propertyOf(first, 'where') ?? propertyOf(first, 'data') ?? first
    if (query.model !== undefined && given && namesOwner(given) && !hasSpread(given)) owned.add(plain(query.model))
  }
  return owned
})
