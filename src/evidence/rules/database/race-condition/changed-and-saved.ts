import type { Codebase } from '../../../codebase.ts'
import {
  contains,
  functionAround,
  keyOf,
  pathOf,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { requestOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { locked } from './locked.ts'

/** `account.balance -= amount` and then `account.save()`, or a function of the project that saves it. */
export function* changedAndSaved(codebase: Codebase): Iterable<Match> {
  const told = new Map<FunctionNode, Set<string>>()
  for (const { call, file, name, around } of savings(codebase)) {
    const text = file.text.slice(around.start, call.start)
    if (locked.test(text) || !requestOf(codebase, call)) continue
    const counter = new RegExp(
      String.raw`\b${name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}\.(\w*(balance|stock|quantity|amount|credit|points|seats|inventory|count|likes|views|votes|attempts|tries)\w*)\s*(\+\+|--|[-+]=|=\s*[^=;]*\.\1\s*[-+])`,
      'i',
    ).exec(text)?.[1]
    const derived = counter === undefined ? derivedFrom(name, text) : undefined
    const field = counter ?? derived?.name
    if (field === undefined || told.get(around)?.has(field)) continue
    told.set(around, (told.get(around) ?? new Set()).add(field))
    if (counter !== undefined)
      yield { file, node: call, confidence: 'medium', message: `\`${counter}\` is read, changed and saved in steps.` }
    else if (derived)
      yield {
        file,
        node: derived.push(file, around) ?? call,
        confidence: 'medium',
        message: `\`${derived.name}\` is computed from what was read before: of two requests at once, one is not counted.`,
      }
  }
}

/** The call that saves a row, the name the row has there, and the function around. */
type Saving = { call: CallNode; file: SourceFile; name: string; around: FunctionNode }

function* savings(codebase: Codebase): Iterable<Saving> {
  for (const { call, file, kind, method } of codebase.queries) {
    if (kind !== 'insert' || method !== 'save' || call.arguments.length > 1 || file.kind !== 'production') continue
    const [given] = call.arguments
    // `save(row)` of a repository; `row.save({ session })` and `row.save(callback)` of a document.
    const isRow = given && /^(Identifier|MemberExpression)$/.test(given.type)
    const holder = isRow ? given : call.callee.type === 'MemberExpression' ? call.callee.object : undefined
    const around = functionAround(call)
    if (!holder || !around) continue
    yield { call, file, name: pathOf(holder), around }
    const own = holder.type === 'Identifier' ? lookUp(file.scopes, holder, holder.name) : undefined
    if (own?.parameter && own.path.length === 0) yield* savedFor(own.parameter, codebase)
  }
}

/** Calls of a function that saves what it is given. */
function* savedFor({ of, index }: { of: FunctionNode; index: number }, codebase: Codebase): Iterable<Saving> {
  for (const { call, file } of codebase.calls.sitesOf(of)) {
    const row = call.arguments[index]
    const around = functionAround(call)
    if (row?.type === 'Identifier' && around && file.kind === 'production') yield { call, file, name: row.name, around }
  }
}

/** `product.reviews.push(review)` and then `product.rating = product.reviews.reduce(…)`. */
function derivedFrom(name: string, text: string): Derived | undefined {
  if (!/^\w+$/.test(name)) return undefined
  const list = new RegExp(String.raw`\b${name}\.(\w+)\.(push|unshift)\(`).exec(text)?.[1]
  if (list === undefined) return undefined
  const from = String.raw`\b${name}\.(\w+)\s*=\s*[^;=]*?\b${name}\.${list}\.(length|reduce)\b`
  const field = new RegExp(from).exec(text)?.[1]
  const isPush = (call: CallNode) =>
    /^push$|^unshift$/.test(keyOf(call.callee) ?? '') && pathOf(call.callee).startsWith(`${name}.${list}.`)
  return field === undefined
    ? undefined
    : { name: field, push: (file, around) => file.calls.find((call) => contains(around, call) && isPush(call)) }
}

/** A field that is made from a list, and the call that changes the list. */
type Derived = { name: string; push: (file: SourceFile, around: FunctionNode) => Node | undefined }
