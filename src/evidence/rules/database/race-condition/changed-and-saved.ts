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
import type { SourceFile } from '../../../parse/source-file.ts'
import { requestOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { locked } from './locked.ts'

/** `account.balance -= amount` and then `account.save()`. */
export function* changedAndSaved(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (
      query.kind !== 'insert' ||
      query.method !== 'save' ||
      query.call.arguments.length > 1 ||
      query.file.kind !== 'production'
    )
      continue
    const around = functionAround(query.call)
    const [saved] = query.call.arguments
    const holder = saved ?? (query.call.callee.type === 'MemberExpression' ? query.call.callee.object : undefined)
    const name = holder ? pathOf(holder) : ''
    if (!around || !requestOf(codebase, query.call)) continue
    const text = query.file.text.slice(around.start, query.call.start)
    const counter = new RegExp(
      String.raw`\b${name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}\.(\w*(balance|stock|quantity|amount|credit|points|seats|inventory|count|likes|views|votes)\w*)\s*(\+\+|--|[-+]=|=\s*[^=;]*\.\1\s*[-+])`,
      'i',
    ).exec(text)
    if (counter && !locked.test(text))
      yield {
        file: query.file,
        node: query.call,
        confidence: 'medium',
        message: `\`${counter[1]}\` is read, changed and saved in steps.`,
      }
    const derived = derivedFrom(name, text)
    if (!counter && derived && !locked.test(text))
      yield {
        file: query.file,
        node: derived.push(query.file, around) ?? query.call,
        confidence: 'medium',
        message: `\`${derived.name}\` is computed from what was read before: of two requests at once, one is not counted.`,
      }
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
