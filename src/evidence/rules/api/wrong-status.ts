import { errorNames, isTried } from '../../facts/promises.ts'
import { isFinal, responsesIn, type ResponseCall } from '../../facts/responses.ts'
import { ancestor, functionAround, isFunction, keyOf, literalText, parameterName, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Codebase } from '../../codebase.ts'
import { isAccountModel } from '../../facts/entities.ts'
import type { Query } from '../../facts/queries.ts'
import { resultNames } from '../../facts/query-results.ts'
import { purposeOf } from '../places.ts'
import type { Rule } from '../rule.ts'
import { contradiction } from './status-and-text.ts'

export const wrongStatus: Rule = {
  id: 'wrong-status',
  category: 'wrong-status',
  severity: 'low',
  confidence: 'medium',
  title: 'A failure is answered as a success',
  why: 'Clients, caches, balancers and alarms look at the status, not at the text.',
  effects: { maintenance: 'Failures do not show in metrics; clients go on with an error as data.' },
  fix: {
    say: 'Answer with the status that says what happened.',
    code: {
      Express:
        "if (!file) return res.status(400).json({ error: 'file is missing' })\n…\nnext(error)   // 500 from the error middleware",
    },
  },
  sources: ['https://www.rfc-editor.org/rfc/rfc9110#name-status-codes'],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const response of responsesIn(file, codebase.web)) {
        if (
          !isFinal(response) ||
          !/^(send|json|render|end|sendStatus)$/.test(response.method) ||
          response.handler.framework !== 'express'
        )
          continue
        const failing = inFailure(response.call, file)
        // A bare `end()` closes what was begun.
        if (response.method === 'end' && response.call.arguments.length === 0) continue
        if (failing && (response.status === undefined || response.status < 400) && !setsStatus(response.call, file)) {
          if (handledAsContent(response, file)) continue
          yield {
            file,
            node: response.call,
            // A page that is shown again may tell of the failure itself.
            ...(response.method === 'render' ? { severity: 'info' as const } : {}),
            message: 'This answers a failure with status 200.',
          }
        } else if (!failing && saysFailure(response) && (response.status === 200 || !setsStatus(response.call, file)))
          yield {
            file,
            node: response.call,
            message: 'The body says that it failed, the status says 200.',
          }
        else if (!failing && isErrorChosen(response, file))
          yield { file, node: response.call, message: 'The body tells of the error, the status says 200.' }
        else if (response.status === 501 && failing)
          yield { file, node: response.call, message: '501 says that the method is not implemented; a failure is 500.' }
        else if (response.status !== undefined && response.status >= 500 && missingInput(response.call, file))
          yield {
            file,
            node: response.call,
            message: `${response.status} says that the server failed; a missing field is 400.`,
          }
        else {
          const message = otherMeaning(response, codebase, file)
          if (message) yield { file, node: response.call, severity: 'info', message }
        }
      }
    }
  },
}

/** The status says another thing than the text of the answer, or than where it is given. */
function otherMeaning(response: ResponseCall, codebase: Codebase, file: SourceFile): string | undefined {
  const { status, call, handler } = response
  if (status === undefined) {
    const view = response.method === 'render' ? (literalText(call.arguments[0]) ?? '') : ''
    const purpose = /^(render|show|page|error)?_?(404|not_?found)(page|handler)?$/i.test(handler.node.id?.name ?? '')
    return (/(^|\/)(404|not-?_?found)$/i.test(view) || purpose) && !setsStatus(call, file)
      ? 'The page says that nothing was found, the status says 200.'
      : undefined
  }
  const [body] = call.arguments
  const text = body ? file.text.slice(body.start, body.end) : ''
  // `found.length ? 'Found' : 'Nothing found'` tells of a list that may be empty.
  const isChosen = status === 200 && /\?[^.]/.test(text)
  const meaning = isChosen ? undefined : contradiction(status, text, purposeOf(codebase, call))
  if (meaning) return `${status} is not what the text says: ${meaning}.`
  const routes = codebase.web.routesThrough.get(handler.node) ?? []
  if (status === 201 && routes.length > 0 && routes.every((route) => route.method === 'GET'))
    return '201 says that something was created; this only reads.'
  if (status === 201 && routes.length > 0 && routes.every((route) => route.method === 'DELETE'))
    return '201 says that something was created; this deletes.'
  if (
    status === 201 &&
    routes.length > 0 &&
    routes.every((route) => /^(PUT|PATCH)$/.test(route.method)) &&
    onlyChanges(handler.node, codebase)
  )
    return '201 says that something was created; this changes what is there.'
  if (
    status === 201 &&
    routes.length > 0 &&
    routes.every((route) => /\/(log-?in|sign-?in|authenticate)$/i.test(route.path))
  )
    return '201 says that something was created; signing in is 200.'
  const lookup = missingRow(call, codebase)
  if (lookup && status === 500) return '500 says that the server failed; a row that is not there is 404.'
  if (
    lookup &&
    status === 401 &&
    !isAccountModel(lookup.model) &&
    !/user|account|token|session|auth|key|admin|member/i.test(lookup.model ?? 'user')
  )
    return '401 says that nobody is signed in; a row that is not there is 404.'
  if (status === 401 && lacksRight(call, file))
    return '401 says that nobody is signed in; who may not do this is answered with 403.'
  if (status >= 400 && status < 500 && failedQuery(call, codebase))
    return `${status} blames the caller; a query that fails is 500.`
  return undefined
}

function onlyChanges(node: Node, codebase: Codebase): boolean {
  const own = codebase.queries.filter((query) => functionAround(query.call) === node)
  return (
    own.some(({ kind }) => kind === 'update') &&
    !own.some(({ kind, call, file }) => kind === 'insert' || /upsert/i.test(file.text.slice(call.start, call.end)))
  )
}

/** The other way of `if (req.user && req.user.isAdmin) next()`. */
function lacksRight(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  if (!around || around.params.length !== 3 || around.body?.type !== 'BlockStatement') return false
  const text = file.text.slice(around.start, around.end)
  const branch = ancestor(node, (at) => at.type === 'IfStatement', around)
  // `if (!req.user)` asks whether anyone is signed in.
  // A token that does not verify is nobody's.
  if (ancestor(node, (at) => at.type === 'CatchClause', around)) return false
  const asked = branch?.type === 'IfStatement' ? file.text.slice(branch.test.start, branch.test.end) : ''
  if (/^!\s*[\w.]*(user|session|auth|token|account|payload)$/i.test(asked)) return false
  return (
    text.length < 900 &&
    /\bif\s*\([^{;]*\b(isAdmin|is_admin|role|permissions?)\b/i.test(text) &&
    !/verify\(|authorization/i.test(text)
  )
}

/** The lookup whose row is missing where this is: under `if (!row)`, or after `if (row) { … }`. */
function missingRow(node: Node, codebase: Codebase): Query | undefined {
  const around = functionAround(node)
  const statement = ancestor(
    node,
    (at) => at.type.endsWith('Statement') && at.type !== 'BlockStatement',
    around?.parent ?? undefined,
  )
  const block = statement?.parent
  if (!around || !statement) return undefined
  const lists = block?.type === 'BlockStatement' ? block.body : []
  const before = lists[lists.findIndex((item) => item === statement) - 1]
  const branch =
    block?.type === 'IfStatement'
      ? block
      : block?.parent?.type === 'IfStatement' && block.parent.consequent === block
        ? block.parent
        : undefined
  const denied =
    branch?.test.type === 'UnaryExpression' && branch.test.operator === '!' ? branch.test.argument : undefined
  const asked =
    !denied && before?.type === 'IfStatement' && !before.alternate && block?.parent === around ? before.test : undefined
  const name = denied ?? asked
  if (name?.type !== 'Identifier') return undefined
  const held = codebase.queries.filter(
    ({ kind, call }) => kind === 'find-one' && call.start < node.start && functionAround(call) === around,
  )
  return held.find((query) => resultNames(query).some((result) => result.name === name.name))
}

/** Under `if (error)` in the callback of a query. */
function failedQuery(node: Node, codebase: Codebase): boolean {
  const around = functionAround(node)
  const first = parameterName(around?.params[0])?.name ?? ''
  if (!around || !errorNames.test(first)) return false
  const branch = ancestor(node, (at) => at.type === 'IfStatement', around)
  if (
    branch?.type !== 'IfStatement' ||
    branch.test.type !== 'Identifier' ||
    branch.test.name !== first ||
    branch.alternate
  )
    return false
  return codebase.queries.some((query) => query.kind === 'raw' && query.call === around.parent)
}

/** `{ success: false }` or `{ error: 'not found' }` with no status, or with 200. */
function saysFailure({ call, method, status }: ResponseCall): boolean {
  const body = call.arguments[0]
  if (!/^(json|send)$/.test(method) || (status ?? 200) >= 300) return false
  if (/^(error|failed|failure)\b/i.test(literalText(body) ?? '')) return true
  if (body?.type !== 'ObjectExpression') return false
  return body.properties.some((property) => {
    if (property.type !== 'Property') return false
    const name = keyOf(property) ?? ''
    const value = literalText(property.value)
    if (/^(success|ok)$/.test(name)) return value === 'false'
    if (/^(msg|message)$/.test(name))
      return /^(unauthori[sz]ed|forbidden|access denied|not found|duplicate|invalid|wrong|incorrect|failed|error)\b|\b(not found|does not exist|not authori[sz]ed|already exists)$/i.test(
        value ?? '',
      )
    return (
      /^(error|err)$/.test(name) &&
      (value === undefined ? property.value.type === 'TemplateLiteral' : !/^(false|null|)$/.test(value))
    )
  })
}

/** `res.send(err === null ? { msg: '' } : { msg: err })` with no status of its own. */
function isErrorChosen({ call, method, status }: ResponseCall, file: SourceFile): boolean {
  const [body] = call.arguments
  if (body?.type !== 'ConditionalExpression' || !/^(json|send)$/.test(method) || (status ?? 200) >= 300) return false
  const test = file.text.slice(body.test.start, body.test.end)
  return /^!?\s*\(?\s*(err|error)\b(\s*[!=]==?\s*(null|undefined))?\s*\)?$/.test(test.trim()) && !setsStatus(call, file)
}

/** In a `catch`, in a `.catch` callback, or under `if (err)`. */
function inFailure(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  if (!around) return false
  const call = around.parent
  if (
    call?.type === 'CallExpression' &&
    call.callee.type === 'MemberExpression' &&
    keyOf(call.callee) === 'catch' &&
    call.arguments[0] === around
  )
    return true
  if (ancestor(node, (at) => at.type === 'CatchClause', around)) return true
  const condition = ancestor(node, (at) => at.type === 'IfStatement', around)
  if (condition?.type !== 'IfStatement' || (condition.alternate && condition.alternate.start <= node.start))
    return false
  const first = parameterName(around.params[0])?.name ?? ''
  return (
    errorNames.test(first) &&
    isFunction(around) &&
    file.text.slice(condition.test.start, condition.test.end).trim() === first &&
    !isTried(node, around)
  )
}

function setsStatus(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  return /\.(status|code|sendStatus)\(|statusCode\s*=|writeHead\(/.test(file.text.slice(around?.start ?? 0, node.end))
}

/** Pages that show an error on purpose. */
function handledAsContent(response: ResponseCall, file: SourceFile): boolean {
  if (response.method !== 'render') return false
  return /error/i.test(file.text.slice(response.call.start, response.call.start + 30))
}

function missingInput(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  const condition = ancestor(node, (at) => at.type === 'IfStatement', around)
  return (
    condition?.type === 'IfStatement' &&
    /^!\s*req\.(body|query|params|files?)(\.\w+)?$/.test(
      file.text.slice(condition.test.start, condition.test.end).trim(),
    ) &&
    condition.consequent.start <= node.start &&
    node.end <= condition.consequent.end
  )
}
