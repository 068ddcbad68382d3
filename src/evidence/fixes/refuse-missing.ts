import { ancestor, functionAround, type Node } from '../parse/ast.ts'
import { requestOf } from '../rules/places.ts'
import { answerAndLeave, before, indentAt, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Answers that there is none, before what was looked up is used. */
export const refuseMissing: CodeFix = ({ node, file, codebase, match }) => {
  const member = node.type === 'MemberExpression' ? node : ancestor(node, ({ type }) => type === 'MemberExpression')
  if (/may be missing/.test(match.message) && member?.type === 'MemberExpression' && !member.computed)
    return member.optional
      ? undefined
      : { edits: [{ start: member.object.end, end: member.property.start, text: '?.' }] }
  if (!/without checking/.test(match.message)) return undefined
  const row = member?.type === 'MemberExpression' && member.object.type === 'Identifier' ? member.object : undefined
  const statement = row && statementOf(row)
  const handler = requestOf(codebase, node)
  if (!row || !statement || !handler) return undefined
  const isOwn = handler.node === functionAround(row)
  const refusal =
    handler.framework === 'nest'
      ? 'throw new NotFoundException()'
      : handler.framework === 'express' && handler.file === file && handler.response !== undefined
        ? answerAndLeave(`${handler.response}.status(404).json({ error: 'Not found' })`, statement, file)
        : isOwn && handler.framework === 'fastify' && handler.response !== undefined
          ? answerAndLeave(`${handler.response}.code(404).send({ error: 'Not found' })`, statement, file)
          : undefined
  if (refusal === undefined || /^(req|request|ctx|res)$/.test(source(row, file))) return undefined
  return { edits: [before(statement, `if (!${source(row, file)}) ${refusal}\n${indentAt(statement, file)}`)] }
}

/** The statement of a block that a node is part of. */
function statementOf(node: Node): Node | undefined {
  for (let at: Node = node; at.parent; at = at.parent) {
    if (at.parent.type === 'BlockStatement') return at
    if (at.parent.type === 'ArrowFunctionExpression') return undefined
  }
  return undefined
}
