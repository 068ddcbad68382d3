import type { Codebase } from '../../../codebase.ts'
import { handlerAround } from '../../../facts/responses.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { writesDown } from '../logging.ts'
import { expectedFailure, tryText, words } from './attempts.ts'

/** `next()` without the error, in a catch of a handler. */
export function* nextWithoutError(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const clause of file.catches) {
    const handler = handlerAround(clause, codebase.web.handlers)
    const next = handler?.next
    if (!next) continue
    const call = file.calls.find(
      (item) =>
        item.start > clause.body.start &&
        item.end < clause.body.end &&
        item.callee.type === 'Identifier' &&
        item.callee.name === next,
    )
    if (
      call &&
      call.arguments.length === 0 &&
      !expectedFailure.test(tryText(clause, file)) &&
      !doesWithout(tryText(clause, file), file.text.slice(clause.start, clause.end)) &&
      !file.comments.some(
        (comment) => comment.start > clause.start && comment.start < clause.end && words.test(comment.text),
      ) &&
      !/optional|anonymous|guest/i.test(file.text.slice(handler.node.start - 60, handler.node.end))
    ) {
      yield {
        file,
        node: call,
        message: `\`${next}()\` is called without the error, so the request goes on as if nothing had failed.`,
      }
    }
  }
}

/** A cache that fails is written down, and the request is served without it. */
function doesWithout(tried: string, caught: string): boolean {
  return /cache|rate_?limit|metric|analytics|telemetry/i.test(tried) && writesDown(caught)
}
