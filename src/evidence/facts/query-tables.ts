import { ancestor, isClass, keyOf, literalText, pathOf, unwrap, type Node, type Of } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** The entity that stands before what is asked of it in `manager.find(User, { … })`; undefined for other calls. */
export function managedEntity(call: Of<'CallExpression'>): string | undefined {
  const [entity] = call.arguments
  if (call.callee.type !== 'MemberExpression' || entity?.type !== 'Identifier' || !/^[A-Z]/.test(entity.name))
    return undefined
  return isManager(call.callee.object) ? entity.name : undefined
}

/** Whether an expression is named as a manager of TypeORM or MikroORM, which serves all entities. */
export function isManager(receiver: Node): boolean {
  return /(^|\.)(\w*[mM]anager|em|queryRunner|dataSource)(\(\))?$/.test(pathOf(receiver))
}

/** What a chain starts from: the repository of `repository.create(values).save()`, the model of `User.scope(name).findAll()`. */
export function madeBy(receiver: Node): Node {
  const inner = unwrap(receiver)
  if (inner.type !== 'CallExpression' || inner.callee.type !== 'MemberExpression') return inner
  return /^(create|preload|merge|build|scope|unscoped|lean|session)$/.test(keyOf(inner.callee) ?? '')
    ? madeBy(inner.callee.object)
    : inner
}

const connectionName = /(db|database|tx|trx|transaction|manager|conn|connection|client|orm|drizzle|kysely|em)(\(\))?$/i

/** The table of `db.select().from(users)`, `db.insert(users)`, `knex.insert(row).into('users')`, as it was exported. */
export function builderTable(call: Of<'CallExpression'>, file: SourceFile): string | undefined {
  if (call.callee.type !== 'MemberExpression') return undefined
  const method = keyOf(call.callee) ?? ''
  const named = literalText(tableOf(call))
  if (named !== undefined) return named
  const table = method === 'select' ? tableOf(call) : call.arguments[0]
  if (!/^(select|insert|update|delete)$/.test(method) || table?.type !== 'Identifier') return undefined
  // `repository.delete(where)` takes a filter; a connection takes the table.
  if (method !== 'select' && !connectionName.test(pathOf(call.callee.object))) return undefined
  const binding = lookUp(file.scopes, table, table.name)
  if (!binding || (binding.kind !== 'import' && binding.kind !== 'const')) return undefined
  return binding.imported?.name ?? table.name
}

function tableOf(call: Node): Node | undefined {
  for (let at: Node = call; at.parent?.type === 'MemberExpression' && at.parent.object === at;) {
    const outer: Node | null | undefined = at.parent.parent
    if (outer?.type !== 'CallExpression') return undefined
    if (/^(from|into)$/.test(keyOf(at.parent) ?? '')) return outer.arguments[0]
    at = outer
  }
  return undefined
}

/** The model of a row that goes by a name: `new User(…)`, or what `User.findOne(…)` gave. */
export function modelOfRow(receiver: Node, file: SourceFile): string | undefined {
  const inner = unwrap(receiver)
  const binding = inner.type === 'Identifier' ? lookUp(file.scopes, inner, inner.name) : undefined
  const given = binding?.init ?? (binding?.writes.length === 1 ? binding.writes[0] : undefined)
  const made = given && binding?.path.length === 0 && !binding.itemOf ? unwrap(given) : undefined
  if (made?.type === 'NewExpression') return classNamed(made.callee)
  if (made?.type !== 'CallExpression') return undefined
  const kept = repositoryFor(made)
  if (kept !== undefined) return kept
  const start = chainStart(made)
  return classNamed(start) ?? (start.type === 'MemberExpression' ? classNamed(start.object) : undefined)
}

/** `AppDataSource.getRepository(User)`, maybe with `.extend(…)`: what is kept under a name is asked for users. */
function repositoryFor(call: Of<'CallExpression'>): string | undefined {
  const { callee } = call
  if (callee.type !== 'MemberExpression') return undefined
  const [entity] = call.arguments
  if (/^get(Tree|Mongo)?Repository$/.test(keyOf(callee) ?? '')) return entity && classNamed(entity)
  const before = unwrap(callee.object)
  return before.type === 'CallExpression' ? repositoryFor(before) : undefined
}

/** What a class puts into a field of its own, where one place does. */
function keptInField(field: Of<'MemberExpression'>, file: SourceFile): Node | undefined {
  const holder = ancestor(field, isClass)
  const given = file.assignments.filter(
    ({ left }) =>
      left.type === 'MemberExpression' &&
      left.object.type === 'ThisExpression' &&
      keyOf(left) === keyOf(field) &&
      ancestor(left, isClass) === holder,
  )
  return given.length === 1 && given[0]?.right.type === 'CallExpression' ? given[0].right : undefined
}

/** The collection that `db.collection('users')` stands for, also by a name or a field of the class. */
export function collectionNamed(receiver: Node, file: SourceFile): string | undefined {
  const inner = unwrap(receiver)
  if (inner.type === 'CallExpression')
    return keyOf(inner.callee) === 'collection' ? literalText(inner.arguments[0]) : undefined
  if (inner.type === 'MemberExpression') {
    const kept = inner.object.type === 'ThisExpression' ? keptInField(inner, file) : undefined
    return kept && collectionNamed(kept, file)
  }
  const made = inner.type === 'Identifier' ? lookUp(file.scopes, inner, inner.name)?.init : undefined
  const call = made && unwrap(made)
  if (inner.type !== 'Identifier' || call?.type !== 'CallExpression') return undefined
  const method = keyOf(call.callee)
  const makes =
    method === 'collection' || method === 'table' || (method === 'get' && /col(lection)?$/i.test(inner.name))
  return makes ? literalText(call.arguments[0]) : undefined
}

/** The callee of the first call of a chain: `User.findOne` of `User.findOne(where).populate('team')`. */
function chainStart(call: Of<'CallExpression'>): Node {
  const { callee } = call
  const before = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined
  return before?.type === 'CallExpression' ? chainStart(before) : callee
}

function classNamed(node: Node): string | undefined {
  const name = node.type === 'MemberExpression' ? keyOf(node) : node.type === 'Identifier' ? node.name : undefined
  return name !== undefined && /^[A-Z]\w*[a-z]/.test(name) ? name : undefined
}

/** The model, table or collection an expression names, when it does. */
export function modelName(receiver: Node): string | undefined {
  const inner = unwrap(receiver)
  if (inner.type === 'Identifier') return inner.name
  if (inner.type === 'MemberExpression') return keyOf(inner)
  if (inner.type === 'CallExpression') {
    const { callee } = inner
    const made = madeBy(inner)
    if (made !== inner) return modelName(made)
    // `knex('hosts').where('id', id)`: the table is named where the chain starts.
    if (
      callee.type === 'MemberExpression' &&
      /where|join|select|order|returning|first|limit|on$/i.test(keyOf(callee) ?? '')
    )
      return modelName(callee.object)
    const [named] = inner.arguments
    // `getRepository(User)`
    return named?.type === 'Identifier' && /^[A-Z]/.test(named.name) ? named.name : literalText(named)
  }
  return undefined
}
