import type { Codebase } from '../../codebase.ts'
import { ancestor, functionAround, isFunction, keyOf, pathOf, propertyOf } from '../../parse/ast.ts'
import { chainTop } from '../../facts/promises.ts'
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
      if (counter && !/transaction|lock|session/i.test(text))
        yield {
          file: query.file,
          node: query.call,
          confidence: 'medium',
          message: `\`${counter[1]}\` is read, changed and saved in steps.`,
        }
    }
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

/** `if (await find({ email })) …` and then an insert: two requests at once both find nothing. */
function* checkedFirst(codebase: Codebase): ReturnType<Rule['find']> {
  const inserts = codebase.queries.filter((query) => query.kind === 'insert' && query.file.kind === 'production')
  const byFunction = Map.groupBy(inserts, (query) => functionAround(query.call))
  for (const found of codebase.queries) {
    const around = functionAround(found.call)
    if (
      found.kind !== 'find-one' ||
      !around ||
      /transaction|\block\b|upsert/i.test(found.file.text.slice(around.start, around.end))
    )
      continue
    const insert = byFunction
      .get(around)
      ?.find((query) => query.call.start > found.call.end && plain(query.model) === plain(found.model))
    const entity = codebase.entities.find((item) => plain(item.name) === plain(found.model))
    const filter = propertyOf(found.call.arguments[0], 'where') ?? found.call.arguments[0]
    const holder = ancestor(found.call, (node) => node.type === 'VariableDeclarator', around)
    if (
      !insert ||
      !entity ||
      filter?.type !== 'ObjectExpression' ||
      holder?.type !== 'VariableDeclarator' ||
      holder.id.type !== 'Identifier'
    )
      continue
    // To save the record that was found changes it; nothing is inserted.
    const receiver = insert.call.callee.type === 'MemberExpression' ? pathOf(insert.call.callee.object) : ''
    const [saved] = insert.call.arguments
    if ([receiver, saved ? pathOf(saved) : ''].includes(holder.id.name)) continue
    const names = filter.properties.flatMap((property) => (property.type === 'Property' ? (keyOf(property) ?? []) : []))
    const fields = entity.fields.filter((field) => names.includes(field.name))
    const guarded =
      fields.some((field) => field.indexed) ||
      names.some((name) => entity.indexes.includes(name)) ||
      /^_?id$/.test(names.join())
    const asked = new RegExp(String.raw`if\s*\(\s*!?\s*${pathOf(holder.id)}\s*\)`).test(
      found.file.text.slice(found.call.end, insert.call.start),
    )
    if (fields.length === 0 || guarded || !asked || !requestOf(codebase, found.call)) continue
    yield {
      file: found.file,
      node: found.call,
      message: `Two requests at once both find nothing here and both insert (line ${insert.line}): no unique index on \`${names.join('`, `')}\` stops the second.`,
    }
  }
}

function plain(name: string | undefined): string {
  return (name ?? '?').toLowerCase().replace(/(schema|model|repository|repo|entity|s)$/, '')
}
