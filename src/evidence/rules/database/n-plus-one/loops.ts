import { keyOf, pathOf, unwrap, type Node } from '../../../parse/ast.ts'
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
  /(file|image|photo|picture|attachment|upload|thumbnail|day|weekday|month|size|colou?r|step|channel|level|slot|admin|column)s$/i

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
  return (
    test.type === 'BinaryExpression' &&
    /^={2,3}$/.test(test.operator) &&
    test.left.type === 'MemberExpression' &&
    test.right.type === 'Identifier'
  )
}

/** Loops over chunks, pages or retries are how it should be done. */
export function isBatched(loop: Node, file: SourceFile): boolean {
  const text = file.text.slice(loop.start, loop.start + 200)
  return /chunk|batch|retry|attempt|while\s*\(\s*(true|cursor|hasMore)|^while\s*\(\s*!?(\w+)\s*\)[\s\S]*\b\2\s*=\s*await|for await|^(while\s*\(|for\s*\(\s*;)\s*!?[\w.]*aborted|^for\s*\([^)]*;[^)]*\+=\s*(\d{2,}|\w*(size|limit|step|page)\w*)\s*\)/i.test(
    text,
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
    if (value && isWrittenOut(value) && !growsLater(list.name, file)) return true
  }
  const name = pathOf(list)
  return (
    /(^|\.)[A-Z][A-Z_]+(\.|\(\)$|$)/.test(name) ||
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
