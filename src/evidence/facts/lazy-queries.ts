import { isFunction, literalText, pathOf, unwrap, type Node } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { declaredTypeOf } from './implementations.ts'
import { chainTop } from './promises.ts'
import type { Query } from './queries.ts'

/**
 * Whether a query is made and never run: those of Mongoose, Prisma, Knex and Drizzle start when they are awaited, or
 * are told to.
 */
export function isNeverRun(query: Query): boolean {
  const top = chainTop(query.call)
  if (query.callback || !isLeft(top) || query.chain.some((name) => runs.test(name))) return false
  const last = top.type === 'CallExpression' ? top.arguments.at(-1) : undefined
  return !isFunction(last) && isLazy(query)
}

/** Nothing takes it: it is a line of its own, or all that a callback gives to whoever looks at no result. */
function isLeft({ parent: holder }: Node): boolean {
  if (holder?.type === 'ExpressionStatement') return true
  if (holder?.type !== 'ArrowFunctionExpression' || holder.async || holder.parent?.type !== 'CallExpression')
    return false
  return (
    holder.parent.arguments[0] === holder &&
    /(\.forEach|^setTimeout|^setImmediate|^setInterval)$/.test(pathOf(holder.parent.callee))
  )
}

const runs =
  /^(then|catch|finally|exec|execute|executeTakeFirst\w*|orFail|toSQL|toQuery|toString|asCallback|on|pipe|stream|cursor|each|forEach|run|all|get|values|prepare)$/

function isLazy({ client, method, call, file }: Query): boolean {
  if (call.callee.type !== 'MemberExpression') return false
  const receiver = call.callee.object
  switch (client) {
    case 'mongoose':
      return call.arguments.length > 0 && ofMongoose.test(method) && isModel(receiver, file)
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
  /^(find(One|ById)?|find(One|ById)And\w+|update(One|Many)?|remove|replaceOne|delete(One|Many)|count(Documents)?|exists|distinct)$/
const ofPrisma =
  /^(find(Many|Unique|First)(OrThrow)?|create(Many)?|update(Many)?|upsert|delete(Many)?|count|aggregate)$/

/** `knex('orders')…`: what is said to a builder under a name changes it, and it is run where it was made. */
function isOfTable(receiver: Node): boolean {
  let at = unwrap(receiver)
  while (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') at = unwrap(at.callee.object)
  return at.type === 'CallExpression'
}

/** A document has some methods of its model, which start at once in old versions. */
function isModel(receiver: Node, file: SourceFile): boolean {
  const object = unwrap(receiver)
  const name = pathOf(object).split('.').at(-1) ?? ''
  return /^[A-Z]|[mM]odel$/.test(name) || isTyped(object, file) || isLoaded(object, file)
}

/** `@InjectModel(User.name) private users: Model<User>` */
function isTyped(object: Node, file: SourceFile): boolean {
  return /^(\w+\.)?\w*Model$/.test(declaredTypeOf(object, file) ?? '')
}

/** `const user = require('../models/user')` */
function isLoaded(object: Node, file: SourceFile): boolean {
  const binding = object.type === 'Identifier' ? lookUp(file.scopes, object, object.name) : undefined
  const loaded = binding?.init && unwrap(binding.init)
  const source =
    binding?.imported?.source ??
    (loaded?.type === 'CallExpression' && pathOf(loaded.callee) === 'require'
      ? literalText(loaded.arguments[0])
      : undefined)
  return /(^|\/|[-_.])(models?|schemas?)([/.]|$)/i.test(source ?? '')
}
