import type { Codebase } from '../../codebase.ts'
import type { Query } from '../../facts/queries.ts'
import type { Trace } from '../../facts/trace.ts'
import { functionAround, keyOf, pathOf, unwrap, type Node } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { isChecked, isValidated, sourceText } from '../places.ts'
import type { Rule } from '../rule.ts'

const sizes = /^(limit|take|first|perPage|pageSize|top|size)$/

export const pageSizeFromRequest: Rule = {
  id: 'page-size-from-request',
  category: 'unbounded-query',
  severity: 'medium',
  confidence: 'medium',
  title: 'The caller says how long a page is',
  why: 'Paging protects nobody when `?limit=1000000` is taken as it is: one request loads the table.',
  effects: {
    memory: 'All rows are in memory at once, when the caller wants it.',
    latency: 'Grows with the table.',
    safety: 'A few such requests take the database.',
  },
  fix: {
    say: 'Put an upper end on it.',
    code: {
      any: 'const limit = Math.min(Number(req.query.limit) || 20, 100)',
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
    const found: { query: Query; size: Node; trace: Trace }[] = []
    for (const query of codebase.queries) {
      if (query.kind !== 'find-many' || query.file.kind !== 'production') continue
      for (const size of [...sizesInChain(query.call), ...sizesInOptions(query)]) {
        const trace = codebase.flow.trace(beforeNumber(size, query.file), query.file)
        if (
          !trace ||
          !/^(query|params|body|arguments)$/.test(trace.kind) ||
          isBounded(trace, size, query.file, codebase)
        )
          continue
        found.push({ query, size, trace })
        break
      }
    }
    // One number that several queries take is one finding.
    for (const [first, ...rest] of Map.groupBy(found, ({ trace }) => trace.source.node).values()) {
      if (!first) continue
      const { query, size, trace } = first
      yield {
        file: query.file,
        node: size,
        also: rest.map((other) => ({ path: other.query.file.path, line: other.query.line })),
        message: `The number of rows is ${sourceText(trace, query.file, size)}, with no upper end.`,
        steps: trace.steps,
      }
    }
  },
}

/** `.limit(x)` and `.take(x)` after a query. */
function sizesInChain(call: Node): Node[] {
  const found: Node[] = []
  let at: Node = call
  for (let up = at.parent; up; up = at.parent) {
    if (up.type === 'MemberExpression' && up.object === at) at = up
    else if (up.type === 'CallExpression' && up.callee === at) {
      const size = up.arguments[0]
      if (at.type === 'MemberExpression' && /^(limit|take)$/.test(keyOf(at) ?? '') && size) found.push(size)
      at = up
    } else break
  }
  return found
}

function sizesInOptions({ call }: Query): Node[] {
  return call.arguments.flatMap((argument) =>
    argument.type === 'ObjectExpression'
      ? argument.properties.flatMap((property) =>
          property.type === 'Property' && sizes.test(keyOf(property) ?? '') ? [property.value] : [],
        )
      : [],
  )
}

/** The text a number is made from: `req.query.limit` in `parseInt(req.query.limit) || 10`, through names. */
function beforeNumber(node: Node, file: SourceFile, depth = 0): Node {
  const inner = unwrap(node)
  if (depth > 6) return inner
  if (inner.type === 'LogicalExpression') return beforeNumber(inner.left, file, depth + 1)
  // `limit ? Number(limit) : 10`
  if (inner.type === 'ConditionalExpression') return beforeNumber(inner.consequent, file, depth + 1)
  if (inner.type === 'UnaryExpression' && inner.operator === '+') return beforeNumber(inner.argument, file, depth + 1)
  // `limit * 1` makes a number of a text.
  if (inner.type === 'BinaryExpression' && inner.operator === '*') return beforeNumber(inner.left, file, depth + 1)
  const first = inner.type === 'CallExpression' ? inner.arguments[0] : undefined
  if (inner.type === 'CallExpression' && first && /^(Number|parseInt|Number\.parseInt)$/.test(pathOf(inner.callee)))
    return beforeNumber(first, file, depth + 1)
  const binding = inner.type === 'Identifier' ? lookUp(file.scopes, inner, inner.name) : undefined
  const isWhole = binding?.path.length === 0 && binding.writes.length === 0
  return isWhole && binding.init ? beforeNumber(binding.init, file, depth + 1) : inner
}

function isBounded(trace: Trace, size: Node, file: SourceFile, codebase: Codebase): boolean {
  if ((isValidated(codebase, trace) && !isWithoutEnd(trace, codebase)) || isChecked(trace, size, file)) return true
  const around = functionAround(size)
  const text = around ? file.text.slice(around.start, size.end) : file.text.slice(0, size.end)
  const names = trace.bindings.map((binding) => binding.name).concat(trace.keys.at(-1) ?? [])
  return (
    /Math\.min\(|\bclamp\(|\bmin\(\[|max(Page|Limit|Size|Per|Results|Rows)|MAX_/i.test(text) ||
    names.some((name) =>
      new RegExp(String.raw`\b${name.replaceAll('$', String.raw`\$`)}\)?\s*(>=?|<=?)\s*\w`).test(text),
    )
  )
}

/** Every schema of the project that knows the number says that it is one, and none how large it may be. */
function isWithoutEnd(trace: Trace, codebase: Codebase): boolean {
  const name = trace.keys.at(-1)
  if (name === undefined || !sizes.test(name)) return false
  const rules = codebase.production.flatMap((file) => sizeRules(file).filter((rule) => rule.name === name))
  return (
    rules.length > 0 &&
    rules.every(({ text }) => !/\bmax|\.max\(|lte|between|IsIn|enum|valid\(|transform|refine/i.test(text))
  )
}

/** What schemas and classes of input say about the size of a page. */
const sizeRules = once((file: SourceFile) => {
  const rules = file.properties.filter(({ value }) => value.type === 'CallExpression')
  const members = file.classes.flatMap(({ body }) => body.body.filter((item) => item.type === 'PropertyDefinition'))
  return [...rules, ...members].flatMap((node) => {
    const name = keyOf(node) ?? ''
    const text = sizes.test(name) ? file.text.slice(node.start, node.end) : ''
    return isRule(node.type, text) ? [{ name, text }] : []
  })
})

function isRule(type: Node['type'], text: string): boolean {
  if (type === 'PropertyDefinition') return /@(Is(Int|Number|Optional|Positive)|Min|Type)\b/.test(text)
  return /^\w+\s*:\s*(\w+\.)*(z|zod|Joi|joi|yup|Yup|v|t|Type)\.(?!.*\bref\b)/.test(text)
}
