import { chainTop } from '../facts/promises.ts'
import { keyOf, literalText, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { requestOf } from '../rules/places.ts'
import { caughtAround, passError, replace, source, statusIn } from './edits.ts'
import type { CodeFix, CodePlace } from './fix-here.ts'
import { logBefore } from './log-before.ts'
import type { Rewrite } from './rewrite.ts'
import { wordsInPlaceOf } from './words-in-place.ts'

/** Leaves the answer to the error handler there is, which shows nothing of the error; else answers in words. */
export const hideError: CodeFix = (place) => {
  const { node, file, match } = place
  // A browser that is sent on, or shown a page, is not to end on the page for errors.
  if (match.words || !match.message.startsWith('The answer holds') || isEither(node, file)) return undefined
  const error = caughtAround(node)
  if (error === undefined || !new RegExp(String.raw`\b${error}\b`).test(source(node, file))) return undefined
  // Fastify takes an error that is sent for one that was thrown.
  if (/\b(reply|rep)\.send\(\w+\)$/.test(source(node, file))) return undefined
  return handedOn(place, error) ?? inWords(place, error)
}

function handedOn({ node, file, codebase }: CodePlace, error: string): Rewrite | undefined {
  const handler = requestOf(codebase, node)
  const hasErrorHandler = codebase.web.uses.some(({ steps }) =>
    steps.some((step) => step.function && codebase.web.handlers.get(step.function)?.error !== undefined),
  )
  if (handler?.next === undefined || !hasErrorHandler || /^4\d\d$/.test(statusOf(node))) return undefined
  const passed = passError(handler, node, file)
  const top = chainTop(node)
  if (!passed || (top.parent?.type !== 'ExpressionStatement' && top.parent?.type !== 'ReturnStatement'))
    return undefined
  return { edits: [...passed.edits, replace(top, `${passed.name}(${error})`)] }
}

function inWords(place: CodePlace, error: string): Rewrite | undefined {
  const { node, file } = place
  const sentence = /^4\d\d$/.test(statusOf(node)) ? "'The request could not be processed'" : "'Internal server error'"
  const edits = wordsInPlaceOf(error, node, sentence, file)
  return edits.length === 0 ? undefined : { edits: [...logBefore(place, error), ...edits] }
}

function statusOf(given: Node): string {
  const node = (given.type === 'ReturnStatement' && given.argument) || given
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return ''
  const status = statusIn(node.callee.object)
  return literalText(status) ?? (status ? (keyOf(status) ?? '') : '')
}

/** One answer for failure and success. */
function isEither(node: Node, file: SourceFile): boolean {
  return /\?[^.?][\s\S]*:/.test(source(node, file))
}
