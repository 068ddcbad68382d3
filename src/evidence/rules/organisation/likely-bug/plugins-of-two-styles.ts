import type { Codebase } from '../../../codebase.ts'
import { contains, parameterName, type FunctionNode } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { bySentence } from '../../matches.ts'
import { importsPackage, majorOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** `async (fastify, options, done) => …`: a plugin that says in two ways when it is ready. */
export function* pluginsOfTwoStyles(codebase: Codebase): Iterable<Match> {
  if (!importsPackage(codebase, /^fastify$/)) return
  const isRefused = (majorOf(codebase, 'fastify') ?? 5) >= 5
  const message = isRefused
    ? 'The plugin is `async` and takes `done` as well: Fastify 5 refuses to start with it.'
    : 'The plugin is `async` and takes `done` as well: whichever comes first counts, and Fastify 5 will not start with it.'
  const severity = isRefused ? 'high' : 'low'
  yield* bySentence(
    codebase.production.flatMap((file) =>
      pluginsIn(file).map((node): Match => ({ file, node, severity, words, message })),
    ),
  )
}

const words: Words = {
  title: 'A plugin says in two ways when it is ready',
  why: 'The promise of the function and the call of `done` both tell Fastify that the plugin has loaded; what still runs then is not waited for, and version 5 refuses such a plugin.',
  effects: { maintenance: 'The next major version of the framework does not start with it.' },
}

const pluginsIn = once((file: SourceFile): FunctionNode[] =>
  file.names.has('done') || file.names.has('next')
    ? file.functions.filter((node) => node.async && node.params.length === 3 && isPlugin(node, file))
    : [],
)

function isPlugin(node: FunctionNode, file: SourceFile): boolean {
  const [instance, , done] = node.params
  const name = parameterName(done)?.name ?? ''
  if (!/^_?(done|next)$/.test(name) || done?.type !== 'Identifier') return false
  const takesInstance = /^(fastify|server|app|instance)$/.test(parameterName(instance)?.name ?? '')
  return takesInstance && calls(node, name, file) && (isTyped(node, file) || usesInstance(node, file))
}

function calls(node: FunctionNode, name: string, file: SourceFile): boolean {
  return file.calls.some(
    ({ callee, start }) =>
      callee.type === 'Identifier' && callee.name === name && start > node.start && start < node.end,
  )
}

/** `const plugin: FastifyPluginCallback = async …`, or a parameter of that type. */
function isTyped(node: FunctionNode, file: SourceFile): boolean {
  const given = file.text.slice(node.start, node.body?.start ?? node.start)
  const holder = node.parent?.type === 'VariableDeclarator' ? node.parent.id : undefined
  const type = holder ? file.text.slice(holder.start, holder.end) : ''
  return /\bFastifyInstance\b/.test(given) || /:\s*FastifyPlugin/.test(type)
}

const methods = /^(register|route|get|post|put|patch|delete|decorate\w*|addHook|addContentTypeParser|setErrorHandler)$/

/** It registers, decorates or answers something with what it is given. */
function usesInstance(node: FunctionNode, file: SourceFile): boolean {
  const name = parameterName(node.params[0])?.name
  return file.calls.some(
    (call) =>
      contains(node, call) &&
      call.callee.type === 'MemberExpression' &&
      call.callee.object.type === 'Identifier' &&
      call.callee.object.name === name &&
      call.callee.property.type === 'Identifier' &&
      methods.test(call.callee.property.name),
  )
}
