import { pathOf, type FunctionNode } from '../parse/ast.ts'
import { exportedName } from './exported-name.ts'
import type { InputKind } from './request-input.ts'

const read: Readonly<Record<string, InputKind>> = { json: 'body', text: 'body', formData: 'body', arrayBuffer: 'body' }
const held: Readonly<Record<string, InputKind>> = {
  url: 'url',
  nextUrl: 'query',
  headers: 'headers',
  cookies: 'cookies',
}

/**
 * What of a request a parameter holds at the given keys in a file whose exports answer it, one for each HTTP method, as
 * in Next.js: `export async function POST(request, { params })`.
 */
export function routeFileInput(
  node: FunctionNode,
  index: number,
  keys: readonly string[],
): { kind: InputKind; keys: readonly string[] } | undefined {
  const [first = '', second] = keys
  if (index > 1 || !/^(GET|POST|PUT|PATCH|DELETE)$/.test(exportedName(node) ?? '')) return undefined
  if (index === 1) return first === 'params' ? { kind: 'params', keys: keys.slice(1) } : undefined
  const isCall = second === '()'
  const kinds = isCall ? read : held
  const kind = Object.hasOwn(kinds, first) ? kinds[first] : undefined
  return kind && { kind, keys: keys.slice(isCall ? 2 : 1) }
}

/** `procedure.input(schema).mutation(({ input }) => …)`: what the client of tRPC sent, in the form the schema has. */
export function isProcedureInput(node: FunctionNode, index: number, [first]: readonly string[]): boolean {
  const call = node.parent
  if (index !== 0 || first !== 'input' || call?.type !== 'CallExpression') return false
  const path = pathOf(call.callee)
  // Administrators may do what the procedure is for.
  return /(procedure|input\(\)).*\.(mutation|query|subscription)$/i.test(path) && !/admin/i.test(path)
}
