import type { Codebase } from '../../codebase.ts'
import type { Query } from '../../facts/queries.ts'
import { chainTop } from '../../facts/promises.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  keyOf,
  pathOf,
  propertyOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { requestOf, textOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const raceCondition: Rule = {
  id: 'race-condition',
  category: 'race-condition',
  severity: 'medium',
  confidence: 'low',
  title: 'What is read may have changed before it is written',
  why: 'Two requests read the same number, both change it, and one change is lost.',
  effects: { safety: 'Balances, stocks and counters drift.' },
  fix: {
    say: 'Change it in one statement, or inside a transaction that locks the row.',
    code: {
      Prisma:
        'await prisma.account.update({ where: { id, balance: { gte: amount } }, data: { balance: { decrement: amount } } })',
      TypeORM:
        "await accounts.createQueryBuilder().update().set({ balance: () => 'balance - :amount' }).where('id = :id AND balance >= :amount', { id, amount }).execute()",
      Sequelize: 'await Account.decrement({ balance: amount }, { where: { id, balance: { [Op.gte]: amount } } })',
      any: 'await Account.updateOne({ _id: id, balance: { $gte: amount } }, { $inc: { balance: -amount } })',
    },
  },
  sources: ['https://cwe.mitre.org/data/definitions/362.html'],
  *find(codebase) {
    for (const query of codebase.queries) {
      if (
        query.kind !== 'insert' ||
        query.method !== 'save' ||
        query.call.arguments.length > 1 ||
        query.file.kind !== 'production'
      )
        continue
      const around = functionAround(query.call)
      const [saved] = query.call.arguments
      const holder = saved ?? (query.call.callee.type === 'MemberExpression' ? query.call.callee.object : undefined)
      const name = holder ? pathOf(holder) : ''
      if (!around || !requestOf(codebase, query.call)) continue
      const text = query.file.text.slice(around.start, query.call.start)
      const counter = new RegExp(
        String.raw`\b${name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}\.(\w*(balance|stock|quantity|amount|credit|points|seats|inventory|count|likes|views|votes)\w*)\s*(\+\+|--|[-+]=|=\s*[^=;]*\.\1\s*[-+])`,
        'i',
      ).exec(text)
      if (counter && !locked.test(text))
        yield {
          file: query.file,
          node: query.call,
          confidence: 'medium',
          message: `\`${counter[1]}\` is read, changed and saved in steps.`,
        }
      const derived = derivedFrom(name, text)
      if (!counter && derived && !locked.test(text))
        yield {
          file: query.file,
          node: derived.push(query.file, around) ?? query.call,
          confidence: 'medium',
          message: `\`${derived.name}\` is computed from what was read before: of two requests at once, one is not counted.`,
        }
    }
    yield* writtenBack(codebase)
    yield* addedTwice(codebase)
    yield* checkedFirst(codebase)
    for (const { call, file } of codebase.calls.linked) {
      const last = call.arguments.at(-1)
      if (!isFunction(last) || call.parent?.type !== 'ExpressionStatement' || chainTop(call) !== call) continue
      const handler = requestOf(codebase, call)
      const next = handler?.next
      if (!next || functionAround(call) === undefined || !/insert|update|save|create/i.test(keyOf(call.callee) ?? ''))
        continue
      const body = file.text.slice(last.start, last.end)
      const after = file.text.slice(call.end, handler.node.end)
      if (
        /\bres\.(render|redirect|json|send)/.test(after) &&
        new RegExp(`\\b${next}\\(`).test(body) &&
        !/\bres\./.test(body)
      ) {
        yield {
          file,
          node: call,
          confidence: 'medium',
          message: `The answer does not wait for \`${textOf(call.callee, file, 40)}\`, whose failure then calls \`${next}\` after it.`,
        }
      }
    }
  },
}

const locked = /transaction|\block|\$tx\b|\btrx\b|(?<!(req|request|ctx|socket)\.)\bsession\b/i

/** `product.reviews.push(review)` and then `product.rating = product.reviews.reduce(…)`. */
function derivedFrom(name: string, text: string): Derived | undefined {
  if (!/^\w+$/.test(name)) return undefined
  const list = new RegExp(String.raw`\b${name}\.(\w+)\.(push|unshift)\(`).exec(text)?.[1]
  if (list === undefined) return undefined
  const from = String.raw`\b${name}\.(\w+)\s*=\s*[^;=]*?\b${name}\.${list}\.(length|reduce)\b`
  const field = new RegExp(from).exec(text)?.[1]
  const isPush = (call: CallNode) =>
    /^push$|^unshift$/.test(keyOf(call.callee) ?? '') && pathOf(call.callee).startsWith(`${name}.${list}.`)
  return field === undefined
    ? undefined
    : { name: field, push: (file, around) => file.calls.find((call) => contains(around, call) && isPush(call)) }
}

/** A field that is made from a list, and the call that changes the list. */
type Derived = { name: string; push: (file: SourceFile, around: FunctionNode) => Node | undefined }

/** `update(id, { quantity: found.quantity + more })`, where `found` was read before. */
function* writtenBack(codebase: Codebase): ReturnType<Rule['find']> {
  for (const query of codebase.queries) {
    if (query.kind !== 'update' || query.file.kind !== 'production' || !requestOf(codebase, query.call)) continue
    const around = functionAround(query.call)
    if (!around || locked.test(query.file.text.slice(around.start, query.call.end))) continue
    const name = query.call.arguments.flatMap((argument) => changedFields(argument, query.file)).at(0)
    if (name === undefined) continue
    yield {
      file: query.file,
      node: query.call,
      line: query.line,
      confidence: 'medium',
      message: `\`${name}\` is read, changed here and written back: of two requests at once, one change is lost.`,
    }
  }
}

/** Keys whose value is that field of a row that was looked up, with something added or taken away. */
function changedFields(node: Node, file: SourceFile): string[] {
  if (node.type !== 'ObjectExpression') return []
  return node.properties.flatMap((property): string[] => {
    if (property.type !== 'Property') return []
    const key = keyOf(property)
    if (key === undefined) return []
    if (/^(\$set|data|values|set)$/.test(key)) return changedFields(property.value, file)
    const value = unwrap(property.value)
    if (value.type !== 'BinaryExpression' || !/^[-+]$/.test(value.operator)) return []
    const former = value.left.type === 'PrivateIdentifier' ? value.right : unwrap(value.left)
    if (former.type !== 'MemberExpression' || keyOf(former) !== key || former.object.type !== 'Identifier') return []
    const made = lookUp(file.scopes, former, former.object.name)?.init
    return made && /\bawait\b/.test(file.text.slice(made.start, made.end)) ? [key] : []
  })
}

/** Lists that hold each person once. */
const onceEach =
  /(^|[a-z_])(likes?|likedBy|dislikes?|votes?|voters|upvotes?|downvotes?|follow(ers|ings?)|friends?|members?|participants?|attendees?|favou?rites?|bookmarks?|wish_?list|subscribers?|enrolled\w*|saved(Posts|By)|joined\w*)$/i

/** `$push: { likes: req.user.id }`: who clicks twice is in the list twice. */
function* addedTwice(codebase: Codebase): ReturnType<Rule['find']> {
  for (const query of codebase.queries) {
    if (query.kind !== 'update' || query.file.kind !== 'production') continue
    const pushed = query.call.arguments.map((argument) => propertyOf(argument, '$push')).find((item) => item)
    if (pushed?.type !== 'ObjectExpression') continue
    for (const property of pushed.properties) {
      if (property.type !== 'Property' || !onceEach.test(keyOf(property) ?? '')) continue
      const value = query.file.text.slice(property.value.start, property.value.end)
      const around = requestOf(codebase, query.call)
      if (!/^(\w+\.)*(_?id|\w+(Id|_id|ID))$/.test(value) || !around) continue
      const filter = query.call.arguments[0]
      const text = query.file.text.slice(around.node.start, query.call.start)
      // A filter or a question before keeps the second out, apart from two at the same time.
      if (filter && /\$ne|\$nin/.test(query.file.text.slice(filter.start, filter.end))) continue
      if (/\.(includes|some|find|indexOf|filter|has)\(|\$ne|\$in\b|exists\(/.test(text)) continue
      yield {
        file: query.file,
        node: query.call,
        line: query.line,
        confidence: 'medium',
        message: `\`$push\` puts \`${value}\` into \`${keyOf(property) ?? ''}\` again each time; \`$addToSet\` keeps it there once.`,
      }
    }
  }
}

/** `if (await find({ email })) …` and then an insert: two requests at once both find nothing. */
function* checkedFirst(codebase: Codebase): ReturnType<Rule['find']> {
  const inserts = codebase.queries.filter((query) => query.kind === 'insert' && query.file.kind === 'production')
  const byFunction = Map.groupBy(inserts, (query) => functionAround(query.call))
  for (const look of looksBefore(codebase)) {
    const { call, file, query } = look
    const around = functionAround(call)
    if (!around || /transaction|\block\b|upsert/i.test(file.text.slice(around.start, around.end))) continue
    const insert = byFunction
      .get(around)
      ?.find((item) => item.call.start > call.end && plain(item.model) === plain(query.model))
    const holder = ancestor(call, (node) => node.type === 'VariableDeclarator', around)
    if (!insert || holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier') continue
    // To save the record that was found changes it; nothing is inserted.
    const receiver = insert.call.callee.type === 'MemberExpression' ? pathOf(insert.call.callee.object) : ''
    const [saved] = insert.call.arguments
    if ([receiver, saved ? pathOf(saved) : ''].includes(holder.id.name)) continue
    const names = unguardedNames(codebase, query)
    const between = file.text.slice(call.end, insert.call.start)
    const asked = new RegExp(String.raw`if\s*\(\s*!?\s*${pathOf(holder.id)}(\.length\s*[!=<>]+\s*0|\.length)?\s*\)`)
    if (names.length === 0 || !asked.test(between) || !requestOf(codebase, call)) continue
    yield {
      file,
      node: call,
      message: `Two requests at once both find nothing here and both insert (line ${insert.line}): no unique index on \`${names.join('`, `')}\` stops the second.`,
    }
  }
}

type Look = { call: CallNode; file: SourceFile; query: Query }

/** Lookups, and calls of project functions that are one. */
function looksBefore(codebase: Codebase): Look[] {
  const looks = codebase.queries.filter(
    (query) => query.kind === 'find-one' || (query.kind === 'find-many' && query.method === 'find'),
  )
  const byFunction = Map.groupBy(looks, (query) => functionAround(query.call))
  const through = codebase.calls.linked.flatMap(({ call, file, target }): Look[] => {
    const [only, ...more] = byFunction.get(target.node) ?? []
    return only && more.length === 0 && only.kind === 'find-one' ? [{ call, file, query: only }] : []
  })
  return [...looks.map((query) => ({ call: query.call, file: query.file, query })), ...through]
}

/** The fields of a filter, when no index keeps two rows from having the same; none when one does, or it is not known. */
function unguardedNames(codebase: Codebase, query: Query): string[] {
  const filter = propertyOf(query.call.arguments[0], 'where') ?? query.call.arguments[0]
  if (filter?.type !== 'ObjectExpression') return []
  const names = filter.properties.flatMap((property) => (property.type === 'Property' ? (keyOf(property) ?? []) : []))
  const entity = codebase.entities.find((item) => plain(item.name) === plain(query.model))
  if (!entity) return isWithoutSchema(codebase, query) ? names.filter((name) => identifying.test(name)) : []
  const fields = entity.fields.filter((field) => names.includes(field.name))
  const guarded =
    fields.some((field) => field.indexed) ||
    names.some((name) => entity.indexes.includes(name)) ||
    /^_?id$/.test(names.join())
  return guarded || fields.length === 0 ? [] : names
}

const identifying = /^(e-?mail|user_?name|login|name|title|slug|code|phone|sku)$/i

/** A collection of the MongoDB driver, for which no index is made anywhere. */
function isWithoutSchema(codebase: Codebase, query: Query): boolean {
  return (
    /^(mongodb|monk|mongoist|mongojs|unknown)$/.test(query.client) &&
    codebase.project.dependencies.some(({ name }) => /^(mongodb|monk|mongoist|mongojs)$/.test(name)) &&
    ![...codebase.sources.values()].some(makesIndexes)
  )
}

const makesIndexes = once((file: SourceFile) => /\b(create|ensure)?[iI]ndex(es)?\(/.test(file.text))

function plain(name: string | undefined): string {
  return (name ?? '?').toLowerCase().replace(/(schema|model|repository|repo|entity|s)$/, '')
}
