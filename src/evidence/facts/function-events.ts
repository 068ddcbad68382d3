import { keyOf, parameterName, type FunctionNode, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { exportedName } from './exported-name.ts'
import type { InputKind } from './request-input.ts'

const requestFields: Readonly<Record<string, InputKind>> = {
  queryStringParameters: 'query',
  multiValueQueryStringParameters: 'query',
  rawQueryString: 'query',
  pathParameters: 'params',
  rawPath: 'url',
  headers: 'headers',
  multiValueHeaders: 'headers',
  cookies: 'cookies',
  body: 'body',
  arguments: 'arguments',
}

/** What the platform writes itself, and messages of the project's own queues. */
const notTheCallers =
  /^(Records|requestContext|source|detail|detail-type|time|region|account|resources|httpMethod|identity|info|stageVariables|version)$/

/** What of the event of a cloud function (AWS Lambda, Netlify) a parameter holds at the given keys. */
export function eventInput(
  node: FunctionNode,
  index: number,
  path: readonly string[],
  file: SourceFile,
): InputKind | undefined {
  const [field = ''] = path
  if (index !== 0 || node.params.length > 3) return undefined
  const known = Object.hasOwn(requestFields, field) ? requestFields[field] : undefined
  if (eventTypes.test(typeOf(node.params[0]) ?? '')) return known ?? (field === '' ? 'message' : undefined)
  const name = exportedName(node)
  if (name === undefined || !isEvent(node)) return undefined
  if (name === 'handler') return known ?? (notTheCallers.test(field) ? undefined : 'message')
  return file.text.includes('statusCode') ? known : undefined
}

const eventTypes = /^(APIGateway\w*Event\w*|ALBEvent|LambdaFunctionURLEvent|AppSyncResolverEvent|HandlerEvent)$/

function typeOf(parameter: Node | undefined): string | undefined {
  const annotated = parameter?.type === 'ObjectPattern' ? parameter : parameterName(parameter)
  const type = annotated?.typeAnnotation?.typeAnnotation
  return type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName.name : undefined
}

/** `(event)`, `(event, context)`, `({ body }, context)`. */
function isEvent({ params: [first, second] }: FunctionNode): boolean {
  const names = [first, second].map((parameter) => parameterName(parameter)?.name)
  if (second && !/^_?(context|ctx|callback|cb)$/.test(names[1] ?? '')) return false
  if (first?.type === 'ObjectPattern') return first.properties.some(isRequestField)
  return /^_?(event|evt)$/.test(names[0] ?? '')
}

function isRequestField(item: Node): boolean {
  return item.type === 'Property' && Object.hasOwn(requestFields, keyOf(item) ?? '')
}
