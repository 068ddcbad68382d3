import type { Codebase } from '../../../codebase.ts'
import { bodyText } from '../../../facts/responses.ts'
import type { Route } from '../../../facts/web.ts'
import { contains, type FunctionNode } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

const signature =
  /(verif|valid|check|auth)\w*(webhook|sns)|createVerify|signature|constructEvent|timingSafeEqual|createHmac|verify\w*Webhook|webhook\w*Secret|\.webhook\(/i
const proof = /(verif|valid|check|authentic|construct|is[A-Z])\w*(\.\w+)?\(/i

/** A webhook whose sender signs what it sends: the handler, or what it calls, checks that. */
export function provesSender(route: Route, codebase: Codebase): boolean {
  const seen = new Set<FunctionNode>()
  const look = (node: FunctionNode, file: SourceFile, depth: number): boolean => {
    if (seen.has(node)) return false
    seen.add(node)
    const text = bodyText(node, file)
    if (signature.test(text) && proof.test(text)) return true
    return (
      depth < 3 &&
      file.calls.some((call) => {
        const target = contains(node, call) ? codebase.calls.targetOf(call) : undefined
        return target !== undefined && look(target.node, target.file, depth + 1)
      })
    )
  }
  return route.chain.some(
    (step) =>
      signature.test(step.name) ||
      (step.function !== undefined && step.functionFile !== undefined && look(step.function, step.functionFile, 0)),
  )
}
