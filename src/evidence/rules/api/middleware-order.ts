import { append } from '../../../lib/append.ts'
import type { Codebase } from '../../codebase.ts'
import { bodyText } from '../../facts/responses.ts'
import type { Route, WebFacts } from '../../facts/web.ts'
import { functionAround, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Match, Rule } from '../rule.ts'

type Use = WebFacts['uses'][number]
type Step = Route['chain'][number]
/** What stands on one application or router in one function, in the order it is written. */
type Entry = { at: number; file: SourceFile; node: Node; line: number; use?: Use; route?: Route }

const parsers = /^(express\.(json|urlencoded|text|raw)|body-parser(\.(json|urlencoded|text|raw))?)(\(\))?$/
const headers = /^(helmet|cors)\(\)$/
const plain = /health|ready|live|ping|metrics|favicon|robots/i

export const middlewareOrder: Rule = {
  id: 'middleware-order',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'Middleware stands where it does not work',
  why: 'Express runs middleware and routes in the order they are written. What stands after a route that answers never runs for it.',
  effects: {
    safety: 'Routes go without the headers, the parser or the error handler they seem to have.',
    maintenance: 'The code says one thing and does another.',
  },
  fix: {
    say: 'Headers and parsers first, then routes, then the answer for unknown paths, and the error handler last.',
    code: {
      Express:
        "app.use(helmet())\napp.use(express.static('public'))\napp.use(express.json())\napp.use('/api', api)\napp.use((req, res) => res.sendStatus(404))\napp.use((error, req, res, next) => res.status(500).json({ error: 'internal error' }))",
    },
  },
  sources: [
    'https://expressjs.com/en/guide/using-middleware.html',
    'https://expressjs.com/en/guide/error-handling.html',
  ],
  limits:
    'Express, within one function. Authentication after some routes may be meant; what it leaves open is `missing-auth`.',
  *find(codebase) {
    for (const entries of entriesByApp(codebase).values()) {
      yield* errorHandlerTooEarly(entries)
      yield* answersTooEarly(entries)
      yield* tooLate(entries)
      yield* staticAfterSession(entries)
    }
  },
}

function entriesByApp(codebase: Codebase): Map<string, Entry[]> {
  const ids = new Map<Node, number>()
  const lists = new Map<string, Entry[]>()
  const add = (app: Node, entry: Entry): void => {
    const id = ids.get(app) ?? ids.size
    ids.set(app, id)
    append(lists, `${id} ${entry.file.path} ${functionAround(entry.node)?.start ?? -1}`, entry)
  }
  for (const use of codebase.web.uses) {
    if (isNamed(use.node, 'use'))
      add(use.app, { at: use.node.start, file: use.file, node: use.node, line: use.line, use })
  }
  for (const route of codebase.web.routes) {
    if (route.framework !== 'express') continue
    add(route.app, { at: route.node.start, file: route.file, node: route.node, line: route.line, route })
  }
  for (const list of lists.values()) list.sort((a, b) => a.at - b.at || a.line - b.line)
  return lists
}

function isNamed(node: Use['node'], name: string): boolean {
  return (
    node.callee.type === 'MemberExpression' &&
    node.callee.property.type === 'Identifier' &&
    node.callee.property.name === name
  )
}

/** Routes, and routers that are mounted. */
function answers(entry: Entry, entries: readonly Entry[]): boolean {
  if (entry.route) return !plain.test(entry.route.path) && entry.route.method !== 'OPTIONS'
  return (
    entry.use !== undefined &&
    entry.use.path !== undefined &&
    entry.use.path !== '*' &&
    isRouterMount(entry.use, entries)
  )
}

function isRouterMount(use: Use, entries: readonly Entry[]): boolean {
  const last = use.steps.at(-1)
  return (
    last !== undefined &&
    last.function === undefined &&
    /router|routes?$|api$|Router\(\)$/i.test(last.name) &&
    entries.length > 1
  )
}

function isErrorHandler(step: Step): boolean {
  return step.function?.params.length === 4
}

function* errorHandlerTooEarly(entries: readonly Entry[]): Iterable<Match> {
  const handlers = entries.filter(({ use }) => use?.path === undefined && use?.steps.some(isErrorHandler))
  const last = handlers.at(-1)
  if (!last) return
  const after = entries.filter((entry) => entry.at > last.at && answers(entry, entries) && mayFail(entry))
  if (after.length === 0) return
  yield {
    file: last.file,
    node: last.node,
    also: after.map(({ file, line }) => ({ path: file.path, line })),
    message: `This error handler stands before ${countText(after.length)}; their errors do not reach it.`,
  }
}

/** A handler that only answers has no error to hand on. */
function mayFail({ route }: Entry): boolean {
  if (!route?.handler) return true
  const { node, file } = route.handler
  return node.async || /\bawait\b|\bthrow\b|\bnext\(|\.then\(|\brender\(/.test(bodyText(node, file))
}

/** An answer for every path, such as 404, with routes after it. */
function* answersTooEarly(entries: readonly Entry[]): Iterable<Match> {
  const all = entries.find(({ use }) => {
    const step = use?.steps.at(-1)
    if (!use || use.path !== undefined || use.steps.length !== 1 || !step?.function || !step.functionFile) return false
    const text = bodyText(step.function, step.functionFile)
    return step.function.params.length === 2 && /404|not found/i.test(text) && !/\bif\s*\(|\?|switch/.test(text)
  })
  const after = all ? entries.filter((entry) => entry.at > all.at && answers(entry, entries)) : []
  if (!all || after.length === 0) return
  yield {
    file: all.file,
    node: all.node,
    severity: 'high',
    also: after.map(({ file, line }) => ({ path: file.path, line })),
    message: `This answers every request; ${countText(after.length)} after it cannot be reached.`,
  }
}

/** Parsers and headers after routes that need them. */
function* tooLate(entries: readonly Entry[]): Iterable<Match> {
  const firstParser = entries.find(
    ({ use }) => use?.path === undefined && use?.steps.some((step) => parsers.test(step.name)),
  )
  if (firstParser) {
    const needing = entries.filter((entry) => entry.at < firstParser.at && entry.route && readsBody(entry.route))
    if (needing.length > 0)
      yield {
        file: firstParser.file,
        node: firstParser.node,
        also: needing.map(({ file, line }) => ({ path: file.path, line })),
        message: `The body is parsed after ${countText(needing.length)} that ${needing.length === 1 ? 'reads' : 'read'} it: \`req.body\` is undefined there.`,
      }
  }
  for (const entry of entries) {
    const step = entry.use?.path === undefined ? entry.use?.steps.find((item) => headers.test(item.name)) : undefined
    const before = step ? entries.filter((item) => item.at < entry.at && answers(item, entries)) : []
    if (
      !step ||
      before.length === 0 ||
      entries.some((item) => item.at < entry.at && item.use?.steps.some(({ name }) => name === step.name))
    )
      continue
    yield {
      file: entry.file,
      node: entry.node,
      also: before.map(({ file, line }) => ({ path: file.path, line })),
      message: `\`${step.name}\` stands after ${countText(before.length)}, which ${before.length === 1 ? 'goes' : 'go'} without its headers.`,
    }
  }
}

function readsBody(route: Route): boolean {
  if (!/POST|PUT|PATCH/.test(route.method) || !route.handler) return false
  if (route.own.some((step) => /json|urlencoded|raw|text|multer|upload|parser/i.test(step.name))) return false
  return /\breq(uest)?\.body\b/.test(bodyText(route.handler.node, route.handler.file))
}

/** Each static file reads the session from its store, and may start a new one. */
function* staticAfterSession(entries: readonly Entry[]): Iterable<Match> {
  const session = entries.find(
    ({ use }) => use?.path === undefined && use?.steps.some(({ name }) => name === 'express-session()'),
  )
  const files = entries.find(({ use }) => use?.steps.some(({ name }) => name === 'express.static()'))
  if (!session || !files || files.at < session.at) return
  yield {
    file: files.file,
    node: files.node,
    severity: 'info',
    message: 'Static files stand after the session: each of them reads it from the store.',
  }
}

function countText(count: number): string {
  return count === 1 ? 'a route' : `${count} routes`
}
