import type { Codebase } from '../../../codebase.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { place } from './place.ts'
import { leftInComment } from './words.ts'
import { routeName } from '../../places.ts'

const routesInComments = once((file: SourceFile) =>
  file.comments.flatMap((comment) =>
    [...comment.text.matchAll(/\.(get|post|put|patch|delete)\(\s*(['"])([^'"]+)\2\s*,\s*([^)\n]+)\)/g)].map(
      (match) => ({ comment, match }),
    ),
  ),
)

/** A guard of the whole router that was put into a comment: who did that meant to bring it back. */
export const hasGuardInComment = once((file: SourceFile) =>
  file.comments.some(({ text }) =>
    /^\W*(\w+\.)?(addHook\(\s*['"](onRequest|preHandler|preValidation)|use\(\s*\w*(auth|protect|verify|guard|require|login)|@UseGuards\(|preHandler\s*:)/i.test(
      text,
    ),
  ),
)

/** A comment that registers the same route with a guard the live route does not have. */
export function* forgottenGuards(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    if (file.calls.length === 0) continue
    for (const { comment, match } of routesInComments(file)) {
      const route = codebase.web.routes.find(
        (item) => item.file === file && item.path === match[3] && item.method === match[1]?.toUpperCase(),
      )
      if (!route) continue
      const guards = (match[4] ?? '').split(',').slice(0, -1)
      const names = guards.map((name) => name.trim())
      const missing = names.find(
        (name) => /admin|role|auth|permission/i.test(name) && !route.own.some((step) => step.name.endsWith(name)),
      )
      if (missing)
        yield {
          ...place(
            route,
            `${routeName(route)} lacks \`${missing}\`, which stands in a comment on line ${comment.line}.`,
            'medium',
          ),
          words: leftInComment,
        }
    }
  }
}
