import type { Codebase } from '../../codebase.ts'
import { keyOf, literalText, pathOf, propertyOf, unwrap, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { importsPackage, textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const timeUnits: Rule = {
  id: 'time-units',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'A length of time is given in another unit',
  why: 'Seconds are taken for milliseconds, or the other way round: what should last a day lasts a minute and a half, or three years.',
  effects: { safety: 'Tokens and codes live far too long, or sessions end at once.' },
  fix: {
    say: 'Write the unit the library takes.',
    code: {
      any: "const dayInSeconds = 60 * 60 * 24\nawait redis.set(key, value, 'EX', dayInSeconds)\nres.cookie('id', id, { maxAge: dayInSeconds * 1000 })",
    },
  },
  sources: [
    'https://redis.io/docs/latest/commands/set/',
    'https://expressjs.com/en/api.html#res.cookie',
    'https://github.com/auth0/node-jsonwebtoken#usage',
  ],
  limits: 'Numbers that are written out, with factors such as 1000 or 60 * 60, or that are a whole hour, day or week.',
  *find(codebase) {
    for (const { value, file, unit } of lengthsOfTime(codebase)) {
      const given = unitOf(value, file)
      if (given !== undefined && given !== unit)
        yield {
          file,
          node: value,
          message: `\`${textOf(value, file, 40)}\` is a length of time in ${given}; here ${unit} are taken.`,
        }
    }
    yield* namedOtherwise(codebase)
  },
}

/** `${settings.minutes}h`: the name says one unit, the text another. */
function* namedOtherwise({ index }: Codebase): Iterable<Match> {
  for (const { call, file } of index.named(/^(jsonwebtoken|jose)\.sign$/)) {
    const value = propertyOf(call.arguments[2], 'expiresIn')
    if (value?.type !== 'TemplateLiteral' || value.expressions.length !== 1) continue
    const [name, end] = [value.expressions[0] ? pathOf(value.expressions[0]) : '', value.quasis[1]?.value.cooked]
    const given = unitNames.find(([named]) => named.test(name))
    const taken = unitNames.find(([, letter]) => letter === end?.trim())
    if (given && taken && given !== taken)
      yield {
        file,
        node: value,
        message: `\`${name}\` says ${given[2]}, and \`${textOf(value, file, 50)}\` takes it for ${taken[2]}.`,
      }
  }
}

const unitNames: readonly [RegExp, string, string][] = [
  [/(sec(ond)?s?|_sec)$/i, 's', 'seconds'],
  [/(min(ute)?s?|_min)$/i, 'm', 'minutes'],
  [/(hours?|hrs?)$/i, 'h', 'hours'],
  [/days?$/i, 'd', 'days'],
]

type Unit = 'seconds' | 'milliseconds'
type Length = { value: Node; file: SourceFile; unit: Unit }

function* lengthsOfTime(codebase: Codebase): Iterable<Length> {
  const { index } = codebase
  for (const { call, file } of index.methods('set', 'setex', 'setEx', 'setEX', 'expire')) {
    const value = secondsOf(keyOf(call.callee) ?? '', call.arguments)
    if (value) yield { value, file, unit: 'seconds' }
  }
  for (const { call, file } of index.named(/^(jsonwebtoken|jose)\.sign$/)) {
    const value = propertyOf(call.arguments[2], 'expiresIn')
    if (value) yield { value, file, unit: 'seconds' }
  }
  for (const { call, file } of index.named(/^@nestjs\/jwt\.JwtModule\.register$/)) {
    const value = propertyOf(propertyOf(call.arguments[0], 'signOptions'), 'expiresIn')
    if (value) yield { value, file, unit: 'seconds' }
  }
  const isFastify = importsPackage(codebase, /^@fastify\/cookie$|^fastify-cookie$/)
  for (const { call, file } of index.methods('cookie', 'setCookie')) {
    const value = propertyOf(call.arguments[2], 'maxAge')
    const inSeconds = isFastify || keyOf(call.callee) === 'setCookie'
    if (value) yield { value, file, unit: inSeconds ? 'seconds' : 'milliseconds' }
  }
  for (const { call, file } of index.named(/^(express-session|koa-session|cookie-session)$/)) {
    const options = call.arguments[0]
    const value = propertyOf(propertyOf(options, 'cookie'), 'maxAge') ?? propertyOf(options, 'maxAge')
    if (value) yield { value, file, unit: 'milliseconds' }
  }
  for (const { call, file } of index.named(/^(express-rate-limit(\.(rateLimit|default))?|express-slow-down)$/)) {
    const value = propertyOf(call.arguments[0], 'windowMs')
    if (value) yield { value, file, unit: 'milliseconds' }
  }
  for (const { call, file } of index.named(/^(express\.static|serve-static)$/)) {
    const value = propertyOf(call.arguments[1], 'maxAge')
    if (value) yield { value, file, unit: 'milliseconds' }
  }
}

/** `setex(key, seconds, value)`, `expire(key, seconds)`, `set(key, value, 'EX', seconds)`, `set(key, value, { EX: seconds })`. */
function secondsOf(method: string, given: readonly Node[]): Node | undefined {
  if (/^setex$/i.test(method)) return given.length === 3 ? given[1] : undefined
  if (method === 'expire') return given.length === 2 ? given[1] : undefined
  if (/^ex$/i.test(literalText(given[2]) ?? '')) return given[3]
  return propertyOf(given[2], 'EX') ?? propertyOf(given[2], 'ex')
}

/** What unit a number was written in, as far as its factors tell. */
function unitOf(value: Node, file: SourceFile): Unit | undefined {
  const factors = factorsOf(value, file, 0)
  const product = factors?.reduce((one, other) => one * other, 1) ?? 0
  if (!factors || product < 1) return undefined
  if (factors.length > 1 && factors.includes(1000) && product >= 60_000) return 'milliseconds'
  if (factors.length === 1 && product >= 60_000_000 && product % 3_600_000 === 0) return 'milliseconds'
  if (factors.length === 1) return wholeSeconds.has(product) ? 'seconds' : undefined
  return factors.every((factor) => factor <= 366) && factors.includes(60) ? 'seconds' : undefined
}

/** An hour, a day, a week, a month, a year. */
const wholeSeconds = new Set([3600, 86_400, 604_800, 2_592_000, 31_536_000])

function factorsOf(node: Node, file: SourceFile, depth: number): number[] | undefined {
  const inner = unwrap(node)
  if (inner.type === 'Literal') return typeof inner.value === 'number' ? [inner.value] : undefined
  if (inner.type === 'BinaryExpression' && inner.operator === '*') {
    const sides = [factorsOf(inner.left, file, depth), factorsOf(inner.right, file, depth)]
    return sides[0] && sides[1] ? [...sides[0], ...sides[1]] : undefined
  }
  if (inner.type !== 'Identifier' || depth > 2) return undefined
  const binding = lookUp(file.scopes, inner, inner.name)
  return binding?.kind === 'const' && binding.init && binding.path.length === 0
    ? factorsOf(binding.init, file, depth + 1)
    : undefined
}
