import type { Codebase } from '../../../codebase.ts'
import { objectOf } from '../../../facts/sessions.ts'
import { hasSpread, keyOf, literalText, pathOf, type Node } from '../../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../../parse/by-name.ts'
import { once } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { importsPackage, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** Tokens that are made to be good for ever, or for more than a year. */
export function* endlessTokens(codebase: Codebase): Iterable<Match> {
  yield* signedByFrameworks(codebase)
  yield* longLives(codebase)
  yield* signed(codebase)
}

const neverExpires = { severity: 'low', confidence: 'medium', message: 'The token never expires.' } as const

/** `server.jwt.sign(user)` and `jwtService.sign(user)` where no settings say when a token ends. */
function* signedByFrameworks(codebase: Codebase): Iterable<Match> {
  if (!importsPackage(codebase, /^(@fastify\/jwt|fastify-jwt|@nestjs\/jwt)$/)) return
  if (codebase.production.some((file) => /expiresIn|\bexp\s*:|signOptions/.test(file.text))) return
  for (const { call, file } of codebase.index.methods('sign', 'jwtSign', 'signAsync')) {
    if (call.callee.type !== 'MemberExpression' || call.arguments.length !== 1) continue
    if (/(^|\.)(jwt|jwtService|reply|rep)$/i.test(pathOf(call.callee.object)))
      yield { file, node: call, ...neverExpires }
  }
}

function* longLives(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const property of goingBy(propertiesOf(file), 'expiresIn')) {
      const text = literalText(property.value) ?? ''
      if (property.value.type !== 'Literal' || daysIn(text) <= 400) continue
      const message = `A token that lives for \`${text}\` is worth as much as one that never ends.`
      yield { file, node: property, severity: 'low', message }
    }
  }
}

const days: Readonly<Record<string, number>> = { s: 1 / 86_400, m: 1 / 1440, h: 1 / 24, d: 1, w: 7, y: 365 }

/** The days of a time as jsonwebtoken reads it, with its unit. */
function daysIn(text: string): number {
  const [, count, unit = ''] = /^\s*(\d+)\s*(s|m|h|d|w|y)(ec|in|r|ours?|ays?|eeks?|ears?)?\w*\s*$/i.exec(text) ?? []
  return Number(count ?? 0) * (/^\s*\d+\s*ms/i.test(text) ? 0 : (days[unit.toLowerCase()] ?? 0))
}

/** `jwt.sign(payload, key)`, with no end in its options nor in any payload it is called with. */
function* signed(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(/^jsonwebtoken\.sign$/)) {
    const [payload, , options] = call.arguments
    if (options && (options.type !== 'ObjectExpression' || hasSpread(options))) continue
    if (/expiresIn|\bexp\b/.test(textOf(call, file, 1000)) || !payload) continue
    const payloads = payloadsOf(payload, file, codebase)
    if (payloads.length > 0 && payloads.every((given) => given && namesNoEnd(given, codebase)))
      yield { file, node: call, ...neverExpires }
  }
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

function namesNoEnd({ node, file }: Payload, codebase: Codebase): boolean {
  if (hasSpread(node) || /expiresIn|\bexp\b/.test(file.text.slice(node.start, node.end))) return false
  const dates = node.type === 'ObjectExpression' ? node.properties.flatMap((item) => dateIn(item) ?? []) : []
  return !dates.some((name) => codebase.production.some((reader) => comparesDate(reader).has(name)))
}

function dateIn(item: Node): string | undefined {
  const name = item.type === 'Property' ? keyOf(item) : undefined
  return name !== undefined && dateName.test(name) ? name : undefined
}

const dateName = /^(expir\w*|valid_?until|(created|issued|signed)_?(at|on)|timestamp|ts)$/i

/** Names of dates that are held against another where a token is read: `new Date(payload.expiresAt) < new Date()`. */
const comparesDate = once((file: SourceFile): ReadonlySet<string> =>
  /jsonwebtoken/.test(file.text)
    ? new Set([...file.text.matchAll(heldAgainst)].flatMap(([, before, after]) => before ?? after ?? []))
    : new Set(),
)

const heldAgainst =
  /\.(expir\w*|valid_?until|(?:created|issued|signed)_?(?:at|on)|timestamp|ts)\b\)*(?:\.getTime\(\))?\s*[<>]|[<>]=?\s*(?:new Date\(|\+)?[\w.]+\.(expir\w*|valid_?until|(?:created|issued|signed)_?(?:at|on)|timestamp|ts)\b/gi
