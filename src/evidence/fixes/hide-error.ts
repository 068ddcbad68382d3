import { chainTop } from '../facts/promises.ts'
import type { Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { requestOf } from '../rules/places.ts'
import { caughtAround, passError, replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Leaves the answer to the error handler, which logs the error and shows none of it. */
export const hideError: CodeFix = ({ node, file, codebase, match }) => {
  // A browser that is sent on, or shown a page, is not to end on the page for errors.
  if (match.words) return undefined
  const caught = match.message.startsWith('The answer holds') && !isEither(node, file) ? caughtAround(node) : undefined
  const error = caught !== undefined && new RegExp(`\\b${caught}\\b`).test(source(node, file)) ? caught : undefined
  const handler = requestOf(codebase, node)
  const passed = handler && error !== undefined ? passError(handler, node, file) : undefined
  const top = chainTop(node)
  if (!passed || (top.parent?.type !== 'ExpressionStatement' && top.parent?.type !== 'ReturnStatement'))
    return undefined
  return { edits: [...passed.edits, replace(top, `${passed.name}(${error})`)] }
}

/** One answer for failure and success. */
function isEither(node: Node, file: SourceFile): boolean {
  return /\?[^.?][\s\S]*:/.test(source(node, file))
}
