import {
  functionAround,
  literalText,
  propertyOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { boundBefore, type CallGraph } from './call-graph.ts'

/** A route as a caller of a helper writes it: `addRoute('/orders', 'GET', list, { validate })`. */
export type HelpedRoute = {
  call: CallNode
  file: SourceFile
  method: string
  path: string
  handler: Node
  options?: Node
}

const mostCallers = 500
const method = /^(get|post|put|patch|delete|head|options|\*)$/i

/**
 * The routes that a function of the project registers for its callers, by the `route({ method, path, handler })` in it;
 * undefined where the handler is no parameter of a function, or nobody calls it.
 */
export function helpedRoutes(route: Node, file: SourceFile, calls: CallGraph): HelpedRoute[] | undefined {
  const helper = functionAround(route)
  const handler = helper && indexOf(propertyOf(route, 'handler'), helper, file)
  if (!helper || handler === undefined) return undefined
  const options = indexOf(propertyOf(route, 'options') ?? propertyOf(route, 'config'), helper, file)
  const sites = calls.sitesOf(helper).slice(0, mostCallers)
  const found = sites.flatMap((site): HelpedRoute[] => {
    const given = site.call.arguments
    const bound = boundBefore(helper, site.call)
    const [path, verbs] = [given.find(isPath), given.flatMap(methodsOf)]
    const handled = given[handler - bound]
    const told = options === undefined ? undefined : given[options - bound]
    if (!path || !handled || verbs.length === 0) return []
    const text = literalText(path) ?? '*'
    return [{ ...site, method: verbs.join('|'), path: text, handler: handled, ...(told ? { options: told } : {}) }]
  })
  return found.length > 0 ? found : undefined
}

/** Which parameter of a function a value is. */
function indexOf(value: Node | undefined, helper: FunctionNode, file: SourceFile): number | undefined {
  const name = value && unwrap(value)
  const parameter = name?.type === 'Identifier' ? lookUp(file.scopes, name, name.name)?.parameter : undefined
  return parameter?.of === helper ? parameter.index : undefined
}

function isPath(node: Node): boolean {
  return literalText(node)?.startsWith('/') ?? false
}

/** `'GET'`, `['GET', 'POST']`. */
function methodsOf(node: Node): string[] {
  if (node.type === 'ArrayExpression') return node.elements.flatMap((item) => (item ? methodsOf(item) : []))
  const text = literalText(node)
  return text !== undefined && method.test(text) ? [text.toUpperCase()] : []
}
