import { keyOf, pathOf, unwrap, type Node, type Of } from '../parse/ast.ts'
import { atOnce } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Framework } from './handlers.ts'
import { onceMeant, type Meanings } from './meaning.ts'

/** Methods that add a route for one HTTP method. */
export const verbs: ReadonlySet<string> = new Set([
  'get',
  'post',
  'put',
  'patch',
  'delete',
  'del',
  'head',
  'options',
  'all',
])

/** What makes an application or router, and methods that give it back; never what it was decorated with. */
const appNames: readonly [RegExp, Framework][] = [
  [/^express(\(\)|\.Router\(\)|\.(Application|Express|IRouter|Express|Router)\(\))$/, 'express'],
  [/^express-promise-router\(\)$/, 'express'],
  [/^fastify(\(\)|\.(default|fastify)\(\)|\.FastifyInstance\(\))(\.\w+\(\))*$/, 'fastify'],
  [/^(@koa\/router|koa-router|koa-joi-router)(\(\)|\.Router\(\)|\.default\(\))(\.\w+\(\))*$/, 'koa'],
  [/^koa(\(\)|\.default\(\))(\.\w+\(\))*$/, 'koa'],
  [/^(hono(\.Hono|\.tiny\.Hono|\.quick\.Hono)?|@hono\/zod-openapi\.OpenAPIHono)\(\)(\.\w+\(\))*$/, 'hono'],
  [/^restify\.createServer\(\)(\.\w+\(\))*$/, 'express'],
]
const appText = /(^|\.)(app|router|routes?|server|api|fastify|\w+Router|\w+App)$/i

/** The framework of the object a route or middleware is put on, when its origin shows it. */
export function knownFramework(receiver: Node, file: SourceFile, meanings: Meanings): Framework | undefined {
  const name = meanings.nameOf(receiver, file)
  const known = appNames.find(([pattern]) => pattern.test(name))
  if (known) return known[1]
  const inner = unwrap(receiver)
  if (inner.type === 'Identifier') return ofPlugin(inner, file, meanings)
  if (inner.type !== 'CallExpression' || inner.callee.type !== 'MemberExpression') return undefined
  const chained = keyOf(inner.callee) ?? ''
  return returnsApp.test(chained) ? knownFramework(inner.callee.object, file, meanings) : undefined
}

/** The instance that a plugin written inside `register(…)` is given. */
function ofPlugin(name: Of<'Identifier'>, file: SourceFile, meanings: Meanings): Framework | undefined {
  const parameter = meanings.binding(name, file)?.parameter
  let call = parameter?.index === 0 ? parameter.of.parent : undefined
  if (call?.type === 'CallExpression' && call.callee.type === 'Identifier') call = call.parent
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  return keyOf(call.callee) === 'register' ? knownFramework(call.callee.object, file, meanings) : undefined
}

/** Methods of an application or router that give it back: a chain of them stands for the one object. */
export const returnsApp =
  /^(get|post|put|patch|delete|del|all|use|route|basePath|prefix|onError|notFound|withTypeProvider)$/

/** The framework of an object that is only named like an application: the one the project uses. */
export function namedFramework(
  receiver: Node,
  file: SourceFile,
  meanings: Meanings,
  usual: Framework,
): Framework | undefined {
  if (meanings.nameOf(receiver, file) !== '') return undefined
  const inner = unwrap(receiver)
  if (inner.type === 'CallExpression' && inner.callee.type === 'MemberExpression') {
    return returnsApp.test(keyOf(inner.callee) ?? '')
      ? namedFramework(inner.callee.object, file, meanings, usual)
      : undefined
  }
  const text = pathOf(receiver)
  if (!appText.test(text)) return undefined
  return /fastify/i.test(text) ? 'fastify' : usual
}

/** The framework most of the project's files import; Express when none does. */
export function usualFramework(files: readonly SourceFile[]): Framework {
  const counts = new Map<Framework, number>()
  for (const framework of files.flatMap(importedFrameworks)) counts.set(framework, (counts.get(framework) ?? 0) + 1)
  const [first] = [...counts].sort((a, b) => b[1] - a[1])
  return first?.[0] ?? 'express'
}

const imports: readonly [RegExp, Framework][] = [
  [/(from|require\()\s*['"]express['"]/, 'express'],
  [/(from|require\()\s*['"](fastify|fastify-plugin)['"]/, 'fastify'],
  [/(from|require\()\s*['"](@hapi\/hapi|hapi)['"]/, 'hapi'],
  [/(from|require\()\s*['"](koa|@koa\/router|koa-router)['"]/, 'koa'],
  [/(from|require\()\s*['"](hono|@hono\/[\w-]+)['"]/, 'hono'],
]

/** Most files import none of them, and are read once then. */
const someImport = /(from|require\()\s*['"](express|fastify|@?hapi|@?koa|@?hono)/

const importedFrameworks = atOnce((file: SourceFile) =>
  someImport.test(file.text)
    ? imports.flatMap(([pattern, framework]) => (pattern.test(file.text) ? [framework] : []))
    : [],
)

export type WebServer = { framework: Framework; node: Node; file: SourceFile }

/** Names of packages and wrappers that a server's own name can begin with. */
const makesApps =
  /express|fastify|koa|hono|restify|create(Secure)?Server|NestFactory|promisify|[wW]rap|freeze|asyncHandler/

/** Calls that create a server or an application. */
export const serversIn = onceMeant((file, meanings) =>
  file.calls.flatMap((call): WebServer[] => {
    const callee = meanings.of(call.callee, file)
    let name = ''
    if (callee.kind === 'function' && call.type === 'CallExpression')
      name = meanings.nameGivenBy(callee.node, callee.file)
    else if (callee.kind === 'package' && makesApps.test(callee.name)) name = meanings.nameOf(call, file)
    // What is called on an application is no other one.
    if (name === '' || name.indexOf('()') < name.length - 2) return []
    if (/^https?\.createServer\(\)$|^http2\.create(Secure)?Server\(\)$/.test(name))
      return [{ framework: 'http', node: call, file }]
    if (/^@nestjs\/core\.NestFactory\.create\(\)$/.test(name)) return [{ framework: 'nest', node: call, file }]
    const known = appNames.find(([pattern]) => pattern.test(name))
    return known && !/Router|router/.test(name) ? [{ framework: known[1], node: call, file }] : []
  }),
)
