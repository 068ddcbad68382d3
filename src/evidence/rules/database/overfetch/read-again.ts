import type { Codebase } from '../../../codebase.ts'
import type { Query } from '../../../facts/queries.ts'
import { plainModel, subjectOf } from '../../../facts/query-filters.ts'
import { stepsOf } from '../../../facts/query-steps.ts'
import { heldNames } from '../../../facts/query-results.ts'
import { contains, functionAround, keyOf, pathOf, propertyOf, type CallNode } from '../../../parse/ast.ts'
import { isGiven } from '../../../parse/mentions.ts'
import { lineOf, lineOfMethod, requestOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** `const user = await User.create(values)`, then `await User.findById(user.id)`, which gives the same row. */
export function* readAgain(codebase: Codebase): Iterable<Match> {
  const named = stepsOf(codebase, isLook).filter(({ call }) => reads.test(keyOf(call.callee) ?? pathOf(call.callee)))
  const looks = Map.groupBy(named, ({ call }) => functionAround(call))
  const told = new Set<CallNode>()
  for (const { call, file, query } of stepsOf(codebase, isInsert)) {
    const around = functionAround(call)
    const made = heldNames(call)
    if (!around || made.length === 0 || !requestOf(codebase, call)) continue
    const again = looks
      .get(around)
      ?.find(
        (look) =>
          look.call.start > call.end &&
          !told.has(look.call) &&
          plainModel(subjectOf(look.query)) === plainModel(subjectOf(query)) &&
          isGiven(look.call, made),
      )
    if (!again || contains(again.call, call)) continue
    // What is given the row in between may have changed it.
    const between = file.calls.filter((item) => item.start > call.end && item.end < again.call.start)
    if (between.some((item) => isGiven(item, made))) continue
    told.add(again.call)
    yield {
      file,
      node: again.call,
      line: lineOfMethod(again.call, file),
      severity: 'info',
      confidence: 'medium',
      message: `\`${textOf(again.call.callee, file, 40)}\` reads the row again that line ${lineOf(call, file)} has just written and given back.`,
    }
  }
}

const reads = /^(find|get|load|read|fetch)/

function isInsert({ kind, sql }: Query): boolean {
  return kind === 'insert' && !sql
}

/** One row, as it is: with its relations, or fewer of its fields, it is another. */
function isLook({ kind, chain, call }: Query): boolean {
  if (
    kind !== 'find-one' ||
    call.arguments[0]?.type === 'CallExpression' ||
    chain.some((name) => /^(populate|select|lean|include|join\w*)$/.test(name))
  )
    return false
  return (
    !call.arguments.some((argument) =>
      ['include', 'relations', 'select', 'attributes'].some((key) => propertyOf(argument, key)),
    ) && !call.arguments.slice(1).some((argument) => argument.type === 'Literal')
  )
}
