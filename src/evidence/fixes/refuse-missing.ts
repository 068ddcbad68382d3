import type { Codebase } from '../codebase.ts'
import { ancestor, functionAround, type Node, type Of } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { requestOf } from '../rules/places.ts'
import { answerAndLeave, before, indentAt, lineBefore, source } from './edits.ts'
import type { Rewrite } from './rewrite.ts'
import type { CodeFix } from './fix-here.ts'

/** Answers that there is none, before what was looked up is used. */
export const refuseMissing: CodeFix = ({ node, file, codebase, match }) => {
  const member = node.type === 'MemberExpression' ? node : ancestor(node, ({ type }) => type === 'MemberExpression')
  if (/may be missing/.test(match.message) && member?.type === 'MemberExpression' && !member.computed)
    return member.optional
      ? undefined
      : (askToSignIn(member, file, codebase) ?? {
          edits: [{ start: member.object.end, end: member.property.start, text: '?.' }],
        })
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

/** A header without which nobody is let in. */
function askToSignIn({ object }: Of<'MemberExpression'>, file: SourceFile, codebase: Codebase): Rewrite | undefined {
  const handler = requestOf(codebase, object)
  const statement = statementOf(object)
  const name = source(object, file)
  if (!/\bheaders\.authorization$/.test(name) || !statement) return undefined
  if (handler?.framework !== 'express' || handler.response === undefined) return undefined
  if (handler.node !== functionAround(object)) return undefined
  const refusal = answerAndLeave(`${handler.response}.status(401).json({ error: 'Sign in first' })`, statement, file)
  return { edits: [lineBefore(statement, `if (!${name}) ${refusal}`, file)] }
}

/** The statement of a block that a node is part of. */
function statementOf(node: Node): Node | undefined {
  for (let at: Node = node; at.parent; at = at.parent) {
    if (at.parent.type === 'BlockStatement') return at
    if (at.parent.type === 'ArrowFunctionExpression') return undefined
  }
  return undefined
}
