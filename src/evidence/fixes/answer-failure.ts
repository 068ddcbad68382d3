import { functionAround } from '../parse/ast.ts'
import { requestOf } from '../rules/places.ts'
import { endOf, indentAt } from './edits.ts'
import type { CodeFix } from './fix-here.ts'
import type { Rewrite } from './rewrite.ts'

/** Answers where a failure was only written down. */
export const answerFailure: CodeFix = ({ node, file, codebase, match }): Rewrite | undefined => {
  if (!match.message.includes('the request gets no answer') || node.type !== 'CatchClause') return undefined
  const handler = requestOf(codebase, node)
  const last = node.body.body.at(-1)
  if (!handler || handler.file !== file || handler.node !== functionAround(node) || !last) return undefined
  const answer = answers[handler.framework]?.(handler.response ?? '')
  if (answer === undefined || handler.response === undefined) return undefined
  const text = `\n${indentAt(last, file)}${answer}${endOf(last, file)}`
  return { edits: [{ start: last.end, end: last.end, text }], within: node.body }
}

const answers: Readonly<Record<string, (response: string) => string>> = {
  express: (response) => `${response}.status(500).json({ error: 'Internal server error' })`,
  fastify: (response) => `${response}.code(500).send({ error: 'Internal server error' })`,
}
