import type { Codebase } from '../../../codebase.ts'
import { guardsOf, isValidation } from '../../../facts/access-control.ts'
import { bodyText } from '../../../facts/responses.ts'
import { dropsMore } from '../../../facts/route-schemas.ts'
import type { Step } from '../../../facts/steps.ts'
import type { Trace } from '../../../facts/trace.ts'
import type { Route } from '../../../facts/web.ts'
import { hasSpread, keyOf, propertyOf } from '../../../parse/ast.ts'
import { onceFor } from '../../../parse/once.ts'
import { importsPackage, routesOf } from '../../places.ts'
import { privileged } from './privileged-fields.ts'

/** Why a check of the body lets fields through that it does not name; nothing where it drops or refuses them. */
export function letsMoreThrough(codebase: Codebase, trace: Trace): string | undefined {
  const { handler } = trace
  if (!handler || trace.kind !== 'body' || trace.marks.has('parsed')) return undefined
  if (handler.framework === 'nest')
    return !/Pipe\b/.test(handler.file.text.slice(handler.node.start, handler.node.body?.start)) &&
      hasOpenPipe(codebase)
      ? 'with fields its class does not name: the pipe has no `whitelist`'
      : undefined
  const routes = routesOf(codebase, handler.node)
  if (handler.framework === 'fastify') {
    const closed = routes.map((route) => dropsMore(route, codebase.meanings))
    if (closed.includes(false))
      return 'with fields its schema does not name: it does not say `additionalProperties: false`'
    return closed.every(Boolean) || closesSchemas(codebase)
      ? undefined
      : 'with fields its schema does not name: none says `additionalProperties: false`'
  }
  return routes.length > 0 && routes.every((route) => onlyLooks(route, codebase))
    ? 'with fields the check does not name: it drops none'
    : undefined
}

const closing =
  /additionalProperties['"]?\s*:\s*false|removeAdditional|type-provider-zod|fastify-zod|zod-to-json-schema|setValidatorCompiler/
const closesSchemas = onceFor(({ texts }: Codebase) => texts.values().some((text) => closing.test(text)))

/** Zod's checks that keep what came, not what they made of it, and those of express-validator. */
function onlyLooks(route: Route, codebase: Codebase): boolean {
  const checks = guardsOf(route).filter(isValidation)
  return (
    checks.length > 0 &&
    checks.every((step) => /express-validator/.test(step.name) || onlyCollects(step) || parsesInVain(step, codebase))
  )
}

/** `validationResult(req)` says what is wrong; what is sent stays as it came. */
function onlyCollects({ function: node, functionFile: file }: Step): boolean {
  const text = node && file ? bodyText(node, file) : ''
  return (
    /\bvalidationResult\(/.test(text) && !/matchedData|\breq\.(body|query)\s*=[^=]|Object\.assign\(\s*req/.test(text)
  )
}

function parsesInVain({ function: node, functionFile: file }: Step, codebase: Codebase): boolean {
  if (!node || !file || !importsPackage(codebase, /^zod/) || isStrict(codebase)) return false
  const text = bodyText(node, file)
  return (
    /\b(safeParse|parse)(Async)?\(/.test(text) &&
    !/\b(req|request|ctx)(\.request)?\.\w+\s*=[^=]|\b(req|request)\[|Object\.assign\(\s*req/.test(text)
  )
}

const isStrict = onceFor(({ production }: Codebase) =>
  production.some(({ text }) => /\.strict\(|strictObject\(/.test(text)),
)

const hasOpenPipe = onceFor((codebase: Codebase) => {
  const pipes = codebase.index.named(/^@nestjs\/common\.ValidationPipe$/)
  return (
    pipes.length > 0 &&
    pipes.every(({ call }) => {
      const [options] = call.arguments
      return (
        !options || (options.type === 'ObjectExpression' && !hasSpread(options) && !propertyOf(options, 'whitelist'))
      )
    })
  )
})

/** `update(id, req.body.profile)`: a part of the body that is taken for all that is written holds what the caller puts in. */
export function isWholePart({ kind, keys, inObject }: Trace): boolean {
  return kind === 'body' && !inObject && keys.length === 1 && !namesValue.test(keys[0] ?? '')
}

/** Names of what is one value, and no object. */
const namesValue =
  /^(\[\]|\*)$|(id|ids|name|title|e?-?mail|status|state|type|kind|text|content|message|password|token|code|date|time|count|amount|quantity|price|rating|role|url|slug|key|value|phone|query|sql|filter|where)s?$/i

/** The body itself, or a GraphQL input whose type lets the caller set a privileged field. */
export function isWhole(trace: Trace, codebase: Codebase): boolean {
  if (trace.kind === 'body') return trace.keys.length === 0
  if (trace.kind !== 'arguments' || trace.keys.length > 1 || /id$/i.test(trace.keys[0] ?? '')) return false
  const inputs = inputsOf(codebase.texts)
  const named = fieldTypes(trace, codebase).filter((name) => inputs.has(name))
  return named.some((name) => inputs.get(name))
}

/** The types that the schema gives the arguments of the field a resolver answers; GraphQL lets no other field through. */
function fieldTypes({ handler }: Trace, codebase: Codebase): string[] {
  const holder = handler?.node.parent
  const field = holder?.type === 'Property' || holder?.type === 'MethodDefinition' ? keyOf(holder) : undefined
  return field === undefined ? [] : (typesOfFields(codebase.texts).get(field) ?? [])
}

const typesOfFields = onceFor((texts: Codebase['texts']) => {
  const found = new Map<string, string[]>()
  for (const [path, text] of texts) {
    if (!/\.(graphqls?|gql|[cm]?[jt]s)$/.test(path) || !/\b(Mutation|Query)\b/.test(text)) continue
    for (const match of text.matchAll(/(\w+)\s*\(([^()]{1,400})\)\s*:\s*\[?[A-Z]/g)) {
      const types = [...(match[2] ?? '').matchAll(/:\s*\[?(\w+)/g)].map((type) => type[1] ?? '')
      found.set(match[1] ?? '', [...(found.get(match[1] ?? '') ?? []), ...types])
    }
  }
  return found
})

/** Input types of the schema, and whether a caller may set a privileged field with one. */
const inputsOf = onceFor(
  (texts: Codebase['texts']) =>
    new Map(
      [...texts.values()].flatMap((text) =>
        [...text.matchAll(/^\s*(?:extend\s+)?input\s+(\w+)[^{]*\{([^}]*)\}/gm)].map((match): [string, boolean] => [
          match[1] ?? '',
          (match[2] ?? '').split(/[\s,]+/).some((word) => word.endsWith(':') && privileged.test(word.slice(0, -1))),
        ]),
      ),
    ),
)
