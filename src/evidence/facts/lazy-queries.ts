import { isFunction, pathOf, unwrap, type Node } from '../parse/ast.ts'
import { chainTop } from './promises.ts'
import type { Query } from './queries.ts'

/**
 * Whether a query is made and never run: those of Mongoose, Prisma, Knex and Drizzle start when they are awaited, or
 * are told to.
 */
export function isNeverRun(query: Query): boolean {
  const top = chainTop(query.call)
  if (query.callback || top.parent?.type !== 'ExpressionStatement' || query.chain.some((name) => runs.test(name)))
    return false
  const last = top.type === 'CallExpression' ? top.arguments.at(-1) : undefined
  return !isFunction(last) && isLazy(query)
}

const runs =
  /^(then|catch|finally|exec|execute|executeTakeFirst\w*|orFail|toSQL|toQuery|toString|asCallback|on|pipe|stream|cursor|each|forEach|run|all|get|values|prepare)$/

function isLazy({ client, method, call }: Query): boolean {
  if (call.callee.type !== 'MemberExpression') return false
  const receiver = call.callee.object
  switch (client) {
    case 'mongoose':
      return call.arguments.length > 0 && ofMongoose.test(method) && isModel(receiver)
    case '@prisma/client':
      return ofPrisma.test(method)
    case 'knex()':
      return /^(insert|update|delete|del|select)$/.test(method) && isOfTable(receiver)
    default:
      return false
  }
}

/** `create`, `save` and the like start at once. */
const ofMongoose =
  /^(find(One|ById)?|find(One|ById)And\w+|update(One|Many)|replaceOne|delete(One|Many)|countDocuments|exists|distinct)$/
const ofPrisma =
  /^(find(Many|Unique|First)(OrThrow)?|create(Many)?|update(Many)?|upsert|delete(Many)?|count|aggregate)$/

/** `knex('orders')…`: what is said to a builder under a name changes it, and it is run where it was made. */
function isOfTable(receiver: Node): boolean {
  let at = unwrap(receiver)
  while (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') at = unwrap(at.callee.object)
  return at.type === 'CallExpression'
}

/** A document has some methods of its model, which start at once in old versions. */
function isModel(receiver: Node): boolean {
  const name = pathOf(unwrap(receiver)).split('.').at(-1) ?? ''
  return /^[A-Z]|Model$|_model$/.test(name)
}
