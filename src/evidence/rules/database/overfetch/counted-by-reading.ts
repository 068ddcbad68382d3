import type { Codebase } from '../../../codebase.ts'
import { keyOf, type Node } from '../../../parse/ast.ts'
import { lineOfMethod, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** `const [, total] = await users.findAndCount(…)`: the rows are read, and only their number is taken. */
export function* countedByReading(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('findAndCount', 'findAndCountAll', 'getManyAndCount')) {
    if (file.kind !== 'production' || !takesOnlyNumber(call) || isShort(file.text.slice(call.start, call.end))) continue
    const message = `\`${textOf(call.callee, file, 50)}\` reads the rows too, and only their number is used: \`count\` gives it.`
    yield { file, node: call, line: lineOfMethod(call, file), severity: 'low', confidence: 'high', message }
  }
}

function takesOnlyNumber(call: Node): boolean {
  const waited = call.parent?.type === 'AwaitExpression' ? call.parent : call
  const holder = waited.parent
  if (holder?.type !== 'VariableDeclarator') return false
  const { id } = holder
  if (id.type === 'ArrayPattern') return id.elements.length === 2 && id.elements[0] === null
  return id.type === 'ObjectPattern' && id.properties.length === 1 && id.properties.every(isCount)
}

function isCount(property: Node): boolean {
  return property.type === 'Property' && keyOf(property) === 'count'
}

/** `take: 0` and the like read hardly anything. */
function isShort(text: string): boolean {
  return /\b(take|limit)\s*:\s*[01]\b/.test(text)
}
