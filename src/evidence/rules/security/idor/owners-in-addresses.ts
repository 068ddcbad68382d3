import type { Codebase } from '../../../codebase.ts'
import { isRoleStep } from '../../../facts/access-control.ts'
import { asksWhoCalls, comparesOwner, isSignedIn } from '../../../facts/caller.ts'
import type { Handler } from '../../../facts/handlers.ts'
import type { Route } from '../../../facts/web.ts'
import { contains } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'
import { isKeptByUsers } from './owned-models.ts'
import { isAdministration } from './places.ts'
import { inDevelopment, routeName } from '../../places.ts'
import { inAddress } from './words.ts'

/** An owner’s id in the path of a route for those signed in, which nothing compares with the caller. */
export function* ownersInAddresses(codebase: Codebase): Iterable<Match> {
  for (const route of codebase.web.routes) {
    const owner = ownerIn(route)
    if (isAdministration(route) || isBetweenPeople(route) || isKeptByUsers(owner, codebase) || isPublished(route))
      continue
    if (!owner || !route.handler || asksWhoCalls(route.handler, codebase) || bringsProof.test(route.path)) continue
    if (inDevelopment(route.handler.node, route.handler.file)) continue
    if (
      !isSignedIn(route, codebase) ||
      route.chain.slice(0, -1).some(isRoleStep) ||
      route.chain
        .slice(0, -1)
        .some((step) => step.function && step.functionFile && comparesOwner(step.functionFile.text))
    )
      continue
    yield {
      ...(readIn(route.handler) ?? { file: route.file, node: route.node, line: route.line }),
      severity: 'medium',
      confidence: 'medium',
      words: inAddress(owner),
      message: `${routeName(route)} takes \`${owner}\` from the address and never compares it with the caller.`,
    }
  }
}

/** The first parameter of a path, when it is an owner’s; below another thing, as in `/teams/:id/users/:userId`, it is not. */
export function ownerIn({ path }: Route): string | undefined {
  return /^[^:]*:(user_?id|owner_?id|account_?id|customer_?id|member_?id)\b/i.exec(path)?.[1]
}

/** `/verify/:userId/:token` is the link of a mail. */
const bringsProof = /:\w*(token|code|otp|signature|hash)\b/i

/** Where a handler takes the parameters of the address apart. */
function readIn({ node, file }: Handler): Pick<Match, 'file' | 'node'> | undefined {
  const read = file.members.find(
    (item) =>
      contains(node, item) &&
      item.parent?.type === 'VariableDeclarator' &&
      file.text.slice(item.start, item.end) === 'req.params',
  )
  return read && { file, node: read }
}

/** `GET /reviews/user/:userId`: what somebody wrote for others to read. */
function isPublished({ method, path, fullPath }: Route): boolean {
  return method === 'GET' && publishedThings.test(`${fullPath} ${path}`)
}

const publishedThings =
  /(^|\/)(testimonials?|reviews?|ratings?|posts?|articles?|blogs?|recipes?|stories|photos?|videos?|listings?)\/[^:]*:/i

/** `PUT /:userId/follow` is about somebody else. */
function isBetweenPeople(route: Route): boolean {
  return /\/(un-?)?(follow|friend|block|mute|like|subscribe|invite|report|connect|match|swipe|poke)(\/|$)/i.test(
    route.fullPath,
  )
}
