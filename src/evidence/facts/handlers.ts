import { isClass, keyOf, parameterName, type FunctionNode, type Node, type Of } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'

export type Framework = 'express' | 'fastify' | 'hapi' | 'koa' | 'hono' | 'nest' | 'http' | 'graphql'

/** A function that answers requests or stands before one that does, with the roles of its parameters. */
export type Handler = {
  node: FunctionNode
  file: SourceFile
  framework: Framework
  request?: string
  response?: string
  next?: string
  error?: string
  /** NestJS: parameters that carry request input, with the decorator that says which. */
  inputs: ReadonlyMap<string, string>
  /** NestJS: parameters that a pipe makes numbers and ids of, which can only pick. */
  ids?: ReadonlyMap<string, string>
}

const requestNames = /^_{0,2}(req|request|httpReq|expressReq)$/
const responseNames = /^_{0,2}(res|resp|response|httpRes)$/
const replyNames = /^_{0,2}(reply|rep)$/
const toolkitNames = /^(h|toolkit|responseToolkit)$/
const nextNames = /^_{0,2}(next|done|cb|callback)$/
const errorNames = /^_{0,2}(e|err|error|ex|exception)$/

/** Recognises a handler by its parameters alone; undefined when they do not show one. */
export function handlerByShape(node: FunctionNode, file: SourceFile): Handler | undefined {
  const nest = nestHandler(node, file)
  if (nest || node.params.length === 0) return nest
  const names = node.params.map((parameter) => parameterName(parameter)?.name ?? '')
  const [first = '', second = '', third = '', fourth = ''] = names
  if (errorNames.test(first) && isRequest(node, 1, second) && replyNames.test(third)) {
    return make(node, file, 'fastify', { error: first, request: second, response: third })
  }
  if (errorNames.test(first) && /^(c|ctx|context)$/.test(second) && isGivenTo(node, 'onError')) {
    return make(node, file, 'hono', { error: first, request: second, response: second })
  }
  if (errorNames.test(first) && isRequest(node, 1, second) && isResponse(node, 2, third)) {
    return make(node, file, 'express', { error: first, request: second, response: third, next: fourth })
  }
  if (isRequest(node, 0, first) && replyNames.test(second)) {
    return make(node, file, 'fastify', { request: first, response: second })
  }
  if (isRequest(node, 0, first) && (toolkitNames.test(second) || typeText(node, 1) === 'ResponseToolkit')) {
    return make(node, file, 'hapi', { request: first, response: second })
  }
  if ((isRequest(node, 0, first) || takesRequestApart(node.params[0])) && isResponse(node, 1, second)) {
    const framework = typeText(node, 1)?.endsWith('ServerResponse') ? 'http' : 'express'
    return make(node, file, framework, { request: first, response: second, next: nextNames.test(third) ? third : '' })
  }
  if (
    /^ctx$/.test(first) &&
    (second === 'next' || (names.length === 1 && /Koa|AppContext$/.test(typeText(node, 0) ?? '')))
  ) {
    return make(node, file, 'koa', { request: first, response: first, next: second })
  }
  return undefined
}

function isGivenTo(node: FunctionNode, method: string): boolean {
  const call = node.parent
  return call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' && keyOf(call.callee) === method
}

/** The handler a function is because it was given to a route or `use` of a framework. */
export function handlerByPlace(node: FunctionNode, file: SourceFile, framework: Framework): Handler {
  const shaped = handlerByShape(node, file)
  if (shaped) return shaped
  const names = node.params.map((parameter) => parameterName(parameter)?.name ?? '')
  const [first = '', second = '', third = '', fourth = ''] = names
  if (framework === 'koa' || framework === 'hono') {
    return make(node, file, framework, { request: first, response: first, next: second })
  }
  if (names.length === 4)
    return make(node, file, framework, { error: first, request: second, response: third, next: fourth })
  return make(node, file, framework, { request: first, response: second, next: third })
}

type Roles = { request?: string; response?: string; next?: string; error?: string }

function make(node: FunctionNode, file: SourceFile, framework: Framework, roles: Roles): Handler {
  const named = Object.fromEntries(Object.entries(roles).filter(([, name]) => name !== ''))
  return { node, file, framework, inputs: new Map(), ...named }
}

function isRequest(node: FunctionNode, index: number, name: string): boolean {
  return requestNames.test(name) || /(^|\.)(Request|IncomingMessage|FastifyRequest)$/.test(typeText(node, index) ?? '')
}

/** `({ params, body }, res)`. */
function takesRequestApart(parameter: Node | undefined): boolean {
  return (
    parameter?.type === 'ObjectPattern' &&
    parameter.properties.some((item) => item.type === 'Property' && /^(params|query|body)$/.test(keyOf(item) ?? ''))
  )
}

function isResponse(node: FunctionNode, index: number, name: string): boolean {
  return responseNames.test(name) || /(^|\.)(Response|ServerResponse|FastifyReply)$/.test(typeText(node, index) ?? '')
}

function typeText(node: FunctionNode, index: number): string | undefined {
  const annotation = parameterName(node.params[index])?.typeAnnotation?.typeAnnotation
  if (annotation?.type !== 'TSTypeReference') return undefined
  const name = annotation.typeName
  if (name.type === 'Identifier') return name.name
  return name.type === 'TSQualifiedName' ? name.right.name : undefined
}

const routeDecorators =
  /^(Get|Post|Put|Patch|Delete|All|Head|Options|Query|Mutation|Subscription|MessagePattern|EventPattern|SubscribeMessage|ResolveField)$/
const inputDecorators =
  /^(Body|BodyParam|BodyProp|Query|QueryParams?|Params?|Path|Headers?|HeaderParam|CookieParam|Req|Request|Args|Arg|Session|UploadedFile|UploadedFiles|Cookies|MessageBody|Payload|Ip|HostParam)$/

/** Name of a decorator: `@Get('x')` gives `Get`. */
export function decoratorName(node: Of<'Decorator'>): string {
  const target = node.expression.type === 'CallExpression' ? node.expression.callee : node.expression
  if (target.type === 'Identifier') return target.name
  return target.type === 'MemberExpression' ? (keyOf(target) ?? '') : ''
}

/** The call of a decorator; undefined where it is written without brackets. */
export function decoratorCall(node: Of<'Decorator'>): Of<'CallExpression'> | undefined {
  return node.expression.type === 'CallExpression' ? node.expression : undefined
}

/** The decorators on a class, method or property. */
export function decoratorsOf(node: Node | null | undefined): readonly Of<'Decorator'>[] {
  if (!node) return []
  if (node.type === 'MethodDefinition' || node.type === 'PropertyDefinition') return node.decorators
  return isClass(node) ? node.decorators : []
}

/** TypeGraphQL names its types by functions, and NestJS has no `@Arg`. */
function isTypeGraphql(method: Of<'MethodDefinition'>): boolean {
  const { value } = method
  return value.params.some((parameter) =>
    (parameter.type === 'TSParameterProperty' ? [] : (parameter.decorators ?? [])).some((decorator) =>
      /^(Arg|Ctx|Root)$/.test(decoratorName(decorator)),
    ),
  )
}

/** GraphQL answers with the fields of its types alone, whatever the resolver hands it: those of NestJS are in a class marked `@Resolver`. */
export function answersByTypes({ framework, node }: Handler): boolean {
  if (framework === 'graphql') return true
  const around = node.parent?.parent?.parent
  return decoratorsOf(around).some((decorator) => decoratorName(decorator) === 'Resolver')
}

/** `@Param('id', ParseIntPipe)`: numbers, ids and the like hold nothing of the caller's making. */
const becomesPlain = /\bParse(Int|Float|Bool|UUID|Enum|Date|ObjectId|MongoId)Pipe\b/

function nestHandler(node: FunctionNode, file: SourceFile): Handler | undefined {
  const method = node.parent
  if (method?.type !== 'MethodDefinition') return undefined
  if (!method.decorators.some((decorator) => routeDecorators.test(decoratorName(decorator)))) return undefined
  const inputs = new Map<string, string>()
  const ids = new Map<string, string>()
  const roles: Roles = {}
  for (const parameter of node.params) {
    const name = parameterName(parameter)?.name
    const decorators = parameter.type === 'TSParameterProperty' ? [] : (parameter.decorators ?? [])
    for (const decorator of decorators) {
      const kind = decoratorName(decorator)
      if (becomesPlain.test(file.text.slice(decorator.start, decorator.end))) {
        if (name !== undefined) ids.set(name, kind)
        continue
      }
      if (inputDecorators.test(kind)) for (const taken of takenNames(parameter)) inputs.set(taken, kind)
      if (name === undefined) continue
      if (kind === 'Res' || kind === 'Response') roles.response = name
      else if (kind === 'Req' || kind === 'Request') roles.request = name
      else if (inputDecorators.test(kind)) inputs.set(name, kind)
    }
  }
  return { node, file, framework: isTypeGraphql(method) ? 'graphql' : 'nest', inputs, ids, ...roles }
}

/** `@Query() { page, limit }: PageDto` takes the fields apart. */
function takenNames(parameter: Node): string[] {
  return parameter.type === 'ObjectPattern'
    ? parameter.properties.flatMap((item) => (item.type === 'Property' ? (parameterName(item.value)?.name ?? []) : []))
    : []
}
