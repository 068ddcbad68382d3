import type { Codebase } from '../../../codebase.ts'
import { chainTop } from '../../../facts/promises.ts'
import { queriesByFile, type Query } from '../../../facts/queries.ts'
import { resultNames } from '../../../facts/query-results.ts'
import {
  contains,
  functionAround,
  isFunction,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  type CallNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../../../parse/ast.ts'
import { usesOf } from '../../../parse/mentions.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** What becomes of a list: gone through to its end, only asked about, or handed to others. */
type Fate = 'used' | 'asked' | 'handed'

const deepest = 6

/** Whether the service itself goes through all rows that a query gives, and hands none of them to whoever asks. */
export function staysInside(call: CallNode, file: SourceFile, codebase: Codebase): boolean {
  const around = functionAround(call)
  const inCallbacks = resultNames({ call }).filter(({ area }) => area !== around)
  const fates = inCallbacks.map(({ name, area }) => {
    const parameter = area.params.map(parameterName).find((item) => item?.name === name)
    return parameter ? fateOfName(parameter, area, file, codebase, 1) : 'handed'
  })
  if (fates.length > 0) return together(fates) === 'used'
  return fateOf(chainTop(call), file, codebase, 0) === 'used'
}

function together(fates: readonly Fate[]): Fate {
  if (fates.length === 0 || fates.includes('handed')) return 'handed'
  return fates.includes('used') ? 'used' : 'asked'
}

/** By every place where a function has the list under a name. */
function fateOfName(
  id: Of<'Identifier'>,
  area: FunctionNode,
  file: SourceFile,
  codebase: Codebase,
  depth: number,
): Fate {
  const binding = lookUp(file.scopes, id, id.name)
  if (!area.body || !binding) return 'handed'
  return together(usesOf(binding, area.body, file).map((node) => fateOf(node, file, codebase, depth + 1)))
}

function fateOf(node: Node, file: SourceFile, codebase: Codebase, depth: number): Fate {
  const up = node.parent
  if (!up || depth > deepest) return 'handed'
  switch (up.type) {
    case 'AwaitExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
    case 'ChainExpression':
    case 'SpreadElement':
    case 'ArrayExpression':
      return fateOf(up, file, codebase, depth)
    case 'VariableDeclarator':
      return ofDeclared(up, file, codebase, depth)
    case 'ForOfStatement':
    case 'ForInStatement':
      return up.right === node ? ofTurns(up.body, file, codebase) : 'handed'
    case 'MemberExpression':
      return up.object === node ? ofMember(up, file, codebase, depth) : 'handed'
    case 'NewExpression':
      return /^(Set|Map)$/.test(pathOf(up.callee)) && up.parent?.type === 'VariableDeclarator' ? 'used' : 'handed'
    case 'CallExpression':
      return ofArgument(up, node, file, codebase, depth)
    case 'Property':
      return isWritten(up, file, codebase) || isListOfFilter(up) ? 'used' : 'handed'
    case 'UnaryExpression':
    case 'IfStatement':
    case 'ExpressionStatement':
      return 'asked'
    case 'LogicalExpression':
      return isTest(up) ? 'asked' : fateOf(up, file, codebase, depth + 1)
    case 'ReturnStatement':
    case 'ArrowFunctionExpression':
      return ofReturned(up, codebase, depth)
    default:
      return 'handed'
  }
}

function ofDeclared(declared: Of<'VariableDeclarator'>, file: SourceFile, codebase: Codebase, depth: number): Fate {
  const around = functionAround(declared)
  return declared.id.type === 'Identifier' && around ? fateOfName(declared.id, around, file, codebase, depth) : 'handed'
}

/** `rows.length`, `rows.forEach(…)`, `rows.map(…)` and the like. */
function ofMember(member: Of<'MemberExpression'>, file: SourceFile, codebase: Codebase, depth: number): Fate {
  const name = keyOf(member) ?? ''
  if (name === 'length') return 'asked'
  if (name === 'rows') return fateOf(member, file, codebase, depth)
  const call = member.parent
  if (call?.type !== 'CallExpression' || call.callee !== member) return 'handed'
  const [callback, start] = call.arguments
  if (/^(some|every|includes|indexOf|findIndex)$/.test(name)) return 'used'
  if (name === 'forEach')
    return isFunction(callback) && callback.body ? ofTurns(callback.body, file, codebase) : 'handed'
  if (name === 'reduce' && start?.type === 'Literal' && typeof start.value === 'number') return 'used'
  if (!/^(map|flatMap|filter|slice|sort|toSorted|reverse|concat|flat|keys|values|entries)$/.test(name)) return 'handed'
  if (isFunction(callback) && callback.body && writesIn(callback.body, file, codebase)) return 'used'
  return fateOf(call, file, codebase, depth + 1)
}

/** A loop that changes something at each turn is a job; one that only gathers makes an answer. */
function ofTurns(body: Node, file: SourceFile, codebase: Codebase): Fate {
  if (writesIn(body, file, codebase)) return 'used'
  const text = file.text.slice(body.start, body.end)
  return gathers.test(text) ? 'handed' : 'used'
}

const gathers =
  /\.(push|unshift|concat|write|send|json|append|log|info|addRow)\(|\byield\b|\breturn\s+[^;\s}]|\]\s*=(?!=)|\+=[^;\n]*['"`]|\b(res|response|reply|ctx|c)\b/

function ofArgument(call: CallNode, node: Node, file: SourceFile, codebase: Codebase, depth: number): Fate {
  const name = call.callee.type === 'MemberExpression' ? (keyOf(call.callee) ?? '') : ''
  if (/^(all|allSettled|from)$/.test(name)) return fateOf(call, file, codebase, depth + 1)
  if (isWritten(node, file, codebase)) return 'used'
  const target = codebase.calls.targetOf(call)
  const index = call.arguments.findIndex((item) => item === node)
  const parameter = target && parameterName(target.node.params[index])
  return target && parameter ? fateOfName(parameter, target.node, target.file, codebase, depth) : 'handed'
}

/** What a function gives goes to all that call it. */
function ofReturned(given: Node, codebase: Codebase, depth: number): Fate {
  const around = isFunction(given) ? given : functionAround(given)
  if (!around || codebase.web.handlers.has(around)) return 'handed'
  const sites = codebase.calls.sitesOf(around)
  return together(sites.map(({ call, file }) => fateOf(call, file, codebase, depth + 1)))
}

/** `{ id: { [Op.in]: ids } }`, `{ _id: { $in: ids } }`: it narrows another query. */
function isListOfFilter(property: Of<'Property'>): boolean {
  const name = property.computed ? pathOf(property.key) : (keyOf(property) ?? '')
  return /^(Op\.(in|notIn)|\$n?in|in|notIn)$/.test(name)
}

function isTest(node: Node): boolean {
  const up = node.parent
  return up?.type === 'IfStatement' || (up?.type === 'LogicalExpression' && isTest(up))
}

const changes = /^(insert|update|delete|upsert|save|replace)/

/** Part of what a statement that changes rows is given. */
function isWritten(node: Node, file: SourceFile, codebase: Codebase): boolean {
  return queriesIn(file, codebase).some(
    (query) => changesRows(query) && query.call.arguments.some((argument) => contains(argument, node)),
  )
}

/** Itself, or by a function of the project that it calls. */
function writesIn(body: Node, file: SourceFile, codebase: Codebase): boolean {
  return (
    queriesIn(file, codebase).some((query) => changesRows(query) && contains(body, query.call)) ||
    file.calls.some((call) => {
      const target = contains(body, call) ? codebase.calls.targetOf(call) : undefined
      return (
        target !== undefined &&
        queriesIn(target.file, codebase).some((query) => changesRows(query) && contains(target.node, query.call))
      )
    })
  )
}

function queriesIn(file: SourceFile, { queries }: Codebase): readonly Query[] {
  return queriesByFile(queries).get(file) ?? []
}

function changesRows({ kind, sql }: Query): boolean {
  return changes.test(kind) || (sql !== undefined && /^\s*(insert|update|delete)\b/i.test(literalText(sql) ?? ''))
}
