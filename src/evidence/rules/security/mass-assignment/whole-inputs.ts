import type { Codebase } from '../../../codebase.ts'
import type { Trace } from '../../../facts/trace.ts'
import { hasSpread, keyOf, propertyOf } from '../../../parse/ast.ts'
import { onceFor } from '../../../parse/once.ts'
import { privileged } from './privileged-fields.ts'

/** NestJS's pipe checks the fields a class names, and only with `whitelist` drops the others. */
export function letsMoreThrough(codebase: Codebase, trace: Trace): boolean {
  const { handler } = trace
  if (!handler || /Pipe\b/.test(handler.file.text.slice(handler.node.start, handler.node.body?.start))) return false
  return handler.framework === 'nest' && trace.kind === 'body' && !trace.marks.has('parsed') && hasOpenPipe(codebase)
}

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
