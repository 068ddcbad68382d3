import type { Codebase } from '../../../codebase.ts'
import { decoratorCall, decoratorName, decoratorsOf, type Handler } from '../../../facts/handlers.ts'
import {
  ancestor,
  isClass,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  propertyOf,
  type Node,
  type Of,
} from '../../../parse/ast.ts'
import { once, onceFor } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { importsPackage, lineOf, purposeOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** `@Body() body: { status: string }`: the type is gone when the request comes, so the pipe has nothing to check. */
export function* shapesNobodyChecks(codebase: Codebase): Iterable<Match> {
  if (!importsPackage(codebase, /^class-validator$/)) return
  for (const handler of nestHandlers(codebase)) {
    // Where no pipe stands before it, that is said once for all.
    if (!hasGlobalPipe(codebase) && !hasPipe(handler)) continue
    for (const parameter of handler.node.params) {
      const place = uncheckable(parameter, handler, codebase)
      if (place)
        yield {
          file: handler.file,
          node: parameter,
          line: lineOf(parameter, handler.file),
          severity: 'medium',
          message: `${place}: at run time there is no such type, and the pipe checks nothing.`,
        }
    }
  }
}

function uncheckable(parameter: Node, handler: Handler, codebase: Codebase): string | undefined {
  const name = parameterName(parameter)
  if (!name || handler.inputs.get(name.name) !== 'Body') return undefined
  // `@Body('name')` takes one field, `@Body(pipe)` checks by itself.
  if (
    !decoratorsOn(parameter).some(
      (item) => decoratorName(item) === 'Body' && decoratorCall(item)?.arguments.length === 0,
    )
  )
    return undefined
  const type = name.typeAnnotation?.typeAnnotation
  if (type?.type === 'TSTypeLiteral') return 'The body’s type is written in place'
  if (type?.type === 'TSAnyKeyword' || type === undefined) return 'The body may be anything'
  if (type.type === 'TSTypeReference' && /^(Partial|Record|Omit|Pick|Required)$/.test(pathOf(type.typeName)))
    return `The body is a \`${pathOf(type.typeName)}\``
  if (type.type !== 'TSTypeReference') return undefined
  return codebase.meanings.of(type.typeName, handler.file).kind === 'type'
    ? `\`${pathOf(type.typeName)}\` is an interface`
    : undefined
}

/** `@Body('title') title: string`: a pipe looks at classes, and leaves a bare text as it comes. */
export function* fieldsByThemselves(codebase: Codebase): Iterable<Match> {
  if (!hasGlobalPipe(codebase)) return
  for (const [file, handlers] of Map.groupBy(nestHandlers(codebase), (handler) => handler.file)) {
    const fields = handlers.flatMap(({ node }) => node.params.filter(isFieldByItself))
    const [first, ...rest] = fields
    if (!first) continue
    yield {
      file,
      node: first,
      line: lineOf(first, file),
      message: `\`${parameterName(first)?.name}\` is taken out of the body by itself: the pipe checks classes, and leaves a bare value as it comes.`,
      also: rest.map((field) => ({ path: file.path, line: lineOf(field, file) })),
    }
  }
}

function isFieldByItself(parameter: Node): boolean {
  const type = parameterName(parameter)?.typeAnnotation?.typeAnnotation
  return (
    /^TS(String|Number|Boolean)Keyword$/.test(type?.type ?? '') &&
    decoratorsOn(parameter).some((decorator) => {
      const given = decoratorCall(decorator)?.arguments
      const name = decoratorName(decorator)
      return name === 'Body'
        ? given?.length === 1 && literalText(given[0]) !== undefined
        : name === 'MessageBody' && given?.length === 0
    })
  )
}

/** Handlers of NestJS, without those for what another service sends, which it signs. */
function nestHandlers(codebase: Codebase): Handler[] {
  return [...codebase.web.handlers.values()].filter(
    (handler) =>
      handler.framework === 'nest' && !/webhook/i.test(`${handler.file.path} ${purposeOf(codebase, handler.node)}`),
  )
}

function decoratorsOn(parameter: Node): readonly Of<'Decorator'>[] {
  if (parameter.type === 'TSParameterProperty') return []
  return ('decorators' in parameter && parameter.decorators) || []
}

const withoutPipe: Words = {
  title: 'Bodies are taken as they come',
  why: 'The classes of NestJS say what a body is to hold, and only a pipe looks: without one, anything passes.',
  fix: {
    say: 'Put the pipe before all controllers, and see that each class names all its fields with decorators.',
    code: { any: 'app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }))' },
  },
}

const withoutWhitelist: Words = {
  title: 'Fields that no class names pass the check',
  fix: {
    say: 'Let the pipe drop them, and see first that each class names all its fields with decorators.',
    code: { any: 'new ValidationPipe({ whitelist: true, transform: true })' },
  },
}

/** No pipe at all, none before some of the bodies, or one that lets fields pass that no class names. */
export function* pipes(codebase: Codebase): Iterable<Match> {
  const [start] = codebase.index.named(/^@nestjs\/core\.NestFactory\.create$/)
  if (!start) return
  if (!hasGlobalPipe(codebase)) {
    const open = nestHandlers(codebase).filter((handler) => takesBody(handler) && !hasPipe(handler))
    const [first] = open
    if (!first) return
    const message = codebase.production.some(namesPipe)
      ? `Pipes stand before some bodies, and none before ${open.length === 1 ? 'one' : open.length}, such as the one of \`${keyOf(first.node.parent ?? first.node)}\` (${first.file.path}).`
      : 'No `ValidationPipe` stands before the controllers: bodies are taken as they come.'
    yield { file: start.file, node: start.call, severity: 'medium', words: withoutPipe, message }
    return
  }
  const made = codebase.index.named(/^@nestjs\/common\.ValidationPipe$/)
  for (const { call, file } of made) {
    const [options] = call.arguments
    if (options && options.type !== 'ObjectExpression') continue
    if (propertyOf(options, 'whitelist') || propertyOf(options, 'forbidNonWhitelisted')) continue
    if (options && file.text.slice(options.start, options.end).includes('...')) continue
    if (made.some((other) => literalText(propertyOf(other.call.arguments[0], 'whitelist')) === 'true')) return
    yield {
      file,
      node: call,
      words: withoutWhitelist,
      message:
        'Without `whitelist`, fields that no class names pass through, into the database where a body is stored whole.',
    }
    return
  }
}

const hasGlobalPipe = onceFor((codebase: Codebase) => codebase.production.some(isGlobalPipe))

const isGlobalPipe = once(
  (file: SourceFile) =>
    file.text.includes('APP_PIPE') ||
    (file.text.includes('useGlobalPipes') &&
      file.calls.some(({ callee }) => callee.type === 'MemberExpression' && keyOf(callee) === 'useGlobalPipes')),
)

const namesPipe = once((file: SourceFile) => /Pipe\b/.test(file.text) && /zod|joi|yup|valid|schema/i.test(file.text))

function takesBody({ inputs }: Handler): boolean {
  return [...inputs.values()].includes('Body')
}

/** A pipe with the handler, its parameters or its class; those that read one number or id look at no body. */
function hasPipe({ node, file }: Handler): boolean {
  const decorators = [
    ...decoratorsOf(ancestor(node, isClass)),
    ...decoratorsOf(node.parent),
    ...node.params.flatMap(decoratorsOn),
  ]
  return decorators.some((item) =>
    /Pipe|Valid|Zod|Joi|Yup|Schema/.test(
      file.text.slice(item.start, item.end).replace(/\b(Parse|Default)\w*Pipe/g, ''),
    ),
  )
}
