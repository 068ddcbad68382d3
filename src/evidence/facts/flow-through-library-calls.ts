import { isFunction, keyOf, literalText, parameterName, pathOf, unwrap, type Node, type Of } from '../parse/ast.ts'
import { resultsOf } from '../parse/returns.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { effectOf, markByName, methodDrops, type Mark } from './sanitizers.ts'
import { withMark, type Trace } from './trace.ts'
import { first, follow, keyNames, type Trail } from './tracing.ts'

const valueMethods = new Set(
  (
    'trim trimStart trimEnd toLowerCase toUpperCase toString replace replaceAll slice substring substr split join concat ' +
    'padStart padEnd normalize at charAt match matchAll repeat reverse sort filter map flatMap find pop shift values ' +
    'entries keys toJSON valueOf reduce push flat toArray get getAll text'
  ).split(' '),
)

/** What is looked for and what is put in its place, where that leaves a text without harm of a kind. */
const harmless: readonly [sought: RegExp, given: RegExp, mark: Mark][] = [
  // `/[^a-z0-9-]/g`: letters and numbers are left.
  [/^\[\^(\\[wd]|[a-z0-9]-[a-z0-9]|\\?[-_ ]|\\s)+\]\+?$/i, /^[-_ ]?$/, 'sanitized'],
  // `/^(\.\.(\/|$))+/`: a path that was normalised before starts in its folder from here on.
  [/^\^.*\\\.\\\./, /^[-_ ]?$/, 'file-name'],
  [/^\(?\[.*[*+?].*\]\)?$/, /^\\\$[&1]$/, 'regex'],
  [/<.*\]$|^<$/, /^(&lt;)?$/, 'html'],
  [/^\[.*<.*\]$/, /^\(function\)$/, 'html'],
  [/^'$/, /^'\\''$/, 'shell'],
]

/** What a `replace` has made of a text. */
function replaced({ arguments: [pattern, given] }: Of<'CallExpression'>, name: string): Mark | undefined {
  if (!/^replace(All)?$/.test(name) || pattern?.type !== 'Literal' || !given) return undefined
  const sought = 'regex' in pattern ? pattern.regex.pattern : (literalText(pattern) ?? '')
  const put = isFunction(given) || given.type === 'Identifier' ? '(function)' : literalText(given)
  return put === undefined ? undefined : harmless.find(([from, to]) => from.test(sought) && to.test(put))?.[2]
}

/** A library makes a text, or something of its own, of the object it is given; methods of lists keep it. */
function asMade(trace: Trace, keeps: boolean): Trace {
  return keeps ? trace : { ...trace, inObject: false }
}

/** Of texts alone: an object in their trail throws. */
const textMethods = new Set(
  'toString text toLowerCase toUpperCase trim trimStart trimEnd normalize split substring substr'.split(' '),
)

function markOfMethod(name: string): Mark | undefined {
  return textMethods.has(name) ? 'string' : markByName(name)
}

/** `path.split('/').pop()`: no folder is left in front of the name. */
function isLastPart(callee: Of<'MemberExpression'>, name: string, index: Node | undefined, file: SourceFile): boolean {
  const isLast = index?.type === 'UnaryExpression' && literalText(index.argument) === '1'
  if (name !== 'pop' && !(name === 'at' && isLast)) return false
  const list = unwrap(callee.object)
  const made = list.type === 'Identifier' ? lookUp(file.scopes, list, list.name)?.init : list
  const parts = made && unwrap(made)
  return (
    parts?.type === 'CallExpression' &&
    parts.callee.type === 'MemberExpression' &&
    keyOf(parts.callee) === 'split' &&
    literalText(parts.arguments[0]) === '/'
  )
}

const arrayMethods = new Set(['filter', 'find', 'slice', 'reverse', 'sort', 'concat', 'pop', 'shift', 'at', 'flat'])

/** `keys.filter((key) => columns.includes(key))`: what is left is of the list. */
function keepsListed({ arguments: [test] }: Of<'CallExpression'>): boolean {
  if (!test || !isFunction(test) || test.type !== 'ArrowFunctionExpression') return false
  const asked = unwrap(test.body)
  const name = parameterName(test.params[0])?.name
  if (asked.type !== 'CallExpression' || asked.callee.type !== 'MemberExpression' || name === undefined) return false
  const [value] = asked.arguments
  return /^(includes|has)$/.test(keyOf(asked.callee) ?? '') && value !== undefined && pathOf(unwrap(value)) === name
}

/** `Object.keys(changes).reduce(…)` makes something new of keys and values alike. */
function listedObject(list: Node): Node | undefined {
  const call = unwrap(list)
  return call.type === 'CallExpression' && /^Object\.(keys|entries)$/.test(pathOf(call.callee))
    ? call.arguments[0]
    : undefined
}

/** Follows what a method of a value gives back to the value, or to its arguments. */
export function followMethod(
  node: Of<'CallExpression'>,
  callee: Of<'MemberExpression'>,
  path: readonly string[],
  trail: Trail,
): Trace | undefined {
  const name = keyOf(callee) ?? ''
  if (methodDrops(name) || (name === 'filter' && keepsListed(node))) return undefined
  // `ids.map((id, index) => `$${index}`)` keeps nothing of the ids.
  const [turn] = node.arguments
  if (/^(map|flatMap)$/.test(name) && turn && isFunction(turn))
    return first(resultsOf(turn, trail.file), (value) => follow(value, path.slice(1), trail))
  const listed = name === 'reduce' ? listedObject(callee.object) : undefined
  if (listed) return follow(listed, [], trail)
  if (valueMethods.has(name)) {
    const receiver = follow(callee.object, arrayMethods.has(name) ? path : [], trail)
    if (receiver) {
      const cut = isLastPart(callee, name, node.arguments[0], trail.file) ? 'file-name' : replaced(node, name)
      return withMark(asMade(receiver, arrayMethods.has(name)), cut ?? markOfMethod(name))
    }
    if (name === 'concat' || name === 'replace' || name === 'push')
      return first(node.arguments, (item) => follow(item, [], trail))
    return undefined
  }
  const mark = markOfMethod(name)
  if (!mark) return undefined
  const cleaned = first(node.arguments.slice(0, 2), (item) => follow(item, path, trail))
  return cleaned && withMark(cleaned, mark)
}

/** `Number(id)`, `new ObjectId(id)` */
export function isIdOf(name: string): boolean {
  return /^(Number|parseInt|BigInt|Number\.parseInt)$|\.ObjectI[dD](\.createFromHexString)?$/.test(name)
}

/** What a number or an id was made of. */
export function followId(node: Of<'CallExpression'> | Of<'NewExpression'>, trail: Trail): Trace | undefined {
  const [given] = node.arguments
  return given && follow(given, [], trail)
}

/** Follows what a function of a package gives back to what it was given. */
export function followLibrary(
  node: Of<'CallExpression'>,
  name: string,
  path: readonly string[],
  trail: Trail,
): Trace | undefined {
  const callee = unwrap(node.callee)
  const effect = effectOf(name)
  if (effect?.kind === 'drop') return trail.asId && isIdOf(name) ? followId(node, trail) : undefined
  if (name === 'Object.keys' || (name === 'Object.entries' && path[0] === '0'))
    return first(node.arguments, (item) => follow(item, [keyNames], trail))
  if (effect) {
    const keep = /^(JSON\.parse|Object\.assign|structuredClone|Promise\.|lodash\.uniq)/.test(name) ? path : []
    const found = first(node.arguments, (item) => follow(item, keep, trail))
    const joined = name.startsWith('path.') && found ? { ...found, joined: { node, file: trail.file } } : found
    if (joined) return withMark(asMade(joined, keep === path), effect.mark)
  }
  const mark = effect ? undefined : markByName(name.split('.').at(-1) ?? '')
  if (mark) {
    const found = first(node.arguments.slice(0, 2), (item) => follow(item, path, trail))
    if (found) return withMark(found, mark)
  }
  return callee.type === 'MemberExpression' ? followMethod(node, callee, path, trail) : undefined
}
