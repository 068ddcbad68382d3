import type { Codebase } from '../../codebase.ts'
import { objectOf } from '../../facts/sessions.ts'
import {
  type CallNode,
  contains,
  functionAround,
  hasSpread,
  keyOf,
  literalText,
  pathOf,
  propertyOf,
  type Node,
} from '../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../parse/by-name.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { importsPackage, purposeOf, textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'
import { readByHand } from './jwt/read-by-hand.ts'
import { isVerifiedByCallers } from './jwt/verified-by-callers.ts'

export const jwt: Rule = {
  id: 'jwt',
  category: 'jwt',
  severity: 'high',
  confidence: 'high',
  title: 'A token is trusted without being verified',
  why: '`decode` reads a token without checking its signature; `none` and `ignoreExpiration` switch the check off. Anyone can write such a token.',
  effects: { safety: 'The caller can be anyone it claims to be.' },
  fix: {
    say: 'Verify with the algorithm you sign with.',
    code: { any: "const claims = jwt.verify(token, key, { algorithms: ['HS256'], issuer: 'api' })" },
  },
  sources: [
    'https://datatracker.ietf.org/doc/html/rfc8725',
    'https://github.com/auth0/node-jsonwebtoken#jwtdecodetoken--options',
  ],
  *find(codebase) {
    for (const { call, file } of codebase.index.named(
      /^(jsonwebtoken|jwt-simple|jwt-decode|jose|hono\.jwt)(\.(decode|jwtDecode|decodeJwt))?$|^@nestjs\/jwt\.JwtService\(\)\.decode$/,
    )) {
      const name = codebase.meanings.nameOf(call.callee, file)
      if (/^jsonwebtoken$|^jose$/.test(name)) continue
      const around = functionAround(call)
      if (
        /expir|[a-z]Exp(?!ort)|log(?!_?in)|meta|debug|trace|metric|revo|blacklist|invalidat/i.test(
          purposeOf(codebase, call).split(' ')[0] ?? '',
        )
      )
        continue
      const text = around ? file.text.slice(around.start, around.end) : file.text
      if (/jwt-simple/.test(name)) {
        // The algorithm is the fourth: a name given here is taken for `true`.
        if (!/^(false|null|0)?$/.test(literalText(call.arguments[2]) ?? ''))
          yield { file, node: call, message: 'The third argument switches verification off.' }
        continue
      }
      if (/\bverify\(|jwtVerify\(|verifyIdToken|getSigningKey|jwks|kid/.test(text)) continue
      if (isVerifiedLater(call, text)) continue
      if (around && isVerifiedByCallers(around, codebase)) continue
      const token = call.arguments[0]
      const trace = token && codebase.flow.trace(token, file)
      if (!trace && !/headers|authorization|cookie/i.test(text)) continue
      yield {
        file,
        node: call,
        ...(trace ? { steps: trace.steps } : { severity: 'medium' as const, confidence: 'medium' as const }),
        message: 'The token is decoded but its signature is never checked here.',
      }
    }
    yield* readByHand(codebase)
    yield* endlessTokens(codebase)
    yield* expiredTokens(codebase)
    const shared = new Set<Node>()
    for (const { call, file } of codebase.index.named(
      /^(jsonwebtoken\.(verify|sign)|express-jwt(\.expressjwt)?|jose\.jwtVerify|koa-jwt|passport-jwt\.Strategy)$/,
    )) {
      const found = call.arguments
        .slice(1)
        .flatMap((argument) => objectOf(argument, file, codebase.meanings) ?? [])
        .find(({ node }) => ['algorithms', 'algorithm', 'ignoreExpiration'].some((key) => propertyOf(node, key)))
      const options = found?.node
      const home = found?.file ?? file
      const isShared = options !== undefined && !contains(call, options)
      if (isShared && shared.has(options)) continue
      if (isShared) shared.add(options)
      const place = isShared ? { file: home, node: options } : { file, node: call }
      const algorithms = propertyOf(options, 'algorithms') ?? propertyOf(options, 'algorithm')
      if (algorithms && /['"]none['"]/i.test(home.text.slice(algorithms.start, algorithms.end))) {
        yield {
          ...place,
          ...(isShared ? { node: algorithms } : {}),
          severity: 'critical',
          message: 'The algorithm `none` is accepted: such tokens carry no signature.',
        }
      }
      if (
        literalText(propertyOf(options, 'ignoreExpiration')) === 'true' &&
        !/licen[cs]e/i.test(file.path + purposeOf(codebase, call))
      ) {
        yield {
          ...place,
          ...(isShared ? { node: propertyOf(options, 'ignoreExpiration') ?? call } : {}),
          message: 'Expired tokens are accepted (`ignoreExpiration: true`).',
        }
      }
      if (
        keyOf(call.callee) === 'verify' &&
        call.arguments[1] &&
        /^(null|undefined|''|"")$/.test(file.text.slice(call.arguments[1].start, call.arguments[1].end))
      ) {
        yield { file, node: call, severity: 'critical', message: 'The token is verified without a key.' }
      }
      const key = call.arguments[1]
      const trace = keyOf(call.callee) === 'verify' && key ? codebase.flow.trace(key, file) : undefined
      if (trace)
        yield {
          file,
          node: call,
          severity: 'critical',
          message: `The key to verify with comes from the request (\`${trace.source.text}\`).`,
          steps: trace.steps,
        }
    }
    for (const { call, file } of codebase.index.named(/^jsonwebtoken\.sign$/)) {
      const [payload, , options] = call.arguments
      if (options && (options.type !== 'ObjectExpression' || hasSpread(options))) continue
      if (/expiresIn|\bexp\b/.test(textOf(call, file, 1000)) || !payload) continue
      const payloads = payloadsOf(payload, file, codebase)
      if (payloads.length === 0 || !payloads.every((given) => given && namesNoEnd(given))) continue
      yield { file, node: call, severity: 'low', confidence: 'medium', message: 'The token never expires.' }
    }
  },
}

/** `super({ ignoreExpiration: true })` of a strategy, and lives of more than a year. */
function* expiredTokens(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const property of goingBy(propertiesOf(file), 'ignoreExpiration')) {
      const call = property.parent?.parent
      if (call?.type === 'CallExpression' && call.callee.type === 'Super' && literalText(property.value) === 'true')
        yield { file, node: property, message: 'Expired tokens are accepted (`ignoreExpiration: true`).' }
    }
    for (const property of goingBy(propertiesOf(file), 'expiresIn')) {
      const text = literalText(property.value) ?? ''
      if (property.value.type === 'Literal' && daysIn(text) > 400)
        yield {
          file,
          node: property,
          severity: 'low',
          message: `A token that lives for \`${text}\` is worth as much as one that never ends.`,
        }
    }
  }
}

const days: Readonly<Record<string, number>> = { s: 1 / 86_400, m: 1 / 1440, h: 1 / 24, d: 1, w: 7, y: 365 }

/** The days of a time as jsonwebtoken reads it, with its unit. */
function daysIn(text: string): number {
  const [, count, unit = ''] = /^\s*(\d+)\s*(s|m|h|d|w|y)(ec|in|r|ours?|ays?|eeks?|ears?)?\w*\s*$/i.exec(text) ?? []
  return Number(count ?? 0) * (/^\s*\d+\s*ms/i.test(text) ? 0 : (days[unit.toLowerCase()] ?? 0))
}

type Payload = { node: Node; file: SourceFile }

/** What a token is made of: an object, or what the callers of the function around hand to it. */
function payloadsOf(payload: Node, file: SourceFile, codebase: Codebase): (Payload | undefined)[] {
  const parameter = payload.type === 'Identifier' ? lookUp(file.scopes, payload, payload.name)?.parameter : undefined
  if (!parameter) return [objectOf(payload, file, codebase.meanings)]
  return codebase.calls.sitesOf(parameter.of).map((site) => {
    const given = site.call.arguments[parameter.index]
    return given && objectOf(given, site.file, codebase.meanings)
  })
}

function namesNoEnd({ node, file }: Payload): boolean {
  return !hasSpread(node) && !/expiresIn|\bexp\b/.test(file.text.slice(node.start, node.end))
}

/** `server.jwt.sign(user)` and `jwtService.sign(user)` where no settings say when a token ends. */
function* endlessTokens(codebase: Codebase): Iterable<Match> {
  if (!importsPackage(codebase, /^(@fastify\/jwt|fastify-jwt|@nestjs\/jwt)$/)) return
  if (codebase.production.some((file) => /expiresIn|\bexp\s*:|signOptions/.test(file.text))) return
  for (const { call, file } of codebase.index.methods('sign', 'jwtSign', 'signAsync')) {
    if (call.callee.type !== 'MemberExpression' || call.arguments.length !== 1) continue
    if (!/(^|\.)(jwt|jwtService|reply|rep)$/i.test(pathOf(call.callee.object))) continue
    yield { file, node: call, severity: 'low', confidence: 'medium', message: 'The token never expires.' }
  }
}

/** The same token goes to a function that says it verifies or gives claims. */
function isVerifiedLater(call: CallNode, text: string): boolean {
  const token = call.arguments[0]
  return (
    token?.type === 'Identifier' &&
    new RegExp(String.raw`\w*(verif|validat|claims)\w*\([^)]*\b${token.name}\b`, 'i').test(text)
  )
}
