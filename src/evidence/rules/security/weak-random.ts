import type { Codebase } from '../../codebase.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  keyOf,
  literalText,
  pathOf,
  type Node,
} from '../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../parse/by-name.ts'
import { atOnce } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { purposeOf, textOf } from '../places.ts'
import { inOne } from '../matches.ts'
import type { Match, Rule } from '../rule.ts'

const secret =
  /token|passw|pwd|secret|otp|session|sid\b|\bgenid|nonce|salt|api_?key|csrf|reset|verif|invit|\buid\b|unique|\bauth|authToken|credential|code\b|pin\b/i

export const weakRandom: Rule = {
  id: 'weak-random',
  category: 'weak-random',
  severity: 'medium',
  confidence: 'medium',
  title: 'A secret is made from predictable values',
  why: '`Math.random` and the clock can be guessed from a few outputs.',
  effects: { safety: 'Tokens, passwords or session ids can be computed by others.' },
  fix: {
    say: 'Use the random source of `node:crypto`.',
    code: {
      any: "import { randomBytes, randomUUID } from 'node:crypto'\nconst token = randomBytes(32).toString('base64url')\nconst id = randomUUID()",
    },
  },
  sources: [
    'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Math/random',
    'https://nodejs.org/api/crypto.html#cryptorandombytessize-callback',
  ],
  *find(codebase) {
    const found: (Match & { node: Node })[] = []
    for (const { call, file } of codebase.index.named(/^Math\.random$/)) {
      // `Math.random() < 0.1` takes a share; nothing is made of it.
      if (call.parent?.type === 'BinaryExpression' && /^[<>]=?$/.test(call.parent.operator)) continue
      if (isChoice(call, file) || standsBesideRandom(call, file)) continue
      const near = nearNames(call, file)
      if (
        [...near, ...makers(call, codebase)].some((name) =>
          /file_?name|storage|upload|unique|short_?code|slug|worker|(public|friendly|display|readable)_?id/i.test(name),
        ) &&
        !/token|secret|passw|otp|session/i.test([...near, makerOf(call)].join(' '))
      )
        continue
      if (
        !near.some((name) => measure.test(name) || /randomBytes|randomInt/.test(name)) &&
        [...near, ...makers(call, codebase)].some((name) => secret.test(name))
      )
        found.push({ file, node: call, message: '`Math.random` makes a value that others must not guess.' })
    }
    for (const inFunction of Map.groupBy(found, ({ node }) => outermost(node)).values()) yield* inOne(inFunction)
    for (const file of codebase.production) {
      for (const { value } of idMakers(file)) {
        const made = file.calls.find((call) => contains(value, call) && guessable.test(pathOf(call.callee)))
        if (made && !/random(Bytes|UUID)|uuid|nanoid/.test(file.text.slice(value.start, value.end)))
          yield {
            file,
            node: made,
            confidence: 'high',
            severity: 'high',
            message: 'Session ids are made from the clock or from values of the request.',
          }
      }
    }
  },
}

/** The function at the top of its file that a value is made in. */
function outermost(node: Node): Node | undefined {
  const around = functionAround(node)
  return around && (outermost(around) ?? around)
}

const guessable = /^(Math\.random|process\.hrtime(\.bigint)?)$|^(new )?Date\b/

const idMakers = atOnce((file: SourceFile) => goingBy(propertiesOf(file), /^(genid|generateSessionId|idGenerator)$/i))

/** `codes[Math.floor(Math.random() * codes.length)]`, one of a few numbers or words that stand in the source. */
function isChoice(call: Node, file: SourceFile): boolean {
  const access = ancestor(
    call,
    (at) => at.type === 'MemberExpression' && at.computed && at.object.type === 'Identifier',
  )
  if (access?.type !== 'MemberExpression' || access.object.type !== 'Identifier') return false
  const list = lookUp(file.scopes, access.object, access.object.name)?.init
  return (
    list?.type === 'ArrayExpression' &&
    list.elements.length < 30 &&
    list.elements.every((item) => (literalText(item) ?? '').length > 1)
  )
}

/** `${randomUUID()}-${Math.random()}`: what stands beside it cannot be guessed. */
function standsBesideRandom(call: Node, file: SourceFile): boolean {
  const whole = ancestor(call, (at) => at.type === 'TemplateLiteral')
  return whole !== undefined && drawn.test(textOf(whole, file))
}

const drawn = /\b(uuid(v[1457])?|v4|randomUUID|randomBytes|nanoid|ulid|createId)\(/

const measure =
  /cnonce|client_?nonce|length|size|count|delay|jitter|backoff|retry|expir|stale|color|sample|shuffle|position/i

/** What the value is called: variables, fields and calls it goes into within its statement. */
function nearNames(call: Node, file: SourceFile): string[] {
  const names: string[] = []
  for (let at: Node = call; at.parent && !isFunction(at) && !at.type.endsWith('Statement'); at = at.parent) {
    const up = at.parent
    if (up.type === 'VariableDeclarator') names.push(textOf(up.id, file))
    if (up.type === 'AssignmentExpression') names.push(textOf(up.left, file))
    if (up.type === 'Property' || up.type === 'PropertyDefinition') names.push(keyOf(up) ?? '')
    if (up.type === 'CallExpression' && up.callee !== at && up.arguments.some((item) => item === at))
      names.push(pathOf(up.callee))
  }
  return names
}

/** `makeToken()` makes a token, also where one of its callers names a file by it. */
function makerOf(call: Node): string {
  return functionAround(call)?.id?.name ?? ''
}

/** The function that makes the value and, where it does nothing else, those that call it. */
function makers(call: Node, codebase: Codebase): string[] {
  const around = functionAround(call)
  if (!around) return []
  const callers = around.end - around.start < 200 ? codebase.calls.sitesOf(around).map((site) => site.call) : []
  return [call, ...callers].map((node) => purposeOf(codebase, node).split(' ')[0] ?? '')
}
