import {
  functionAround,
  keyOf,
  literalText,
  pathOf,
  unwrap,
  type FunctionNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { methodCallsOf, goingBy } from '../parse/by-name.ts'
import { codeText } from '../parse/code-text.ts'
import { atOnce, onceFor } from '../parse/once.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Handler } from './handlers.ts'

export type ResponseCall = {
  call: Of<'CallExpression'>
  /** `send`, `json`, `render`, `redirect`, `end`, `write`, `sendFile`, `download`, `sendStatus`, `status`. */
  method: string
  /** Status set in the same chain: `res.status(404).json()`. */
  status?: number
  /** What says the status, known or not. */
  statusNode?: Node
  handler: Handler
  /** The function whose parameter the response is. */
  owner: FunctionNode
}

const methods = new Set(
  'send json jsonp render redirect end write sendFile sendfile download sendStatus view html text body code status cookie setCookie clearCookie header set setHeader append writeHead type location response'.split(
    ' ',
  ),
)
const final = new Set(
  'send json jsonp render redirect end sendFile sendfile download sendStatus view html text body'.split(' '),
)

type Handlers = { handlers: ReadonlyMap<FunctionNode, Handler>; inRequest: ReadonlyMap<FunctionNode, Handler> }

/** What is a response depends on all files, so the answers live as long as the facts they were read with. */
const known = onceFor<Handlers, Map<SourceFile, ResponseCall[]>>(() => new Map())
const none: readonly ResponseCall[] = []

/** Calls on a handler's response object in a file, in source order; also in functions that are handed the response. */
export function responsesIn(file: SourceFile, web: Handlers): readonly ResponseCall[] {
  if (candidates(file).length === 0) return none
  const answers = known(web)
  const before = answers.get(file)
  if (before) return before
  const found = readResponses(file, web)
  answers.set(file, found)
  return found
}

function readResponses(file: SourceFile, web: Handlers): ResponseCall[] {
  return candidates(file).flatMap(({ name, ...response }) => {
    const handler = handlerOfResponse(response.owner, name, web)
    return handler ? [{ ...response, handler }] : []
  })
}

/** Calls named like those of a response on a parameter of a function. */
const candidates = atOnce((file: SourceFile) =>
  goingBy(methodCallsOf(file), methods).flatMap((call) => {
    if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return []
    const method = keyOf(call.callee)
    if (method === undefined) return []
    const root = chainRoot(call.callee.object)
    if (root.node.type !== 'Identifier') return []
    const { name } = root.node
    const owner = lookUp(file.scopes, root.node, name)?.parameter?.of
    if (!owner) return []
    const statusNode = method === 'sendStatus' ? call.arguments[0] : root.statusNode
    const status = statusOf(statusNode)
    return [
      {
        call,
        method,
        owner,
        name,
        ...(statusNode ? { statusNode } : {}),
        ...(status === undefined ? {} : { status }),
      },
    ]
  }),
)

/** Whether a response method answers the request for good. */
export function isFinal(response: ResponseCall): boolean {
  return final.has(response.method)
}

function chainRoot(node: Node): { node: Node; statusNode?: Node | undefined } {
  let at = unwrap(node)
  let statusNode: Node | undefined
  while (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') {
    const name = keyOf(at.callee)
    if (name === 'status' || name === 'code') statusNode = at.arguments[0]
    at = unwrap(at.callee.object)
  }
  return { node: at, statusNode }
}

const statusNames: Readonly<Record<string, number>> = {
  OK: 200,
  CREATED: 201,
  ACCEPTED: 202,
  NO_CONTENT: 204,
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  UNPROCESSABLE_ENTITY: 422,
  INTERNAL_SERVER_ERROR: 500,
  INTERNAL_SERVER: 500,
  NOT_IMPLEMENTED: 501,
}

/** The status a number or a name such as `HttpStatus.NOT_FOUND` says; undefined for all else. */
export function statusOf(node: Node | undefined): number | undefined {
  if (!node) return undefined
  const text = literalText(node)
  if (text !== undefined) return /^[1-5]\d\d$/.test(text) ? Number(text) : undefined
  const inner = unwrap(node)
  if (inner.type !== 'MemberExpression' || !/status|http|code/i.test(pathOf(inner.object))) return undefined
  return statusNames[(keyOf(inner) ?? '').toUpperCase()]
}

/** The handler whose response a parameter of that name is; undefined when it is none. */
export function handlerOfResponse(owner: FunctionNode, name: string, web: Handlers): Handler | undefined {
  const handler = web.handlers.get(owner)
  if (handler && (handler.response === name || (handler.framework === 'hono' && handler.request === name)))
    return handler
  return !handler && /^(res|response|reply)$/.test(name) ? web.inRequest.get(owner) : undefined
}

/** The function whose parameter is the response, or the innermost function for anything else. */
export function handlerAround(node: Node, handlers: ReadonlyMap<FunctionNode, Handler>): Handler | undefined {
  for (let at = functionAround(node); at; at = functionAround(at)) {
    const handler = handlers.get(at)
    if (handler) return handler
  }
  return undefined
}

/** Body of a function as source text, without comments. */
export function bodyText(node: FunctionNode, file: SourceFile): string {
  return node.body ? codeText(node.body, file) : ''
}
