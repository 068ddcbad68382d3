import { functionAround, isFunction, keyOf, pathOf } from '../../parse/ast.ts'
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
    code: { any: 'await Account.updateOne({ _id: id, balance: { $gte: amount } }, { $inc: { balance: -amount } })' },
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
      const name = query.call.callee.type === 'MemberExpression' ? pathOf(query.call.callee.object) : ''
      if (!around || !requestOf(codebase, query.call)) continue
      const text = query.file.text.slice(around.start, query.call.start)
      const counter = new RegExp(
        String.raw`\b${name.replace(/[.$]/g, String.raw`\$&`)}\.(\w*(balance|stock|quantity|amount|credit|points|seats|inventory)\w*)\s*([-+]=|=\s*[^=;]*\.\1\s*[-+])`,
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
