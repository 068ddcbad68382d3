import type { Codebase } from '../../../codebase.ts'
import { functionAround, type FunctionNode } from '../../../parse/ast.ts'

/** Reading a token first, to find the key it is then verified with, is how keys of many tenants work. */
export function isVerifiedByCallers(node: FunctionNode, codebase: Codebase): boolean {
  return codebase.calls.sitesOf(node).some(({ call, file }) => {
    const around = functionAround(call)
    return /\b(verify\w*|validate\w*|is\w*Valid)\(|jwtVerify\(/.test(
      around ? file.text.slice(around.start, around.end) : file.text,
    )
  })
}
