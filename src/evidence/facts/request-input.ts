import type { Handler } from './handlers.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** Where in a request a value comes from. */
export type InputKind =
  | 'query'
  | 'params'
  | 'body'
  | 'headers'
  | 'cookies'
  | 'file'
  | 'url'
  | 'message'
  | 'arguments'
  | 'session'
  | 'archive'

export const onRequest: Readonly<Record<string, InputKind>> = {
  query: 'query',
  params: 'params',
  body: 'body',
  rawBody: 'body',
  headers: 'headers',
  cookies: 'cookies',
  signedCookies: 'cookies',
  file: 'file',
  files: 'file',
  url: 'url',
  originalUrl: 'url',
  hostname: 'headers',
  host: 'headers',
  fields: 'body',
}

const onHapiRequest: Readonly<Record<string, InputKind>> = { payload: 'body', state: 'cookies' }

const methodsOnRequest: Readonly<Record<string, InputKind>> = {
  get: 'headers',
  header: 'headers',
  param: 'params',
  query: 'query',
  queries: 'query',
  json: 'body',
  text: 'body',
  formData: 'body',
  parseBody: 'body',
  parts: 'file',
  file: 'file',
  files: 'file',
}

/**
 * The part of the request that an access path on a handler's request parameter reads.
 * `path` is written as keys with `()` for calls: `['req', 'query', '()']`.
 */
export function inputAt(handler: Handler, path: readonly string[]): InputKind | undefined {
  const keys = withoutContext(path)
  const [first, second] = keys
  if (first === undefined) return undefined
  if (second === '()') return methodsOnRequest[first]
  if (first === 'cookies' && second === 'get') return 'cookies'
  if (handler.framework === 'hapi' && Object.hasOwn(onHapiRequest, first)) return onHapiRequest[first]
  return onRequest[first]
}

/** Koa and Hono hang the request under the context, and adapters of a project under what they hand on: `({ request, repo }) => …`. */
function withoutContext(path: readonly string[]): readonly string[] {
  return path[0] === 'request' || path[0] === 'req' ? path.slice(1) : path
}

/** Whether anything in a file has the usual name of a request. */
export function namesRequest(file: SourceFile): boolean {
  return !file.outline && (file.names.has('req') || file.names.has('request'))
}

/** The kind of input a NestJS parameter decorator injects. */
export function inputOfDecorator(name: string): InputKind | undefined {
  switch (name) {
    case 'Body':
    case 'BodyParam':
    case 'BodyProp':
      return 'body'
    case 'Query':
    case 'QueryParam':
    case 'QueryParams':
      return 'query'
    case 'Param':
    case 'Params':
    case 'Path':
    case 'HostParam':
      return 'params'
    case 'Headers':
    case 'Header':
    case 'HeaderParam':
      return 'headers'
    case 'Cookies':
    case 'CookieParam':
      return 'cookies'
    case 'UploadedFile':
    case 'UploadedFiles':
      return 'file'
    case 'Args':
    case 'Arg':
      return 'arguments'
    // `@Payload()` comes from the services' own queue.
    case 'MessageBody':
      return 'message'
    default:
      return undefined
  }
}
