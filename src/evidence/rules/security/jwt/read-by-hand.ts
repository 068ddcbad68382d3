import type { Codebase } from '../../../codebase.ts'
import { hasAuth } from '../../../facts/access-control.ts'
import { functionAround, literalText, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { codeText } from '../../../parse/code-text.ts'
import { says } from '../../../parse/once.ts'
import { purposeOf, routesOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { isVerifiedByCallers } from './verified-by-callers.ts'

/** `JSON.parse(Buffer.from(token.split('.')[1], 'base64'))`: claims of a token of the request, read and not verified. */
export function* readByHand(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('split')) {
    if (call.callee.type !== 'MemberExpression' || literalText(call.arguments[0]) !== '.') continue
    const around = functionAround(call)
    if (!around || !decodes(file) || takesHeader(call)) continue
    const text = codeText(around, file)
    if (!/base64|\batob\(/.test(text) || !/JSON\.parse\(/.test(text) || looksAtSignature.test(text)) continue
    if (/expir|[a-z]Exp(?!ort)|log(?!_?in)|debug|trace/i.test(purposeOf(codebase, call).split(' ')[0] ?? '')) continue
    const trace = codebase.flow.trace(call.callee.object, file)
    if (!trace || !/header|cookie/.test(trace.kind)) continue
    if (!/token|jwt|auth|bearer/i.test(textOf(call.callee.object, file))) continue
    if (isVerifiedByCallers(around, codebase) || (trace.handler && isBehindGuard(trace.handler.node, codebase)))
      continue
    yield {
      file,
      node: call,
      confidence: 'medium',
      message: 'The claims of the token are read and its signature is never checked here.',
      steps: trace.steps,
    }
  }
}

/** What stands before the handler has verified the token. */
function isBehindGuard(node: FunctionNode, codebase: Codebase): boolean {
  const routes = routesOf(codebase, node).filter(({ handler }) => handler?.node === node)
  return routes.length > 0 && routes.every(hasAuth)
}

/** `token.split('.')[0]` names the key and the way of signing, and makes no claim. */
function takesHeader({ parent }: Node): boolean {
  return parent?.type === 'MemberExpression' && parent.computed && literalText(parent.property) === '0'
}

const decodes = says(/JSON\.parse\(/)
const looksAtSignature = /verif|hmac|signature|\bsign\w*\(|jwks|timingSafe|\bkid\b/i
