import type { Node } from '../parse/ast.ts'
import { before, indentAt } from './edits.ts'
import type { CodeFix } from './fix-here.ts'
import { loggerAt } from './log-before.ts'

/** Writes a failure down before it is answered. */
export const logFailure: CodeFix = (place) => {
  const { node, file } = place
  const caught = node.type === 'CatchClause' ? node : undefined
  const first = caught?.body.body[0]
  if (!caught || !first) return undefined
  const name = nameOf(caught.param)
  if (caught.param && name === undefined) return undefined
  const log = `${loggerAt(place)}.error(${name ?? 'error'})`
  const end = /;\s*$/.test(file.text.slice(first.start, first.end)) ? ';' : ''
  const edits = [before(first, `${log}${end}\n${indentAt(first, file)}`)]
  // `catch {`, with nothing to write down.
  if (!caught.param) edits.push(before(caught.body, '(error) '))
  return { edits, within: caught.param ? caught.body : (caught.parent ?? caught) }
}

function nameOf(parameter: Node | null | undefined): string | undefined {
  return parameter?.type === 'Identifier' ? parameter.name : undefined
}
