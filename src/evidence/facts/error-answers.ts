import type { Codebase } from '../codebase.ts'
import { isFunction, keyOf, parameterName, type ClassNode, type FunctionNode, type Node } from '../parse/ast.ts'
import { onceFor, says } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { decoratorCall, decoratorName } from './handlers.ts'

/** What answers every error that handlers leave: Fastify’s error handler, an exception filter of NestJS for all kinds. */
export type ErrorAnswer = {
  node: FunctionNode
  file: SourceFile
  error: string
  framework: 'fastify' | 'nest'
}

/** The functions that have the last word on errors, where the application is given them. */
export const errorAnswers = onceFor((codebase: Codebase): readonly ErrorAnswer[] => [
  ...fastifyHandlers(codebase),
  ...nestFilters(codebase),
])

function fastifyHandlers({ index, meanings }: Codebase): ErrorAnswer[] {
  return index.methods('setErrorHandler').flatMap(({ call, file }) => {
    const [given] = call.arguments
    const meaning = given && meanings.of(given, file)
    return meaning?.kind === 'function' ? answerOf(meaning.node, meaning.file, 'fastify') : []
  })
}

const namesFilters = says(/@Catch\(/)

function nestFilters({ production }: Codebase): ErrorAnswer[] {
  return production.filter(namesFilters).flatMap((file) =>
    file.classes.flatMap((node) => {
      const method = takesAllErrors(node) ? methodOf(node, 'catch') : undefined
      return method && production.some((other) => binds(other, node)) ? answerOf(method, file, 'nest') : []
    }),
  )
}

function answerOf(node: FunctionNode, file: SourceFile, framework: ErrorAnswer['framework']): ErrorAnswer[] {
  const error = parameterName(node.params[0])?.name
  return error === undefined ? [] : [{ node, file, error, framework }]
}

/** `@Catch()` and `@Catch(Error)`. */
function takesAllErrors({ decorators }: ClassNode): boolean {
  const found = decorators.find((decorator) => decoratorName(decorator) === 'Catch')
  const kinds = (found && decoratorCall(found)?.arguments) ?? []
  return found !== undefined && kinds.every((kind) => kind.type === 'Identifier' && kind.name === 'Error')
}

function methodOf(node: ClassNode, name: string): FunctionNode | undefined {
  const member = node.body.body.find((item) => item.type === 'MethodDefinition' && keyOf(item) === name)
  const value: Node | undefined = member?.type === 'MethodDefinition' ? member.value : undefined
  return isFunction(value) ? value : undefined
}

/** `useGlobalFilters(new Filter())`, `{ provide: APP_FILTER, useClass: Filter }` or `@UseFilters(Filter)`. */
function binds(file: SourceFile, { id }: ClassNode): boolean {
  return (
    id !== null &&
    file.names.has(id.name) &&
    new RegExp(
      String.raw`\bnew ${id.name}\(|\buse(Class|Existing):\s*${id.name}\b|UseFilters\([^)]*\b${id.name}\b`,
    ).test(file.text)
  )
}
