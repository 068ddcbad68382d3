import type { Codebase } from '../../../codebase.ts'
import { decoratorCall, decoratorName, type Handler } from '../../../facts/handlers.ts'
import { literalText, parameterName, pathOf, propertyOf, type Node } from '../../../parse/ast.ts'
import { importsPackage, lineOf, purposeOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** `@Body() body: { status: string }`: the type is gone when the request comes, so the pipe has nothing to check. */
export function* shapesNobodyChecks(codebase: Codebase): Iterable<Match> {
  if (!importsPackage(codebase, /^class-validator$/)) return
  for (const handler of codebase.web.handlers.values()) {
    // What another service sends, it signs.
    if (handler.framework !== 'nest' || /webhook/i.test(`${handler.file.path} ${purposeOf(codebase, handler.node)}`))
      continue
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
  const decorators =
    parameter.type === 'TSParameterProperty' ? [] : ('decorators' in parameter && parameter.decorators) || []
  // `@Body('name')` takes one field, `@Body(pipe)` checks by itself.
  if (!decorators.some((item) => decoratorName(item) === 'Body' && decoratorCall(item)?.arguments.length === 0))
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

/** No pipe at all, or one that lets fields pass that no class names. */
export function* pipes(codebase: Codebase): Iterable<Match> {
  const [start] = codebase.index.named(/^@nestjs\/core\.NestFactory\.create$/)
  if (!start || !takesBodies(codebase)) return
  const made = codebase.index.named(/^@nestjs\/common\.ValidationPipe$/)
  if (made.length === 0) {
    if (codebase.production.some((file) => /Pipe\b/.test(file.text) && /zod|joi|yup|valid|schema/i.test(file.text)))
      return
    yield {
      file: start.file,
      node: start.call,
      severity: 'medium',
      message: 'No `ValidationPipe` stands before the controllers: bodies are taken as they come.',
    }
    return
  }
  for (const { call, file } of made) {
    const [options] = call.arguments
    if (options && options.type !== 'ObjectExpression') continue
    if (propertyOf(options, 'whitelist') || propertyOf(options, 'forbidNonWhitelisted')) continue
    if (options && file.text.slice(options.start, options.end).includes('...')) continue
    if (made.some((other) => literalText(propertyOf(other.call.arguments[0], 'whitelist')) === 'true')) return
    yield {
      file,
      node: call,
      message:
        'Without `whitelist`, fields that no class names pass through, into the database where a body is stored whole.',
    }
    return
  }
}

function takesBodies(codebase: Codebase): boolean {
  for (const handler of codebase.web.handlers.values())
    if (handler.framework === 'nest' && [...handler.inputs.values()].includes('Body')) return true
  return false
}
