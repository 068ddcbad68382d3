import { literalText, propertyOf, unwrap, type Node } from '../parse/ast.ts'
import { methodCallsOf, goingBy } from '../parse/by-name.ts'
import { atOnce } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { knownFramework } from './frameworks.ts'
import type { WebInputs } from './steps.ts'

/** What routers of Koa put before the paths of their routes: `new Router({ prefix })` and `router.prefix(…)`. */
export function prefixesIn(inputs: WebInputs): ReadonlyMap<Node, string> {
  const found = new Map<Node, string>()
  for (const file of inputs.files) {
    for (const call of prefixCalls(file)) {
      const text = literalText(call.arguments[0])
      if (text === undefined || call.callee.type !== 'MemberExpression') continue
      const router = call.callee.object
      if (knownFramework(router, file, inputs.meanings) === 'koa') found.set(inputs.identities.of(router, file), text)
    }
  }
  return found
}

const prefixCalls = atOnce((file: SourceFile) =>
  goingBy(methodCallsOf(file), new Set(['prefix'])).filter((call) => call.type === 'CallExpression'),
)

/** The prefix a router is made with. */
export function prefixMadeWith(router: Node): string | undefined {
  if (router.type !== 'NewExpression' && router.type !== 'CallExpression') return undefined
  return literalText(propertyOf(router.arguments[0], 'prefix'))
}

/** `mount('/users', router.routes())`: the path, and what is put there. */
export function mountedByKoa(
  node: Node,
  file: SourceFile,
  inputs: WebInputs,
): { path?: string; router: Node } | undefined {
  const call = unwrap(node)
  if (call.type !== 'CallExpression' || inputs.meanings.nameOf(call, file) !== 'koa-mount()') return undefined
  const [first, second] = call.arguments
  if (!first) return undefined
  return second ? { path: literalText(first) ?? '*', router: second } : { router: first }
}
