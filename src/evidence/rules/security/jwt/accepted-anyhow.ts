import type { Codebase } from '../../../codebase.ts'
import type { FoundCall } from '../../../facts/call-index.ts'
import { objectOf } from '../../../facts/sessions.ts'
import { contains, keyOf, literalText, propertyOf, type CallNode, type Node } from '../../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../../parse/by-name.ts'
import { purposeOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** Tokens that are verified in a way that proves nothing. */
export function* acceptedAnyhow(codebase: Codebase): Iterable<Match> {
  yield* strategies(codebase)
  const told = new Set<Node>()
  for (const found of codebase.index.named(verifiers)) {
    yield* byOptions(found, codebase, told)
    if (keyOf(found.call.callee) === 'verify') yield* byKey(found, codebase)
  }
}

const verifiers =
  /^(jsonwebtoken\.(verify|sign)|express-jwt(\.expressjwt)?|jose\.jwtVerify|koa-jwt|passport-jwt\.Strategy)$/

const expired = {
  severity: 'medium',
  message: 'Expired tokens are accepted (`ignoreExpiration: true`).',
  words: {
    title: 'Tokens that have run out are accepted',
    why: 'The signature is checked and the end is not: a token that was found once, in a log or on a lost device, opens the account for ever.',
    effects: { safety: 'A stolen token works until the key is changed for everyone.' },
    fix: {
      say: 'Let tokens end, and renew them.',
      code: { any: "const claims = jwt.verify(token, key, { algorithms: ['HS256'] }) // throws when it has run out" },
    },
  },
} as const

/** `super({ ignoreExpiration: true })` of a strategy. */
function* strategies(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const property of goingBy(propertiesOf(file), 'ignoreExpiration')) {
      const call = property.parent?.parent
      if (call?.type === 'CallExpression' && call.callee.type === 'Super' && literalText(property.value) === 'true')
        yield { file, node: property, ...expired }
    }
  }
}

/** Options that several calls share are told once, where they are written. */
function* byOptions({ call, file }: FoundCall, codebase: Codebase, told: Set<Node>): Iterable<Match> {
  const options = call.arguments
    .slice(1)
    .flatMap((argument) => objectOf(argument, file, codebase.meanings) ?? [])
    .find(({ node }) => ['algorithms', 'algorithm', 'ignoreExpiration'].some((key) => propertyOf(node, key)))
  if (!options || told.has(options.node)) return
  told.add(options.node)
  const at = (node: Node) => (contains(call, options.node) ? { file, node: call } : { file: options.file, node })
  const algorithms = propertyOf(options.node, 'algorithms') ?? propertyOf(options.node, 'algorithm')
  if (algorithms && /['"]none['"]/i.test(options.file.text.slice(algorithms.start, algorithms.end))) {
    yield { ...at(algorithms), ...(needsNoKey(algorithms, call) ? unsigned : unsignedWithoutKey) }
  }
  const ignored = propertyOf(options.node, 'ignoreExpiration')
  if (ignored && literalText(ignored) === 'true' && !/licen[cs]e/i.test(file.path + purposeOf(codebase, call)))
    yield { ...at(ignored), ...expired }
}

const unsigned = {
  severity: 'critical',
  message: 'The algorithm `none` is accepted: such tokens carry no signature.',
} as const

/** jsonwebtoken takes an unsigned token only where it is given no key (https://github.com/auth0/node-jsonwebtoken/blob/master/verify.js). */
const unsignedWithoutKey = {
  severity: 'medium',
  message: 'The algorithm `none` is accepted: where the key is missing, a token without a signature passes.',
  words: {
    title: 'Unsigned tokens pass where the key is missing',
    why: 'With a key jsonwebtoken refuses unsigned tokens; with `none` in the list an unset variable is enough to take them, and nothing fails at the start.',
    effects: { safety: 'One missing setting, and the caller can be anyone it claims to be.' },
  },
} as const

/** Nothing but `none` is named, or something other than a verifier of jsonwebtoken's is given it. */
function needsNoKey(algorithms: Node, call: CallNode): boolean {
  if (algorithms.type !== 'ArrayExpression' || algorithms.elements.length < 2) return true
  const [, key] = call.arguments
  return !key || keyOf(call.callee) !== 'verify'
}

function* byKey({ call, file }: FoundCall, codebase: Codebase): Iterable<Match> {
  const [, key] = call.arguments
  if (!key) return
  if (/^(null|undefined|''|"")$/.test(file.text.slice(key.start, key.end)))
    yield { file, node: call, severity: 'critical', message: 'The token is verified without a key.' }
  const trace = codebase.flow.trace(key, file)
  if (!trace) return
  const message = `The key to verify with comes from the request (\`${trace.source.text}\`).`
  yield { file, node: call, severity: 'critical', message, steps: trace.steps }
}
