import { pathOf, unwrap, type CallNode, type Node } from '../parse/ast.ts'
import type { Codebase } from '../codebase.ts'
import { replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** What a caller never sets: who owns it, what it costs, how far it is, and what the program writes itself. */
const notTheirs =
  /^_?id$|Id$|_id$|uuid|role|admin|permission|scope|balance|credit|price|total|amount|cost|paid|payment|status|state|verified|active|enabled|owner|user$|password|hash|salt|token|secret|created|updated|deleted|At$|_at$|version/i
const mostFields = 8

/** Takes the fields of the model that are the caller's to set, one by one. */
export const nameFields: CodeFix = ({ node: call, file, codebase }) => {
  if (call.type !== 'CallExpression' && call.type !== 'NewExpression') return undefined
  const body = call.arguments.find(
    (argument) =>
      /^(Identifier|MemberExpression)$/.test(argument.type) &&
      codebase.flow.trace(argument, file)?.source.text.endsWith('body'),
  )
  const fields = body && fieldsOf(call, codebase)
  if (!fields || fields.length === 0 || fields.length > mostFields) return undefined
  const given = source(body, file)
  return { edits: [replace(body, `{ ${fields.map((name) => `${name}: ${given}.${name}`).join(', ')} }`)] }
}

function fieldsOf(call: CallNode, codebase: Codebase): string[] | undefined {
  const holder: Node =
    call.type === 'CallExpression' && call.callee.type === 'MemberExpression' ? unwrap(call.callee.object) : call.callee
  const name = pathOf(holder).split('.').at(-1)?.toLowerCase()
  const [entity, ...others] = codebase.entities.filter((item) => item.name.toLowerCase() === name)
  if (!entity || others.length > 0) return undefined
  return entity.fields.map((field) => field.name).filter((field) => /^[a-z]\w*$/i.test(field) && !notTheirs.test(field))
}
