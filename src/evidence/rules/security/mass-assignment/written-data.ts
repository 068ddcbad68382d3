import type { Query } from '../../../facts/queries.ts'
import { keyOf, type Node, type Of, unwrap } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

export function dataOf(query: Query): Node[] {
  const [first, second] = query.call.arguments
  const given = chainedValues(query)
  if (given) return [given]
  const made = first?.type === 'Identifier' && query.method === 'save' ? madeFrom(first, query.file) : undefined
  if (made) return [made]
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

/** The data of `db.insert(table).values(data)` and `db.update(table).set(data)`. */
function chainedValues(query: Query): Node | undefined {
  const member = query.call.parent
  if (member?.type !== 'MemberExpression' || !/^(values|set)$/.test(keyOf(member) ?? '')) return undefined
  return member.parent?.type === 'CallExpression' ? member.parent.arguments[0] : undefined
}
