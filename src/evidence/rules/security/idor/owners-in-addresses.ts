import type { Codebase } from '../../../codebase.ts'
import { isRoleStep } from '../../../facts/access-control.ts'
import { asksWhoCalls, comparesOwner, isSignedIn } from '../../../facts/caller.ts'
import type { FunctionNode } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { isAdministration } from './places.ts'

/** An owner’s id in the path of a route for those signed in, which nothing compares with the caller. */
export function* ownersInAddresses(codebase: Codebase): Iterable<Match> {
  for (const route of codebase.web.routes) {
    // An owner below another thing, as in `/teams/:id/users/:userId`, is somebody the team manages.
    const owner = /^[^:]*:(user_?id|owner_?id|account_?id|customer_?id|member_?id)\b/i.exec(route.path)
    if (isAdministration(route)) continue
    if (!owner || !route.handler || asksWhoCalls(route.handler, codebase)) continue
    if (
      !isSignedIn(route, codebase) ||
      route.chain.slice(0, -1).some(isRoleStep) ||
      route.chain
        .slice(0, -1)
        .some((step) => step.function && step.functionFile && comparesOwner(step.functionFile.text))
    )
      continue
    yield {
      file: route.file,
      node: route.node,
      line: route.line,
      severity: 'medium',
      confidence: 'medium',
      message: `${route.method} ${route.path} takes \`${owner[1]}\` from the address and never compares it with the caller.`,
    }
    yield* destructured(route.handler.node, route.handler.file)
  }
}

function* destructured(around: FunctionNode, file: SourceFile): Iterable<Match> {
  const member = file.members.find(
    (item) =>
      item.start > around.start && item.end < around.end && file.text.slice(item.start, item.end) === 'req.params',
  )
  if (member?.parent?.type === 'VariableDeclarator')
    yield {
      file,
      node: member,
      confidence: 'medium',
      message: 'The owner’s id is taken from the address, not from the session.',
    }
}
