import type { Codebase } from '../../codebase.ts'
import { numberOrigins, type Place } from '../../facts/number-origins.ts'
import type { Trace } from '../../facts/trace.ts'
import { functionAround, keyOf, type Node } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { callersOf } from '../callers.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { isChecked } from '../checked-values.ts'
import { isValidated, lineOf, sourceText } from '../places.ts'
import type { Rule } from '../rule.ts'
import { pageSizes, sizeName } from './page-size-from-request/page-sizes.ts'

export const pageSizeFromRequest: Rule = {
  id: 'page-size-from-request',
  category: 'unbounded-query',
  severity: 'medium',
  confidence: 'medium',
  title: 'The caller says how long a page is',
  why: 'Paging protects nobody when `?limit=1000000` is taken as it is: one request loads all rows.',
  effects: {
    memory: 'All rows are in memory at once, when the caller wants it.',
    latency: 'Grows with the number of rows.',
    safety: 'A few such requests take the database.',
  },
  fix: {
    say: 'Put an upper end on it.',
    code: {
      any: 'const limit = Math.min(Math.max(Number(req.query.limit) || 20, 1), 100)',
      Fastify:
        "querystring: { type: 'object', properties: { limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 } } }",
      NestJS: '@IsInt()\n@Min(1)\n@Max(100)\nlimit = 20',
    },
  },
  sources: [
    'https://cwe.mitre.org/data/definitions/770.html',
    'https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/',
  ],
  limits: 'A schema in front of the handler is taken to have an upper end where its rule for the number is not found.',
  *find(codebase) {
    const found = pageSizes(codebase).flatMap((size) => unboundedSource(size, codebase) ?? [])
    // One number that several queries take is one finding, and so are the numbers of one function.
    const numbers = [...Map.groupBy(found, ({ origin }) => origin.node).values()]
    for (const group of Map.groupBy(numbers, ([first]) => first && functionAround(first.place.node)).values()) {
      const [first, ...rest] = group.flat()
      if (!first) continue
      const { place, trace } = first
      yield {
        ...place,
        ...(callersOf(trace, codebase) === 'administrators' ? { severity: 'low' as const } : {}),
        also: rest.map(({ size }) => ({ path: size.file.path, line: lineOf(size.node, size.file) })),
        message: `The number of rows is ${sourceText(trace, place.file, place.node)}, with no upper end.`,
        steps: trace.steps,
      }
    }
  },
}

/** Where rows are counted out, the part of a request they are counted by, and where that is mended. */
type Unbounded = { size: Place; origin: Place; place: Place; trace: Trace }

/** The part of a request that a page size is, if nothing on the way says how large it may be. */
function unboundedSource(size: Place, codebase: Codebase): Unbounded | undefined {
  for (const origin of numberOrigins(size.node, size.file, codebase.calls)) {
    const trace = codebase.flow.trace(origin.node, origin.file)
    if (!trace || !/^(query|params|body|arguments)$/.test(trace.kind)) continue
    if ([size, ...origin.through, origin].some((place) => isBounded(trace, place, codebase))) continue
    // What a helper makes of the request is mended there.
    const place = functionAround(origin.node) === functionAround(size.node) ? size : origin
    return { size, origin, place, trace }
  }
  return undefined
}

function isBounded(trace: Trace, { node, file }: Place, codebase: Codebase): boolean {
  if ((isValidated(codebase, trace) && !isWithoutEnd(trace, codebase)) || isChecked(trace, node, file)) return true
  const around = functionAround(node)
  const text = file.text.slice(around?.start ?? 0, node.end)
  const names = trace.bindings.map((binding) => binding.name).concat(trace.keys.at(-1) ?? [])
  return (
    /Math\.min\(|\bclamp\(|\bmin\(\[|max(Page|Limit|Size|Per|Results|Rows)|MAX_/i.test(text) ||
    // `limit > 0` is no upper end.
    names.some((name) =>
      new RegExp(String.raw`\b${name.replaceAll('$', String.raw`\$`)}\)?\s*(>=?|<=?)\s*(?![01]\b)\w`).test(text),
    )
  )
}

/** Every schema of the project that knows the number says that it is one, and none how large it may be. */
function isWithoutEnd(trace: Trace, codebase: Codebase): boolean {
  const name = trace.keys.at(-1)
  // `@Query('limit') limit: string`: no class says what it must be.
  if (name === undefined && trace.handler?.framework === 'nest') return true
  if (name === undefined || !sizeName.test(name)) return false
  const rules = codebase.production.flatMap((file) => sizeRules(file).filter((rule) => rule.name === name))
  return (
    rules.length > 0 &&
    rules.every(({ text }) => !/\bmax|\.max\(|lte|between|IsIn\(|enum|valid\(|transform|refine/i.test(text))
  )
}

/** What schemas and classes of input say about the size of a page. */
const sizeRules = once((file: SourceFile) => {
  const rules = file.properties.filter(({ value }) => value.type === 'CallExpression')
  const members = file.classes.flatMap(({ body }) => body.body.filter((item) => item.type === 'PropertyDefinition'))
  return [...rules, ...members].flatMap((node) => {
    const name = keyOf(node) ?? ''
    const text = sizeName.test(name) ? file.text.slice(node.start, node.end) : ''
    return isRule(node.type, text) ? [{ name, text }] : []
  })
})

function isRule(type: Node['type'], text: string): boolean {
  if (type === 'PropertyDefinition') return /@(Is(Int|Number|Optional|Positive)|Min|Type)\b/.test(text)
  return /^\w+\s*:\s*(\w+\.)*(z|zod|Joi|joi|yup|Yup|v|t|Type)\.(?!.*\bref\b)/.test(text)
}
