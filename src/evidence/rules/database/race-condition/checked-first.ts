import type { Codebase } from '../../../codebase.ts'
import type { Entity } from '../../../facts/entities.ts'
import type { Query } from '../../../facts/queries.ts'
import { filterNames, plainModel, subjectOf } from '../../../facts/query-filters.ts'
import { heldNames } from '../../../facts/query-results.ts'
import { stepsOf, type Step } from '../../../facts/query-steps.ts'
import { sqlText } from '../../../facts/sql-text.ts'
import { guardOf, schemaOf } from '../../../facts/uniqueness.ts'
import {
  ancestor,
  contains,
  functionAround,
  parameterName,
  pathOf,
  unwrap,
  type FunctionNode,
  type Node,
} from '../../../parse/ast.ts'
import { says } from '../../../parse/once.ts'
import { lineAt, type SourceFile } from '../../../parse/source-file.ts'
import { isForAdministrators } from '../../../facts/access-control.ts'
import { requestOf, routesOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { smallTable } from '../small-tables.ts'
import { uniqueOn } from './unique-on.ts'
import { runsWhenMissing } from './when-missing.ts'

/** `if (await find({ email })) …` and then an insert: two requests at once both find nothing. */
export function* checkedFirst(codebase: Codebase): Iterable<Match> {
  const inserts = Map.groupBy(stepsOf(codebase, isInsert), ({ file }) => file)
  const isAnswered = codebase.production.some(knowsDuplicates)
  const told = new Set<string>()
  for (const look of stepsOf(codebase, isLook)) {
    const { call, file, query } = look
    const around = functionAround(call)
    const later = inserts.get(file)?.filter((item) => item.call.start > call.end)
    if (!around || (!later?.some((item) => contains(around, item.call)) && around.params.length !== 3)) continue
    const names = filterNames(query).filter((name) => !aside.test(name))
    // Of what ends by itself, a second does no harm.
    if (names.some((name) => /^expir/i.test(name)) || shortLived.test(subjectOf(query) ?? '')) continue
    if (names.every((name) => /^_?id$/i.test(name)) || !requestOf(codebase, call) || isHeld(call, around, file))
      continue
    const insert = later?.find((item) => isInsertFor(look, item, around))
    const isStep = !insert && names.some((name) => identifying.test(name)) && goesOn(look, around)
    const guard = insert || isStep ? guardOf(codebase, query, names) : undefined
    if (guard === undefined || (guard === 'bare' && !names.some((name) => identifying.test(name)))) continue
    // Looked for once more, the other way round: it is one row that must not be there.
    const pair = insert && [insert.file.path, insert.call.start, ...names.toSorted()].join(' ')
    if (pair !== undefined && told.has(pair)) continue
    if (pair !== undefined) told.add(pair)
    const place = insert ? `line ${lineAt(file.lineStarts, insert.call.start)}` : 'in a later step'
    const both = `Two requests at once both find nothing here and both insert (${place})`
    if (duplicates.test(file.text.slice(around.start, around.end))) continue
    const list = names.map((name) => `\`${name}\``).join(', ')
    const isOfLists = holdsLists(names, schemaOf(codebase, query))
    if (guard === 'open' || guard === 'bare')
      yield {
        file,
        node: call,
        severity:
          isHarmless(look, insert, names) || (isForHouse(look, codebase) && !names.some((name) => ofLogin.test(name)))
            ? 'low'
            : 'medium',
        ...(isOfLists || !isWhole(query) ? {} : { words: uniqueOn(names, subjectOf(query)) }),
        message: isOfLists
          ? `${both}: a unique index on the items of ${list} would refuse too much, one on a key made of all of them stops the second.`
          : `${both}: no unique index ${isWhole(query) ? `on ${list} ` : ''}stops the second.`,
      }
    else if (guard === 'guarded' && !isAnswered)
      yield {
        file,
        node: call,
        severity: 'info',
        message: `${both}: the index refuses the second, and nothing makes of its error the answer for what exists.`,
      }
  }
}

/** `{ rater, ...(order ? { order } : {}) }` names only a part of what has to be unique. */
function isWhole({ call, file }: Query): boolean {
  return !/\.\.\.\(/.test(file.text.slice(call.start, call.end))
}

function holdsLists(names: readonly string[], entity: Entity | undefined): boolean {
  const fields = entity?.fields.filter(({ name }) => names.includes(name)) ?? []
  return fields.length > 0 && fields.every(({ type }) => /^(\{\s*type\s*:\s*)?\[/.test(type))
}

/**
 * Who keeps a short list seldom does it twice at once; and where whichever row is found will do, a second is never
 * noticed, unless it has the name of another.
 */
function isHarmless({ call, query }: Step, insert: Step | undefined, names: readonly string[]): boolean {
  if (smallTable.test(subjectOf(query) ?? '')) return true
  if (!insert || names.some((name) => identifying.test(name))) return false
  const choice = ancestor(insert.call, (at) => at.type === 'IfStatement' && at.start > call.end)
  return (
    choice?.type === 'IfStatement' &&
    !choice.alternate &&
    heldNames(call).some((name) => asksWhetherMissing(choice.test, name))
  )
}

/** Administrators alone add to it: two of them seldom do the same at once. */
function isForHouse({ call }: Step, codebase: Codebase): boolean {
  const routes = routesOf(codebase, requestOf(codebase, call)?.node)
  return routes.length > 0 && routes.every(isForAdministrators)
}

/** `!row`, `row === null` */
function asksWhetherMissing(test: Node, name: string): boolean {
  const inner = unwrap(test)
  if (inner.type === 'UnaryExpression') return inner.operator === '!' && pathOf(inner.argument) === name
  return inner.type === 'BinaryExpression' && /^={2,3}$/.test(inner.operator) && pathOf(inner.left) === name
}

/** Conditions beside the key. */
const aside = /^\$|^(deleted_?at|is_?(active|deleted))$/i
const identifying = /^(e-?mail|user_?name|login|name|title|slug|code|phone|sku)$/i
const ofLogin = /^(e-?mail|user_?name|login|phone)$/i
const shortLived = /(token|otp|verification\w*|session|code)s?(model|schema|entity|repository)?$/i
const duplicates =
  /P2002|\bE?11000\b|23505|ER_DUP_ENTRY|Unique(Key)?(Constraint|Violation)|duplicate.?(key|entry)|SQLITE_CONSTRAINT/i
const knowsDuplicates = says(duplicates)

/** `this.asyncLock.dispatch(id, async () => …)` */
const lock = /(?<![bBcC])lock|Lock|[mM]utex|[sS]emaphore/

/** The lookup is made under a lock or in a transaction, or the insert takes care of what exists. */
function isHeld(look: Node, around: FunctionNode, file: SourceFile): boolean {
  return (
    ancestor(look, (at) => at.type === 'CallExpression' && lock.test(pathOf(at.callee))) !== undefined ||
    /transaction/i.test(file.text.slice(around.start, look.start)) ||
    /\block\b|upsert/i.test(file.text.slice(around.start, around.end))
  )
}

/** `next()` in a step before the handler, when nothing was found. */
function goesOn({ call, file }: Step, around: FunctionNode): boolean {
  const next = parameterName(around.params[2])?.name
  const names = heldNames(call)
  return (
    around.params.length === 3 &&
    file.calls.some(
      (item) =>
        item.callee.type === 'Identifier' &&
        item.callee.name === next &&
        item.arguments.length === 0 &&
        item.start > call.end &&
        contains(around, item) &&
        runsWhenMissing(item, { call, names }, around),
    )
  )
}

function isLook({ kind, method, sql, file }: Query): boolean {
  if (sql) return /^\s*select\b/i.test(sqlText(sql, file) ?? '')
  return (
    kind === 'find-one' || kind === 'count' || (kind === 'find-many' && /^(find|findAll|findMany|select)$/.test(method))
  )
}

function isInsert({ kind, method, sql, file }: Query): boolean {
  if (!sql) return kind === 'insert' && !/^(upsert|findOrCreate)$/.test(method)
  const text = sqlText(sql, file) ?? ''
  return /^\s*insert\s+into\b/i.test(text) && !/on\s+(conflict|duplicate)|where\s+not\s+exists/i.test(text)
}

function isInsertFor(look: Step, insert: Step, around: FunctionNode): boolean {
  const { call, query } = look
  if (!contains(around, insert.call)) return false
  if (plainModel(subjectOf(insert.query)) !== plainModel(subjectOf(query))) return false
  const names = heldNames(call)
  // To save the record that was found changes it; nothing is inserted.
  const receiver = insert.call.callee.type === 'MemberExpression' ? pathOf(insert.call.callee.object) : ''
  const [saved] = insert.call.arguments
  if (names.includes(receiver) || (saved && names.includes(pathOf(saved)))) return false
  return runsWhenMissing(insert.call, { call, names }, around)
}
