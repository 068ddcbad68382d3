import type { Codebase } from '../../../codebase.ts'
import type { FoundCall } from '../../../facts/call-index.ts'
import { functionAround, literalText, type CallNode, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { purposeOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { isVerifiedByCallers } from './verified-by-callers.ts'

/** Tokens whose claims are read by a library and whose signature nobody checks. */
export function* decodedOnly(codebase: Codebase): Iterable<Match> {
  for (const found of codebase.index.named(decoders)) {
    const { call, file } = found
    const name = codebase.meanings.nameOf(call.callee, file)
    if (/^jsonwebtoken$|^jose$/.test(name) || forOtherEnds.test(purposeOf(codebase, call).split(' ')[0] ?? '')) continue
    if (!name.includes('jwt-simple')) yield* uncheckedClaims(found, codebase)
    // The algorithm is the fourth: a name given here is taken for `true`.
    else if (!/^(false|null|0)?$/.test(literalText(call.arguments[2]) ?? ''))
      yield { file, node: call, message: 'The third argument switches verification off.' }
  }
}

const decoders =
  /^(jsonwebtoken|jwt-simple|jwt-decode|jose|hono\.jwt)(\.(decode|jwtDecode|decodeJwt))?$|^@nestjs\/jwt\.JwtService\(\)\.decode$/

/** What a function is for that reads a token to note it or to end it, not to trust it. */
const forOtherEnds = /expir|[a-z]Exp(?!ort)|log(?!_?in)|meta|debug|trace|metric|revo|blacklist|invalidat/i

function* uncheckedClaims({ call, file }: FoundCall, codebase: Codebase): Iterable<Match> {
  const around = functionAround(call)
  const text = around ? onTheWay(call, around, file.text) : file.text
  if (/\bverify\(|jwtVerify\(|verifyIdToken|getSigningKey|jwks|kid/.test(text) || isVerifiedLater(call, text)) return
  if (around && isVerifiedByCallers(around, codebase)) return
  const [token] = call.arguments
  const trace = token && codebase.flow.trace(token, file)
  const message = 'The token is decoded but its signature is never checked here.'
  if (trace) yield { file, node: call, steps: trace.steps, message }
  // What another service answered came over its own connection.
  else if (/headers|authorization|cookie/i.test(text.replace(ofAnswers, '')))
    yield { file, node: call, severity: 'medium', confidence: 'medium', message }
}

/** What an answer says, and the code that is given for tokens. */
const ofAnswers = /\bres(p|ponse)?\.headers|authorization[ _-]?code/gi

/** The text of a function without the other branches of the conditions that a call stands under: what they verify, it does not. */
function onTheWay(call: CallNode, around: FunctionNode, text: string): string {
  let kept = text.slice(around.start, around.end)
  for (let at: Node = call; at !== around && at.parent; at = at.parent) {
    const choice: Node = at.parent
    if (choice.type !== 'IfStatement' || at === choice.test) continue
    const other = at === choice.consequent ? choice.alternate : choice.consequent
    if (other) kept = kept.replace(text.slice(other.start, other.end), '')
  }
  return kept
}

/** The same token goes to a function that says it verifies or gives claims. */
function isVerifiedLater(call: CallNode, text: string): boolean {
  const [token] = call.arguments
  return (
    token?.type === 'Identifier' &&
    new RegExp(String.raw`\w*(verif|validat|claims)\w*\([^)]*\b${token.name}\b`, 'i').test(text)
  )
}
