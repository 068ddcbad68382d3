import type { Query } from '../../../facts/queries.ts'
import { functionAround, keyOf, type Node, type Of, unwrap } from '../../../parse/ast.ts'
import { goingBy, methodCallsOf } from '../../../parse/by-name.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

export function dataOf(query: Query): Node[] {
  const [first, second] = query.call.arguments
  const given = chainedValues(query)
  if (given) return [given]
  if (first?.type === 'Identifier' && query.method === 'save') {
    const made = madeFrom(first, query.file) ?? mergedInto(first, query)
    if (made) return [made]
  }
  if (query.kind === 'insert') return first ? [first] : []
  if (/^(findByIdAndUpdate|findOneAndUpdate|updateOne|updateMany|findOneAndReplace|replaceOne)$/.test(query.method))
    return second ? [second] : []
  return [...(first ? [first] : []), ...(second ? [second] : [])]
}

/** `const post = repository.create(body)`, and then `repository.save(post)`. */
function madeFrom(saved: Of<'Identifier'>, file: SourceFile): Node | undefined {
  const init = lookUp(file.scopes, saved, saved.name)?.init
  const call = init && unwrap(init.type === 'AwaitExpression' ? init.argument : init)
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  const name = keyOf(call.callee)
  if (name === 'create' || name === 'preload') return call.arguments[0]
  return name === 'merge' ? call.arguments[1] : undefined
}

/** `new User({ role }).save()`, and `const user = new User({ role })` before `user.save()`. */
export function constructed({ call, file, method }: Query): Node | undefined {
  if (method !== 'save' || call.callee.type !== 'MemberExpression') return undefined
  const row = unwrap(call.callee.object)
  const made = row.type === 'Identifier' ? lookUp(file.scopes, row, row.name)?.init : row
  return made?.type === 'NewExpression' ? made.arguments[0] : undefined
}

/** `repository.merge(post, body)` before `repository.save(post)`. */
function mergedInto(saved: Of<'Identifier'>, { call, file }: Query): Node | undefined {
  const around = functionAround(call)
  const merge = goingBy(methodCallsOf(file), 'merge').find(
    ({ arguments: [target], start }) =>
      start < call.start &&
      around !== undefined &&
      start > around.start &&
      target?.type === 'Identifier' &&
      target.name === saved.name,
  )
  return merge?.arguments[1]
}

/** The data of `db.insert(table).values(data)` and `db.update(table).set(data)`. */
function chainedValues(query: Query): Node | undefined {
  const member = query.call.parent
  if (member?.type !== 'MemberExpression' || !/^(values|set)$/.test(keyOf(member) ?? '')) return undefined
  return member.parent?.type === 'CallExpression' ? member.parent.arguments[0] : undefined
}
