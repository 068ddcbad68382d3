import { functionAround, type FunctionNode, type Node } from '../parse/ast.ts'
import { onceFor } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import type { WebFacts } from './web.ts'

type Inputs = { sources: ReadonlyMap<string, SourceFile>; web: WebFacts; calls: CallGraph }

/**
 * Whether a place is in a handler that no route has and whose name stands nowhere but where it is declared, or in a
 * function that such handlers alone call.
 */
export function isInUnmountedHandler(node: Node, inputs: Inputs): boolean {
  const all = unmounted(inputs)
  if (all.size === 0) return false
  const around = functionAround(node)
  const sites = around ? inputs.calls.sitesOf(around) : []
  return isInside(node, all) || (sites.length > 0 && sites.every(({ call }) => isInside(call, all)))
}

function isInside(node: Node, functions: ReadonlySet<FunctionNode>): boolean {
  for (let at = functionAround(node); at; at = functionAround(at)) if (functions.has(at)) return true
  return false
}

const unmounted = onceFor((inputs: Inputs): ReadonlySet<FunctionNode> => {
  const { web, calls } = inputs
  // Where no route is seen at all, they are elsewhere.
  if (web.routes.length === 0) return new Set()
  const loose = [...web.handlers.values()].filter(
    ({ node, framework, file }) =>
      /^(express|koa|hono)$/.test(framework) &&
      file.kind === 'production' &&
      !web.routesThrough.has(node) &&
      calls.sitesOf(node).length === 0,
  )
  return new Set(loose.flatMap(({ node }) => (isAlone(nameOf(node), inputs) ? [node] : [])))
})

function nameOf({ id, parent }: FunctionNode): string | undefined {
  if (id) return id.name
  // `const list = asyncHandler(async (req, res) => …)`
  const holder = parent?.type === 'CallExpression' ? parent.parent : parent
  return holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.name : undefined
}

function isAlone(name: string | undefined, { sources }: Inputs): boolean {
  if (name === undefined || name.length < 6) return false
  const mention = new RegExp(String.raw`\b${name.replaceAll('$', String.raw`\$`)}\b`, 'g')
  let mentions = 0
  for (const { text } of sources.values()) {
    if (text.includes(name)) mentions += text.match(mention)?.length ?? 0
    if (mentions > 1) return false
  }
  return true
}
