import { endsAlways, mayBeSkipped } from '../../../facts/flow-of-control.ts'
import { propertyWrites } from '../../../facts/written-values.ts'
import { ancestor, functionAround, keyOf, pathOf, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { usesOf } from '../../../parse/mentions.ts'
import { lookUp, type Binding } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** Fields that pick one row, or few. */
export const oneThing =
  /^(_?id|_?key|uuid|slug|email|username|user_?name|login|token|key|code|name|sku|_?[a-z_]+(Ids|Uuid))$/i
export const reference = /^_?[a-z_]+(Id|_id)$/i

/** `const filter = {}`, which only branches fill: whoever asks for nothing in particular gets all. */
export function mayLeaveMany(filter: Node | undefined, file: SourceFile): boolean {
  const around = filter && functionAround(filter)
  const held = filter && heldEmpty(filter, file)
  if (!around?.body || !held || functionAround(held.node) !== around) return false
  const uses = usesOf(held, around.body, file).filter((use) => use.start < filter.start)
  const fields = (propertyWrites(file).get(held.node) ?? []).map(({ left }) => left).filter(picksFew)
  return (
    !uses.some(isHandedToFunction) &&
    !asksForSomething(filter, around, file) &&
    [...held.writes, ...fields].every((write) => write.start > filter.start || mayBeSkipped(write, around))
  )
}

/** Whether a name begins as an object without fields. */
export function isHeldEmpty(filter: Node | undefined, file: SourceFile): boolean {
  return filter !== undefined && heldEmpty(filter, file) !== undefined
}

function heldEmpty(filter: Node, file: SourceFile): Binding | undefined {
  const binding = filter.type === 'Identifier' ? lookUp(file.scopes, filter, filter.name) : undefined
  return binding?.init?.type === 'ObjectExpression' && binding.init.properties.length === 0 ? binding : undefined
}

function picksFew(field: Node): boolean {
  const name = keyOf(field)
  return name === undefined || oneThing.test(name) || reference.test(name)
}

/** `if (!orderId && !driverId) return refuse()` before it: one of them is always there. */
function asksForSomething(filter: Node, around: FunctionNode, file: SourceFile): boolean {
  const block = ancestor(
    filter,
    (at) =>
      at.type === 'BlockStatement' &&
      at.body.some((statement) => statement.start < filter.start && refusesNothing(statement, file)),
    around,
  )
  return block !== undefined
}

function refusesNothing(statement: Node, { text }: SourceFile): boolean {
  if (statement.type !== 'IfStatement' || statement.test.type !== 'LogicalExpression') return false
  const { test, consequent } = statement
  return /^(\s*!\s*[\w.?]+\s*(&&|$))+$/.test(text.slice(test.start, test.end)) && endsAlways(consequent)
}

/** `addSearch(filter)` may fill it; other queries do not. */
function isHandedToFunction({ parent: call, start }: Node): boolean {
  return (
    call?.type === 'CallExpression' &&
    call.callee.start !== start &&
    !/^(find\w*|count\w*|log|stringify)$/.test(pathOf(call.callee).split('.').at(-1) ?? '')
  )
}
