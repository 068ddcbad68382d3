import { keyOf, parameterName, type Node } from '../parse/ast.ts'
import { mentionsOf } from '../parse/mentions.ts'
import { resolversIn, type Resolver } from './graphql.ts'
import type { Handler } from './handlers.ts'

/** Whether something that stands before a resolver asks who is calling. */
export function asksBefore({ guards = [] }: Resolver): boolean {
  return guards.some((guard) => signedIn.test(guard) || ofRole.test(guard))
}

/** Whether something that stands before a resolver asks for more than being signed in. */
export function asksForMore({ guards = [] }: Resolver): boolean {
  return guards.some((guard) => !combiners.test(guard) && !signedIn.test(guard))
}

const signedIn = /auth(?!or\b|ors)|log(ged)?_?in|sign(ed)?_?in|require_?(user|session)|protect/i
const ofRole = /admin|role|permission|owner|allow|can[A-Z]|guard|^(is|require|has|must|only)[A-Z]/
/** What puts guards and a resolver together. */
const combiners = /(combine|compose|chain|pipe|wrap)\w*$|createResolver$|^(async|with\w*|catch\w*)$/i

/** Whether a resolver takes the caller out of its context, and looks at it: `(parent, args, { user }) => …`. */
export function takesCaller({ node, argumentsFirst }: Resolver): boolean {
  const context = node.params[argumentsFirst ? 1 : 2]
  const { body } = node
  if (context?.type !== 'ObjectPattern' || !body) return false
  return context.properties.some((item) => {
    const name = item.type === 'Property' ? nameOfCaller(item.value, keyOf(item)) : undefined
    return name !== undefined && mentionsOf(name, body).length > 0
  })
}

function nameOfCaller(value: Node, key: string | undefined): string | undefined {
  return caller.test(key ?? '') ? parameterName(value)?.name : undefined
}

const caller =
  /^(current_?|auth(enticated)?_?)?(user|viewer|account|session|auth|me|identity|token)(_?id)?$|^is_?auth\w*$/

/** The resolver a handler is. */
export function resolverOf({ node, file, framework }: Handler): Resolver | undefined {
  return framework === 'graphql' ? resolversIn(file).find((resolver) => resolver.node === node) : undefined
}
