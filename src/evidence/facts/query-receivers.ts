import { isFunction, keyOf, pathOf, unwrap, type CallNode, type Node } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Method, QueryKind } from './query-methods.ts'

/** Whether what a method is called on looks like something of a database; `path` comes from `tracedPath`. */
export function receiverFits(
  strength: Method[1],
  path: string,
  call: CallNode,
  file: SourceFile,
  kind: QueryKind,
): boolean {
  const last = path.split('.').at(-1)?.replace(/\(\)$/, '') ?? ''
  if (strength === 'sql') {
    if (kind === 'sync') return /(^|\.)(db|sequelize|models?|connection|orm)$/i.test(path)
    return /(^|[._])(db|dbs|database|pool|client|conn|connection|con|sequelize|knex|manager|queryRunner|dataSource|prisma|trx|tx|t|sql|mysql|pg|sqlite|pgp|orm)(\(\))?$/i.test(
      path,
    )
  }
  if (strength === 'sure')
    return !/^(_|lodash|this|\[\]|arr|array|list|items)$/.test(path) && !/\w(Service|UseCase|Controller)$/.test(last)
  if (/(^|\.)([dD]b|DB|[mM]odels?|sequelize|orm|entities)\.[a-zA-Z]\w*$/.test(path) && !isFunction(call.arguments[0]))
    return true
  if (/collection\(\)$|model\(\)$|getRepository\(\)$|from\(\)$/.test(path)) return true
  const first = call.arguments[0]
  if (isFunction(first) && kind === 'find-many') return false
  if (/(^|\.)prisma(Client|Service)?\.\w+$/.test(path)) return true
  if (/^(this\.)?(db|tx|trx)\.\w+$/.test(path) && /prisma/i.test(file.text)) return true
  if (/(Model|Repository|Repo|Collection|Entity|Dao|_?[cC]ol|Table)$|^collection$/.test(last)) return true
  if (kind === 'insert' && keyOf(call.callee) === 'save' && savesItself(call))
    return isModelInstance(path, file, call) || isGivenRow(path, file, call)
  if (kind === 'delete' && call.arguments.length === 0) return isModelInstance(path, file, call)
  if (kind === 'update' && /^[a-z]\w*$/.test(path) && isModelInstance(path, file, call)) return true
  if (isRequiredModel(path, file, call)) return true
  if (/(^|\.)(\w*[mM]anager|em)$/.test(path) && first?.type === 'Identifier' && /^[A-Z]/.test(first.name)) return true
  return /^[A-Z][a-zA-Z]*$/.test(last) && !builtIns.has(last)
}

/** `row.save()`, `row.save({ session })`, `row.save(callback)`. */
function savesItself({ arguments: [first, second] }: CallNode): boolean {
  return !second && (!first || first.type === 'ObjectExpression' || isFunction(first))
}

/** A parameter of a function of the project that is named like a thing of its own. */
function isGivenRow(path: string, file: SourceFile, call: CallNode): boolean {
  const binding = /^[a-z]\w*$/.test(path) ? lookUp(file.scopes, call, path) : undefined
  return binding?.parameter !== undefined && binding.path.length === 0 && !savedElsewhere.test(path)
}

const savedElsewhere = /session|ctx|context|canvas|image|img|file|pdf|page|store|repo|req$|request|config|settings|db$/i

/** `const order = require('./order')(sequelize, DataTypes)`. */
function isRequiredModel(path: string, file: SourceFile, call: CallNode): boolean {
  const init = /^\w+$/.test(path) ? lookUp(file.scopes, call, path)?.init : undefined
  if (init?.type !== 'CallExpression' || init.callee.type !== 'CallExpression') return false
  const given = file.text.slice(init.start, init.end)
  return /^require\(\s*['"]\.[^)]*\)\(\s*[^)]*(sequelize|mongoose|DataTypes|connection|\bdb\b)/i.test(given)
}

/** `user.save()` where `user` comes from `new User(...)` or from a query's callback. */
function isModelInstance(path: string, file: SourceFile, call: CallNode): boolean {
  if (/\bnew\b|^[A-Z]\w*\(\)$/.test(path)) return true
  const head = path.split('.')[0] ?? ''
  if (!/^[a-z]\w*$/.test(path)) return false
  const binding = lookUp(file.scopes, call, head)
  if (!binding) return false
  const from = binding.init ?? binding.writes[0]
  const made = from ? file.text.slice(from.start, from.end) : ''
  // What `find` gives at once it found in memory.
  if (/\bfind\w*\(/.test(made) && !/\bawait\b|\.then\(|=>/.test(made)) return false
  if (/\bnew\s+([a-z]\w*\.)?[A-Z]\w*\(|\b(find\w*|build|create\w*|findOrCreate|getOne)\(/.test(made))
    return !/Stream|Socket|Agent|fetch|document\./.test(made)
  const owner = binding.parameter?.of
  const around = owner?.parent
  if (around?.type !== 'CallExpression' || around.callee.type !== 'MemberExpression')
    return binding.itemOf !== undefined && /Model|find/.test(file.text.slice(binding.itemOf.start, binding.itemOf.end))
  return (
    /\b(find\w*|create\w*|save)\b/.test(file.text.slice(around.callee.start, around.callee.end)) ||
    /^(save)$/.test(keyOf(call.callee) ?? '')
  )
}

const builtIns = new Set(
  'Object Array Promise Math JSON Map Set Reflect Date Number String Buffer Symbol Atomics Error Headers FormData URLSearchParams WeakMap WeakSet Response Request Intl Proxy Metrics Metric Counter Gauge Histogram Stats StatsD Telemetry Logger Log Cache Redis'.split(
    ' ',
  ),
)

/** Whether an expression is a name that a lookup gave its value, or a field of one. */
export function isRow(node: Node, file: SourceFile): boolean {
  const inner = unwrap(node)
  if (inner.type === 'MemberExpression') return isRow(inner.object, file)
  const binding = inner.type === 'Identifier' ? lookUp(file.scopes, inner, inner.name) : undefined
  const made = binding?.init ?? binding?.writes[0]
  const call = made && unwrap(made)
  return call?.type === 'CallExpression' && /\.(find|get)\w*$/.test(pathOf(call.callee))
}

/** The path of an expression as `pathOf` writes it, with names of constants replaced by what they were made from. */
export function tracedPath(node: Node, file: SourceFile, depth = 0): string {
  const inner = unwrap(node)
  if (inner.type === 'Identifier' && depth < 4) {
    const binding = lookUp(file.scopes, inner, inner.name)
    const init = binding?.init ?? (binding?.writes.length === 1 ? binding.writes[0] : undefined)
    const made = init && unwrap(init)
    if (made?.type === 'CallExpression' && made.callee.type === 'MemberExpression' && binding?.path.length === 0) {
      const name = keyOf(made.callee)
      if (name && /^(collection|model|getRepository|getCustomRepository|define|from|table)$/.test(name)) {
        return `${tracedPath(made.callee.object, file, depth + 1)}.${name}()`
      }
    }
    if (made?.type === 'NewExpression' && made.callee.type === 'Identifier') return `${made.callee.name}()`
  }
  return pathOf(inner)
}
