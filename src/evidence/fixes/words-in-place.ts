import { isFunction, keyOf, literalText, unwrap, type Node, type Of } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { replace, source } from './edits.ts'
import type { Edit } from './rewrite.ts'

/** Puts a sentence where an answer, an exception or a returned object says what an error says, and takes the rest of it out. */
export function wordsInPlaceOf(error: string, answer: Node, sentence: string, file: SourceFile): Edit[] {
  const names = new RegExp(String.raw`\b${error}\b`)
  const holds = (node: Node) => names.test(source(node, file))
  if (answer.type === 'CallExpression' || answer.type === 'NewExpression')
    return answer.arguments.filter(holds).flatMap((value) => inside(value, answer))
  if (answer.type === 'ReturnStatement') return answer.argument ? inside(answer.argument, answer) : []
  return answer.type === 'AssignmentExpression' ? inside(answer.right, answer) : []

  function inside(value: Node, outer: Node): Edit[] {
    const inner = unwrap(value)
    if (isFunction(inner)) return []
    if (inner.type === 'ObjectExpression') return inObject(inner)
    if (
      inner.type === 'CallExpression' &&
      inner.arguments.some((item) => item.type === 'ObjectExpression' && holds(item))
    )
      return inner.arguments.filter(holds).flatMap((item) => inside(item, inner))
    if (inner.type === 'LogicalExpression' && literalText(inner.right) !== undefined)
      return [replace(value, source(inner.right, file))]
    return [replace(value, isWhole(inner, outer) ? `{ error: ${sentence} }` : sentence)]
  }

  /** `res.json(error)`: the object itself is what is sent. */
  function isWhole(value: Node, outer: Node): boolean {
    if (value.type !== 'Identifier' || outer.type !== 'CallExpression') return false
    return /^(json|send)$/.test(keyOf(outer.callee) ?? '')
  }

  function inObject(object: Of<'ObjectExpression'>): Edit[] {
    const { properties } = object
    const leaks = properties
      .filter((item) => item.type === 'Property')
      .filter((item) => literalText(item.value) === undefined && holds(item.shorthand ? item : item.value))
    const said = properties.filter((item) => item.type === 'Property').some(saysEnough)
    const kept = said ? undefined : bestOf(leaks)
    return leaks.flatMap((leak) => {
      const nested = unwrap(leak.value)
      if (nested.type === 'ObjectExpression') return inObject(nested)
      if (leak !== kept) return [withoutProperty(object, properties.indexOf(leak))]
      return leak.shorthand ? [replace(leak, `${keyOf(leak)}: ${sentence}`)] : inside(leak.value, object)
    })
  }
}

/** A field that callers read for what went wrong, and that has a text of its own. */
function saysEnough(property: Of<'Property'>): boolean {
  const text = literalText(property.value) ?? ''
  const key = keyOf(property) ?? ''
  return (
    (/^(message|msg|description)$/i.test(key) && text !== '') || (/^(error|reason)$/i.test(key) && /\w \w/.test(text))
  )
}

/** The field that keeps a sentence; a trace never does. */
function bestOf(leaks: readonly Of<'Property'>[]): Of<'Property'> | undefined {
  const named = (names: RegExp) => leaks.find((item) => names.test(keyOf(item) ?? ''))
  return named(/mess|msg|reason|desc/i) ?? named(/error|detail/i) ?? named(/^(?!.*(stack|trace))/i) ?? leaks[0]
}

function withoutProperty({ properties }: Of<'ObjectExpression'>, index: number): Edit {
  const [before, leak, after] = [properties[index - 1], properties[index], properties[index + 1]]
  const start = before ? before.end : (leak?.start ?? 0)
  return { start, end: before || !after ? (leak?.end ?? 0) : after.start, text: '' }
}
