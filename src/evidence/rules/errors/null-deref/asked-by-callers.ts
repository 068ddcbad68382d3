import type { Codebase } from '../../../codebase.ts'
import { decoratorName, decoratorsOf } from '../../../facts/handlers.ts'
import { pathOf, unwrap, type CallNode, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { holdsKey, isConstant } from './settled-keys.ts'
import { isAskedBefore } from './looked-before.ts'

const furthest = 4

/**
 * Whether all callers say that the row is there: an event or a job brings the key of one that was just written, and a
 * request was refused before. Where a key comes from does not always show.
 */
export function isSaidByCallers({ arguments: [key] }: CallNode, file: SourceFile, codebase: Codebase): boolean {
  return key !== undefined && isSaid(key, file, codebase, 0)
}

function isSaid(key: Node, file: SourceFile, codebase: Codebase, depth: number): boolean {
  const inner = unwrap(key)
  if (inner.type === 'ObjectExpression')
    return (
      inner.properties.length > 0 &&
      inner.properties.every((item) => item.type === 'Property' && isSaid(item.value, file, codebase, depth))
    )
  if (depth > 0 && (isConstant(inner) || holdsKey.test(pathOf(inner)))) return true
  const root = rootOf(inner)
  const parameter = root && lookUp(file.scopes, root, root.name)?.parameter
  if (!parameter || depth > furthest || codebase.web.handlers.has(parameter.of)) return false
  if (isListener(parameter.of)) return true
  const sites = codebase.calls.sitesOf(parameter.of)
  return (
    sites.length > 0 &&
    sites.every(({ call, file: home }) => {
      const given = call.arguments[parameter.index]
      return (
        given !== undefined &&
        (isAskedBefore([given], call, home, codebase) || isSaid(given, home, codebase, depth + 1))
      )
    })
  )
}

function rootOf(node: Node): (Node & { type: 'Identifier' }) | undefined {
  let at = node
  while (at.type === 'MemberExpression') at = unwrap(at.object)
  return at.type === 'Identifier' ? at : undefined
}

/** `@OnEvent('order.placed')`, `@Process()`: methods that are run for something that has happened. */
function isListener({ parent }: FunctionNode): boolean {
  return decoratorsOf(parent).some((decorator) =>
    /^(On\w*Event|Process|EventsHandler|On[A-Z]\w+)$/.test(decoratorName(decorator)),
  )
}
