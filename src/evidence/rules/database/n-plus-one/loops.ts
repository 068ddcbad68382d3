import { keyOf, pathOf, unwrap, type Node, type Of } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { smallTable } from '../small-tables.ts'

/** `order.couponCodes`: what one row holds is a list of few; what the caller sends may be long. */
export function isPartOfOne(loop: Node): boolean {
  const list = listOf(loop)
  const path = list ? pathOf(list) : ''
  return (
    /^\w+\.\w+(\.(entries|values|slice|filter)\(\))?$/.test(path) &&
    !/^(this|req|request|ctx|context|args|input|body|data|dto|payload|params|query|result|results|response|res|Object|\w*(Dto|DTO|Data|Input|Inputs|Body|Args|Params|Payload|Result|Response))\./.test(
      path,
    )
  )
}

/** Pictures of one form, roles, days of the week: lists of a handful by what they are. */
export function isOfFew(loop: Node): boolean {
  const list = listOf(loop)
  const name = list
    ? pathOf(list)
        .replace(/(\.(map|filter|slice|entries|values)|\(\))+$/g, '')
        .split('.')
        .at(-1)
    : undefined
  return name !== undefined && (fewByName.test(name) || smallTable.test(name))
}

const fewByName =
  /(file|image|photo|picture|attachment|upload|thumbnail|day|weekday|month|size|colou?r|step|channel|level|slot|admin|column|action|position|permission|scope|section)s$/i

/** `if (!(await update(row, version)))`: each row is changed only as it was read, and its outcome asked for. */
export function isAsked(call: Node): boolean {
  let at: Node = call
  while (at.parent && /^(AwaitExpression|ParenthesizedExpression|UnaryExpression)$/.test(at.parent.type)) at = at.parent
  return at !== call && at.parent?.type === 'IfStatement' && at.parent.test === at
}

/** What stands behind the last `continue` of a loop whose turns end with `return` or `break` runs once. */
export function endsTurns(node: Node, loop: Node): boolean {
  const body = 'body' in loop ? (loop.body as Node | null) : undefined
  if (body?.type !== 'BlockStatement' || !/^(Return|Break)Statement$/.test(body.body.at(-1)?.type ?? '')) return false
  return body.body.every((statement) => statement.end <= node.start || !goesOnFrom(statement))
}

/** Whether a statement holds a `continue` of its own loop. */
function goesOnFrom(statement: Node): boolean {
  if (statement.type === 'ContinueStatement') return true
  if (statement.type === 'BlockStatement') return statement.body.some(goesOnFrom)
  if (statement.type === 'TryStatement')
    return [statement.block, statement.handler?.body].some((at) => at && goesOnFrom(at))
  return (
    statement.type === 'IfStatement' &&
    [statement.consequent, statement.alternate].some((branch) => branch && goesOnFrom(branch))
  )
}

/** In a case of a `switch`, or for the one item that equals another: not once for each turn. */
export function runsForFew(node: Node, loop: Node): boolean {
  for (let at: Node = node; at.parent && at !== loop; at = at.parent) {
    const up = at.parent
    if (up.type === 'SwitchCase' && up.test !== at) return true
    if (up.type === 'IfStatement' && up.consequent === at && isSameness(up.test)) return true
  }
  return false
}

function isSameness(test: Node): boolean {
  if (test.type === 'LogicalExpression') return test.operator === '&&' && [test.left, test.right].some(isSameness)
  if (test.type !== 'BinaryExpression' || !/^={2,3}$/.test(test.operator)) return false
  const sides = [test.left, test.right].map((side) => (side.type === 'CallExpression' ? textOfId(side) : side))
  return (
    (test.left.type === 'MemberExpression' && test.right.type === 'Identifier') ||
    sides.some((side) => side !== undefined && /(^|[._])_?id$|[a-z]I[dD]$|uuid$/.test(pathOf(side)))
  )
}

/** `row.id.toString()` */
function textOfId({ callee }: Of<'CallExpression'>): Node | undefined {
  return callee.type === 'MemberExpression' && keyOf(callee) === 'toString' ? callee.object : undefined
}

/** Loops over chunks, pages or retries are how it should be done. */
export function isBatched(loop: Node, file: SourceFile): boolean {
  const text = file.text.slice(loop.start, loop.start + 200)
  return /chunk|batch|retry|attempt|while\s*\(\s*(true|cursor|hasMore)|^while\s*\(\s*!?(\w+)\s*\)[\s\S]*\b\2\s*=\s*await|for await|^(while\s*\(|for\s*\(\s*;)\s*!?[\w.]*aborted|^for\s*\(\s*(let|var)\s+(page\w*|offset|skip|cursor|round)\b|^for\s*\([^)]*;[^)]*\+=\s*(\d{2,}|\w*(size|limit|step|page)\w*)\s*\)/i.test(
    text,
  )
}

/** `while (level.length > 0)` with a query for all of the level at once. */
export function isByLevels(loop: Node, call: Node, file: SourceFile): boolean {
  return (
    /^(Do)?WhileStatement$/.test(loop.type) &&
    /\$?\bin['"]?\s*:\s*\w|\b(In|inArray|any|whereIn)\(/i.test(file.text.slice(call.start, call.end))
  )
}

/** `[first, second]`, or `row ? [row] : []`. */
function isWrittenOut(node: Node): boolean {
  if (node.type === 'ConditionalExpression') {
    const ways = [node.consequent, node.alternate]
    return ways.some(isWrittenOut) && ways.every((way) => isWrittenOut(way) || isEmptyList(way))
  }
  return (
    node.type === 'ArrayExpression' &&
    node.elements.length > 0 &&
    node.elements.every((item) => item?.type !== 'SpreadElement')
  )
}

/** `Array.isArray(to) ? to : [to]`: whoever calls gives one, or a few. */
function isOneOrMany(node: Node): boolean {
  return (
    node.type === 'ConditionalExpression' &&
    node.test.type === 'CallExpression' &&
    pathOf(node.test.callee) === 'Array.isArray' &&
    isWrittenOut(node.alternate)
  )
}

function isEmptyList(node: Node): boolean {
  return node.type === 'ArrayExpression' && node.elements.length === 0
}

/** A list that the code writes down, or one of parts of the program: its length does not grow with the data. */
export function isShort(loop: Node, file: SourceFile): boolean {
  const list = listOf(loop)
  if (!list) return false
  if (isWrittenOut(list)) return true
  if (list.type === 'Identifier') {
    const binding = lookUp(file.scopes, list, list.name)
    const value = binding?.writes.length === 0 && binding.path.length === 0 ? binding.init : undefined
    if (value && (isWrittenOut(value) || isOneOrMany(value)) && !growsLater(list.name, file)) return true
  }
  const name = pathOf(list)
  return (
    /(^|\.)[A-Z][A-Z0-9]*_[A-Z0-9_]+(\.|\(\)$|$)|(^|\.)[A-Z][A-Z_]+(\.|\(\)$|$)/.test(name) ||
    /(providers?|services?|strateg(y|ies)|plugins?|drivers?|adapters?|locales?|languages?|tables?|modules?)(\(\))?$/i.test(
      name,
    ) ||
    (/^Object\.(keys|values|entries)\(\)$/.test(name) &&
      list.type === 'CallExpression' &&
      /^[A-Z]/.test(pathOf(list.arguments[0] ?? list)))
  )
}

function growsLater(name: string, file: SourceFile): boolean {
  return new RegExp(String.raw`\b${name.replaceAll('$', String.raw`\$`)}\.(push|unshift|splice)\(`).test(file.text)
}

function listOf(loop: Node): Node | undefined {
  if (loop.type === 'ForOfStatement' || loop.type === 'ForInStatement') return unwrap(loop.right)
  // `for (let i = 0; i < rows.length; i++)`
  if (loop.type === 'ForStatement') {
    const end = loop.test?.type === 'BinaryExpression' ? unwrap(loop.test.right) : undefined
    return end?.type === 'MemberExpression' && keyOf(end) === 'length' ? unwrap(end.object) : undefined
  }
  return loop.type === 'CallExpression' && loop.callee.type === 'MemberExpression'
    ? unwrap(loop.callee.object)
    : undefined
}
