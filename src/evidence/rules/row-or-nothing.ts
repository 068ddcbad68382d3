import type { Codebase } from '../codebase.ts'
import { chainTop } from '../facts/promises.ts'
import { queriesByCall, type Query } from '../facts/queries.ts'
import { sqlText } from '../facts/sql-text.ts'
import {
  ancestor,
  contains,
  functionAround,
  keyOf,
  literalText,
  pathOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { onceFor } from '../parse/once.ts'
import { returnsOf } from '../parse/returns.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'

type Code = { node: FunctionNode; file: SourceFile }

const deepest = 4

/** The lookup whose row a value is as it was given, or nothing when there was none: also through functions of the project that only hand it on. */
export function rowOrNothing(value: Node, file: SourceFile, codebase: Codebase, depth = 0): Query | undefined {
  const inner = unwrap(value)
  if (depth > deepest) return undefined
  switch (inner.type) {
    case 'Identifier':
      return ofName(inner, file, codebase, depth)
    case 'LogicalExpression':
      return isNothing(inner.right) ? rowOrNothing(inner.left, file, codebase, depth + 1) : undefined
    case 'MemberExpression':
      return keyOf(inner) === '0' ? ofFirst(inner.object, file, codebase) : undefined
    case 'CallExpression': {
      const query = queryAt(inner, codebase)
      if (query) return isLookup(query, codebase) && !takesFirst(query) ? query : undefined
      const target = codebase.calls.targetOf(inner)
      return target && handedOn(codebase).get(target, depth)
    }
    default:
      return undefined
  }
}

function ofName(name: Of<'Identifier'>, file: SourceFile, codebase: Codebase, depth: number): Query | undefined {
  const binding = lookUp(file.scopes, name, name.name)
  if (!binding || binding.writes.length > 0) return undefined
  const { init, path, parameter } = binding
  if (parameter) {
    const awaited = path.length === 0 ? resultOf(parameter) : undefined
    return awaited && !isTold(name.name, parameter.of.body?.start ?? 0, name, file)
      ? rowOrNothing(awaited, file, codebase, depth + 1)
      : undefined
  }
  if (!init || functionAround(init) !== functionAround(name) || isTold(name.name, init.end, name, file))
    return undefined
  if (path.length === 0) return rowOrNothing(init, file, codebase, depth + 1)
  const query = path.join('.') === '0' ? queryAt(unwrap(init), codebase) : undefined
  return query && takesFirst(query) ? query : undefined
}

/** `.then((row) => …)` */
function resultOf({ of, index }: { of: FunctionNode; index: number }): Node | undefined {
  const call = of.parent
  return call?.type === 'CallExpression' &&
    call.callee.type === 'MemberExpression' &&
    keyOf(call.callee) === 'then' &&
    index === 0 &&
    call.arguments[0] === of
    ? call.callee.object
    : undefined
}

/** Whether a query gives one row, or nothing when there is none. */
export function isLookup(query: Query, codebase: Codebase): boolean {
  // The driver of MongoDB answers with an object that holds the row.
  if (query.method.startsWith('findOneAnd') && isDriver(query)) return false
  // `.throwIfNotFound()` of Objection, `.orFail()` of Mongoose
  if (query.method === 'exists' || query.chain.some((name) => /OrFail$|^orFail|OrThrow|^throwIf/.test(name)))
    return false
  if (takesFirst(query)) return true
  if (
    query.kind === 'find-one' &&
    !/OrFail|OrThrow/.test(query.method) &&
    !/rejectOnEmpty/.test(query.file.text.slice(query.call.start, query.call.end))
  )
    return true
  if (givesFormer.test(query.method)) return !/upsert/.test(query.file.text.slice(query.call.start, query.call.end))
  return (
    query.method === 'find' &&
    !query.chain.includes('toArray') &&
    codebase.project.dependencies.some((item) => item.name === 'sequelize') &&
    !codebase.project.dependencies.some((item) => item.name === 'mongoose')
  )
}

/** `findByPk(cart.id)` after the function has found or made `cart` itself. */
export function picksKnown({ arguments: [key] }: CallNode, file: SourceFile): boolean {
  if (key?.type !== 'MemberExpression' || key.object.type !== 'Identifier' || !/^_?id$/.test(keyOf(key) ?? ''))
    return false
  return lookUp(file.scopes, key, key.object.name)?.init?.type === 'AwaitExpression'
}

/** What they change or remove they give back, or `null` when there was nothing. */
const givesFormer = /^(findByIdAnd|findOneAnd)(Update|Delete|Remove|Replace)$/

function isDriver({ call, client }: Query): boolean {
  return client === 'mongodb' || (call.callee.type === 'MemberExpression' && /^db\b/.test(pathOf(call.callee.object)))
}

/** `const [row] = await db.select()…where(…)`. */
function takesFirst(query: Query): boolean {
  if (query.method !== 'select' || !query.chain.includes('where')) return false
  const holder = chainTop(query.call).parent?.parent
  return holder?.type === 'VariableDeclarator' && holder.id.type === 'ArrayPattern'
}

/** A SELECT or a change with RETURNING of rows by a value; sums and counts give a row in every case. */
export function maySelectNone({ kind, sql, file }: Query): boolean {
  const text = kind === 'raw' && sql ? sqlText(sql, file) : undefined
  return (
    text !== undefined &&
    /^\s*(select|update|delete)\b[\s\S]*\bwhere\b[\s\S]*(=|\blike\b)/i.test(text) &&
    // What a change without RETURNING answers with is there whatever it found.
    (/^\s*select/i.test(text) || /\b(returning|output)\b/i.test(text)) &&
    !/^\s*select\s+(distinct\s+)?(count|sum|max|min|avg|exists|coalesce)\s*\(/i.test(text)
  )
}

/** `rows[0]` and `result.rows[0]` of a statement of SQL. */
function ofFirst(list: Node, file: SourceFile, codebase: Codebase): Query | undefined {
  const inner = unwrap(list)
  const root = inner.type === 'MemberExpression' && keyOf(inner) === 'rows' ? unwrap(inner.object) : inner
  const binding = root.type === 'Identifier' ? lookUp(file.scopes, root, root.name) : undefined
  const given = binding && !binding.parameter && binding.writes.length === 0 ? binding.init : root
  const call = given && unwrap(given)
  const query = call && queryAt(call, codebase)
  if (binding?.init && isCounted(pathOf(root), file.text.slice(binding.init.end, list.start))) return undefined
  return query && maySelectNone(query) && !(binding && binding.path.some((key) => !/^(rows|0)$/.test(key)))
    ? query
    : undefined
}

/** `if (rows.length === 0) throw …` before the first of them. */
function isCounted(name: string, between: string): boolean {
  const escaped = name.replaceAll('$', String.raw`\$`)
  return new RegExp(String.raw`\b${escaped}(\.rows)?\??\.(length|rowCount)\b|!\s*${escaped}\b`).test(between)
}

function isNothing(node: Node): boolean {
  return (node.type === 'Literal' && node.value === null) || (node.type === 'Identifier' && node.name === 'undefined')
}

/** Whether something between where a name has its value and where it is handed on asks for it, or reads of it. */
function isTold(name: string, from: number, use: Node, file: SourceFile): boolean {
  const escaped = name.replaceAll('$', String.raw`\$`)
  return new RegExp(
    String.raw`[!(&|?=]\s*${escaped}\s*[)&|?=!]|\b${escaped}\s*(===?|!==?|\?|&&|\|\|)|[(,]\s*${escaped}\s*[,)]|\b${escaped}\.`,
  ).test(file.text.slice(from, use.start))
}

/** The query that a call is, or is the end of: `findById(id).lean()`. */
function queryAt(call: Node, { queries }: Codebase): Query | undefined {
  let at = call
  while (at.type === 'CallExpression') {
    const query = queriesByCall(queries).get(at)
    if (query || at.callee.type !== 'MemberExpression' || !sameRow.test(keyOf(at.callee) ?? '')) return query
    at = unwrap(at.callee.object)
  }
  return undefined
}
const sameRow = /^(lean|populate|select|exec|session|sort|from|where|limit|leftJoin|innerJoin|returning)$/

/** What functions of the project hand on of a lookup, asked once of each. */
const handedOn = onceFor((codebase: Codebase) => {
  const known = new Map<FunctionNode, Query | undefined>()
  return {
    get(code: Code, depth: number): Query | undefined {
      if (known.has(code.node)) return known.get(code.node)
      // A function that asks itself gives no row of its own.
      known.set(code.node, undefined)
      const value = onlyOutcome(code)
      const query = value && rowOrNothing(value, code.file, codebase, depth + 1)
      known.set(code.node, query)
      return query
    },
  }
})

/** `if (!row) return null`, and then `return new Order(row)`: a function of the project gives nothing where there is no row. */
export function madeOfRow(call: CallNode, codebase: Codebase): Query | undefined {
  const target = codebase.calls.targetOf(call)
  const value = target && onlyOutcome(target)
  if (!value) return undefined
  const { node, file } = target
  const made = unwrap(value)
  const [row] = made.type === 'NewExpression' ? made.arguments : []
  if (row?.type !== 'Identifier') return undefined
  const init = lookUp(file.scopes, row, row.name)?.init
  const query = init && queryAt(unwrap(init), codebase)
  const refuses = returnsOf(node, file).some(
    ({ argument, parent }) => argument && isNothing(argument) && asksFor(row.name, parent),
  )
  return query && refuses && isLookup(query, codebase) ? query : undefined
}

/** In the branch of `if (!row)`. */
function asksFor(name: string, holder: Node | null | undefined): boolean {
  const choice = holder?.type === 'BlockStatement' ? holder.parent : holder
  if (choice?.type !== 'IfStatement') return false
  const test = unwrap(choice.test)
  return test.type === 'UnaryExpression' && test.operator === '!' && pathOf(test.argument) === name
}

/** The one value that a function gives, where it refuses nothing itself. */
function onlyOutcome({ node, file }: Code): Node | undefined {
  const { body } = node
  if (body?.type !== 'BlockStatement') return body ?? undefined
  const isInCatch = (at: Node) => ancestor(at, (up) => up.type === 'CatchClause', node) !== undefined
  if (file.throws.some((item) => contains(node, item) && !isInCatch(item))) return undefined
  const given = returnsOf(node, file).filter(({ argument }) => argument && !isNothing(argument))
  const [only] = given
  if (given.length !== 1 || !only?.argument) return undefined
  const block = only.parent
  const isEnd = block === body || (block?.parent?.type === 'TryStatement' && block.parent.block === block)
  return isEnd && literalText(only.argument) === undefined ? only.argument : undefined
}
