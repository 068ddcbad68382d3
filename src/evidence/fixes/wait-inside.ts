import { functionAround } from '../parse/ast.ts'
import { chainTop } from '../facts/promises.ts'
import { before } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Waits for a promise inside the `try` it is started in. */
export const waitInside: CodeFix = ({ node }) => {
  const top = chainTop(node)
  if (!functionAround(node)?.async || top.parent?.type === 'AwaitExpression') return undefined
  const isWhole = top.parent?.type === 'ReturnStatement' || top.parent?.type === 'VariableDeclarator'
  return isWhole ? { edits: [before(top, 'await ')] } : undefined
}
