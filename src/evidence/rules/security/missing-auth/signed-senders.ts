import type { Codebase } from '../../../codebase.ts'
import { someReached } from '../../../facts/reached.ts'
import { bodyText } from '../../../facts/responses.ts'
import type { Route } from '../../../facts/web.ts'
import type { FunctionNode } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

const signature =
  /(verif|valid|check|auth)\w*(webhook|sns)|createVerify|signature|constructEvent|timingSafeEqual|createHmac|verify\w*Webhook|webhook\w*Secret|\.webhook\(/i
const proof = /(verif|valid|check|authentic|construct|is[A-Z])\w*(\.\w+)?\(/i

/** A webhook whose sender signs what it sends, or a device that sends its key: the handler, or what it calls, checks that. */
export function provesSender(route: Route, codebase: Codebase): boolean {
  return (
    handsKeyOn(route, codebase) ||
    route.chain.some(
      ({ name, function: node, functionFile: file }) =>
        signature.test(name) ||
        (node !== undefined && file !== undefined && someReached({ node, file }, 3, codebase.calls, checksSignature)),
    )
  )
}

/** It reads a header, and something that it calls refuses who has not the right one. */
function handsKeyOn({ handler }: Route, { calls }: Codebase): boolean {
  return (
    handler !== undefined &&
    /\bheaders?\b/i.test(handler.file.text.slice(handler.node.start, handler.node.end)) &&
    someReached(handler, 2, calls, (node, file) => /\b401\b|Unauthori/.test(bodyText(node, file)))
  )
}

function checksSignature(node: FunctionNode, file: SourceFile): boolean {
  const text = bodyText(node, file)
  return signature.test(text) && proof.test(text)
}
