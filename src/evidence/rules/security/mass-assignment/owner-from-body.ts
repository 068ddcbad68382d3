import type { Codebase } from '../../../codebase.ts'
import { keyOf, type Node, pathOf } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isValidated } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { callersOf } from './callers.ts'

const ownersIn = once((file: SourceFile) =>
  file.declarators.flatMap((declarator) => {
    const { id, init } = declarator
    if (id.type !== 'ObjectPattern' || !init || !/^req(uest)?\.body$/.test(file.text.slice(init.start, init.end)))
      return []
    const owner = id.properties.find(
      (property) =>
        property.type === 'Property' &&
        /^(user_?id|owner_?id|account_?id|role|is_?admin)$/i.test(keyOf(property) ?? ''),
    )
    return owner ? [{ declarator, init, owner }] : []
  }),
)

/** Middleware writes it over what came: `req.body.userId = req.session.user.id`. */
function isSetByServer(codebase: Codebase, owner: Node): boolean {
  const key = owner.type === 'Property' ? keyOf(owner) : undefined
  return key !== undefined && codebase.production.some((file) => writtenToBody(file).has(key))
}

const writtenToBody = once(
  (file: SourceFile) =>
    new Set(
      file.assignments.flatMap(({ left }) =>
        left.type === 'MemberExpression' && /^(req|request)\.body$/.test(pathOf(left.object))
          ? (keyOf(left) ?? [])
          : [],
      ),
    ),
)

/** `const { userId } = req.body` in a handler that writes: whose data it is should come from the session. */
export function* ownerFromBody(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { declarator, init, owner } of ownersIn(file)) {
      const trace = codebase.flow.trace(init, file)
      const around = trace?.handler
      if (
        !trace ||
        !around ||
        isValidated(codebase, trace) ||
        callersOf(trace, codebase) === 'administrators' ||
        isSetByServer(codebase, owner) ||
        !/update|save|insert|create/i.test(file.text.slice(declarator.end, around.node.end))
      )
        continue
      if (/log-?in|token|reset/i.test(file.text.slice(around.node.start - 80, around.node.start))) continue
      yield {
        file,
        node: owner,
        confidence: 'medium',
        severity: 'medium',
        message: `\`${keyOf(owner)}\` is taken from the body and written.`,
      }
    }
  }
}
