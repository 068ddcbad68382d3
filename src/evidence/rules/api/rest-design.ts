import type { Codebase } from '../../codebase.ts'
import { queriesByFile, type Query } from '../../facts/queries.ts'
import { bodyText } from '../../facts/responses.ts'
import { sqlText } from '../../facts/sql-text.ts'
import type { Route } from '../../facts/web.ts'
import { ancestor, contains, functionAround, pathOf, type CallNode, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { routeName } from '../places.ts'

const verbsInPath = /\/(get|create|update|delete|remove|add|fetch|list|insert|edit|save|store)([A-Z_-]\w*)?(\/|$)/

const verbWithNoun =
  /\/(get|create|update|delete|remove|add|fetch|edit|save|modify)[-_]?(all)?[-_]?(users?|posts?|products?|orders?|items?|comments?|notes?|tasks?|todos?|accounts?|articles?|books?|messages?|categor(y|ies)|reviews?|cart|profile|students?|employees?)(\/|$)/i

function rendersPages({ handler }: Route): boolean {
  return handler === undefined || /\.(render|redirect|sendFile)\(/.test(bodyText(handler.node, handler.file))
}

export const restDesign: Rule = {
  id: 'rest-design',
  category: 'rest-design',
  severity: 'medium',
  confidence: 'high',
  title: 'A GET changes something',
  why: 'Browsers, caches, link previews and crawlers fetch links without asking; other sites can make a browser fetch them too.',
  effects: {
    safety: 'A link or an image on another site deletes, buys or signs out.',
    maintenance: 'Caches and retries do harm.',
  },
  fix: {
    say: 'Use POST, PUT, PATCH or DELETE for what changes; a link to it becomes a form.',
    code: { Express: "router.post('/logout', logout)\nrouter.delete('/todos/:id', deleteTodo)" },
  },
  sources: ['https://www.rfc-editor.org/rfc/rfc9110#name-safe-methods'],
  *find(codebase) {
    const named: Match[] = []
    for (const route of codebase.web.routes) {
      const changing = /^(GET|ALL)$/.test(route.method) && changesState(route, codebase)
      if (changing) {
        yield {
          file: route.file,
          node: route.node,
          line: route.line,
          // Someone else can sign a caller out, no more.
          ...(/(log|sign)[-_]?out/i.test(route.path) ? { severity: 'info' as const } : {}),
          message: `GET ${route.path} changes state.`,
        }
        continue
      }
      const isNamed =
        verbsInPath.test(route.path) && (isApi(route) || (answersData(route) && !/\/list(\/|$)/.test(route.path)))
      if (isNamed || (verbWithNoun.test(route.path) && !rendersPages(route))) {
        named.push({
          file: route.file,
          node: route.node,
          line: route.line,
          severity: 'info',
          confidence: 'medium',
          words: ofActions,
          message: `${routeName(route)} names an action; the method already says it.`,
        })
      } else if (route.method === 'POST' && onlyReads(route, codebase))
        yield {
          file: route.file,
          node: route.node,
          line: route.line,
          severity: 'info',
          confidence: 'medium',
          words: ofReads,
          message: `POST ${route.fullPath} only reads: GET says so, and can be cached and tried again.`,
        }
    }
    for (const list of Map.groupBy(named, ({ file }) => file).values()) yield* atMost(list)
    yield* formsByGet(codebase)
  },
}

const ofActions: Words = {
  title: 'A path names an action',
  why: 'The method says what is done; a path that says it too makes each route another thing to learn.',
  effects: { maintenance: 'Callers have to look up each route.' },
  fix: {
    say: 'Name the thing in the path, and leave the action to the method.',
    code: { any: 'POST /orders          not POST /orders/create\nDELETE /orders/:id    not POST /orders/:id/delete' },
  },
}

const ofReads: Words = {
  title: 'A POST only reads',
  why: 'Nothing on the way may keep the answer to a POST or try it again: it could change something.',
  effects: { latency: 'No cache answers it.' },
  fix: {
    say: 'Use GET, with what is asked for in the address, unless that is secret or long.',
    code: { Express: "router.get('/orders', listOrders) // GET /orders?status=open" },
  },
}

function changesState(route: Route, codebase: Codebase): boolean {
  if (
    /\/(((destroy|delete|remove)([-_]\w+)*)|log-?out|sign-?out|promote|buy|purchase)(\/|$)/i.test(route.path) &&
    route.handler &&
    !/res\.render\(/.test(bodyText(route.handler.node, route.handler.file))
  )
    return true
  if (!route.handler) return /log-?out/i.test(route.path)
  if (/verify|confirm|activate|callback|unsubscribe|oauth|track|view|captcha|:\w*(token|hook|hash)/i.test(route.path))
    return false
  const { node, file } = route.handler
  const text = bodyText(node, file)
  // The step back of an OAuth flow is a GET by its standard.
  if (/\bcode\b/.test(text) && /\bstate\b/.test(text) && /redirect/.test(text)) return false
  if (/req\.logout\(|session\.destroy\(/.test(text)) return true
  const inside = (part: { start: number; end: number }) => part.start > node.start && part.end < node.end
  const writes = (query: Query) =>
    !keepsBooks.test(query.file.text.slice(query.call.start, query.call.end)) &&
    !makesWhenMissing(query) &&
    (/insert|update|delete/.test(query.kind) ||
      (query.sql !== undefined && /^\s*(insert|update|delete)\b/i.test(sqlText(query.sql, query.file) ?? '')))
  if (codebase.queries.some((query) => query.file === file && inside(query.call) && writes(query))) return true
  return (
    file.calls.some((call) => {
      const isMeant = inside(call) && changes.test(nameOf(call)) && !makesWhenMissing({ call, file })
      const target = isMeant ? codebase.calls.targetOf(call) : undefined
      return target !== undefined && someQuery(target, writes, codebase, 1)
    }) ||
    (/\.add[A-Z]\w+\(/.test(text) && /love|like|follow|add/i.test(route.path))
  )
}

type Code = { node: Node; file: SourceFile }

/** Whether the function, or one that it calls by a name of the kind, runs such a query. */
function someQuery(
  { node, file }: Code,
  counts: (query: Query) => boolean,
  codebase: Codebase,
  deeper: number,
): boolean {
  const own = queriesByFile(codebase.queries).get(file) ?? []
  if (own.some((query) => contains(node, query.call) && counts(query))) return true
  return (
    deeper > 0 &&
    file.calls.some((call) => {
      const target = contains(node, call) && changes.test(nameOf(call)) ? codebase.calls.targetOf(call) : undefined
      return target !== undefined && target.node !== node && someQuery(target, counts, codebase, deeper - 1)
    })
  )
}

/** Functions that say they change something; others may count, remember or log on the way. */
const changes =
  /^(add|approve|buy|cancel|change|clone|commit|copy|create|delete|destroy|disable|duplicate|enable|insert|like|love|(make|create)\w*copy|pay|promote|reject|remove|reset|save|set|store|update|upsert)/i

function nameOf(call: CallNode): string {
  return pathOf(call.callee).split('.').at(-1) ?? ''
}

/** When something was last seen, and how often: the one who asks has not asked for it. */
const keepsBooks =
  /\b(last[A-Z_]\w*|\w*(accessed|seen|viewed)_?[aA]t|(view|hit|click|visit|download)(_?[cC]ount|s)?)\s*:/

/** `if (!settings) settings = await create(…)`: whoever reads first makes the default, and again is as once. */
function makesWhenMissing({ call, file }: { call: Node; file: SourceFile }): boolean {
  const around = functionAround(call)
  const choice = ancestor(call, (at) => at.type === 'IfStatement' && contains(at.consequent, call), around)
  return (
    choice?.type === 'IfStatement' &&
    /(^|[(\s&|])!\s*[\w.]+\)*$|===?\s*(null|undefined|0)$/.test(file.text.slice(choice.test.start, choice.test.end)) &&
    !/\breq(uest)?\.(query|params|body)\b/.test(file.text.slice(choice.test.start, choice.test.end))
  )
}

/** A few are named one by one; many are a habit of the file. */
function atMost(list: readonly Match[]): readonly Match[] {
  const [first, ...rest] = list
  if (!first || rest.length < mostOfOneFile) return list
  return [{ ...first, also: rest.map(({ file, line }) => ({ path: file.path, line: line ?? 1 })) }]
}

const mostOfOneFile = 2

function answersData({ handler }: Route): boolean {
  return (
    handler !== undefined &&
    /\.json\(/.test(bodyText(handler.node, handler.file)) &&
    !/\.(render|redirect|sendFile)\(/.test(bodyText(handler.node, handler.file))
  )
}

/** Its name or file says that it shows something, and it queries and changes nothing. */
function onlyReads(route: Route, codebase: Codebase): boolean {
  const { handler } = route
  if (!handler) return false
  const stem = route.file.path.replace(/^.*\//, '').replace(/\.[cm]?[jt]s$/, '')
  if (!/(^|\/)(view|show|list|get|fetch|read|pending|all)([A-Z_-]\w*)?$/i.test(route.path.replace(/\/$/, '') || stem))
    return false
  const text = bodyText(handler.node, handler.file)
  if (
    /\.(save|create|update|delete|remove|destroy|insert|push|set|add|send(Mail)?|emit|publish|cookie|sign)\w*\(/.test(
      text.replace(/\bres(ponse)?\.\w+\(/g, '('),
    )
  )
    return false
  const own = codebase.queries.filter(
    ({ file, call }) => file === handler.file && call.start > handler.node.start && call.end < handler.node.end,
  )
  return own.length > 0 && own.every(({ kind }) => /^(find|count)/.test(kind))
}

function isApi(route: Route): boolean {
  return /^\/?(api|v\d)\b/.test(route.fullPath)
}

const passwordByGet: Words = {
  title: 'A password travels in the address',
  why: 'Addresses are written to the logs of servers and proxies, stay in histories, and are handed on in the Referer header.',
  effects: {
    safety: 'Whoever reads a log or a history has the password.',
    maintenance: 'A link on another site can sign a visitor in as someone else.',
  },
  fix: {
    say: 'Make it a POST and read the body; the form that sends it needs `method="post"`.',
    code: {
      Express:
        "router.post('/login', async (req, res) => {\n  const input = credentials.safeParse(req.body)\n  if (!input.success) return res.status(400).json({ error: 'invalid body' })\n  // …\n})",
    },
  },
}

/** Sign-in and registration by GET put the password into the address. */
function* formsByGet(codebase: Parameters<Rule['find']>[0]): ReturnType<Rule['find']> {
  for (const route of codebase.web.routes) {
    if (route.method !== 'GET' || !route.handler || !/log-?in|regist|sign-?(in|up)/i.test(route.path)) continue
    if (!/\b(query|params)\.\w*passw/i.test(bodyText(route.handler.node, route.handler.file))) continue
    yield {
      file: route.file,
      node: route.node,
      line: route.line,
      words: passwordByGet,
      message: `GET ${route.path} takes a password in the address.`,
    }
  }
}
