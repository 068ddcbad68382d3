import type { Codebase } from '../../../codebase.ts'
import { ancestor, functionAround, keyOf } from '../../../parse/ast.ts'
import { lineOfMethod, requestOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { staysInside } from './stays-inside.ts'

/** `qb.getMany()` where nothing, or nothing without a condition, says how many. */
export function* openBuilders(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('getMany', 'getRawMany', 'getManyAndCount')) {
    const around = functionAround(call)
    if (file.kind !== 'production' || !around || call.arguments.length > 0 || !requestOf(codebase, call)) continue
    if (codebase.calls.targetOf(call) || staysInside(call, file, codebase)) continue
    const text = file.text.slice(around.start, call.end)
    const always = file.calls.some(
      (item) =>
        item.callee.type === 'MemberExpression' &&
        /^(take|limit|paginate|whereInIds|whereId\w*)$/.test(keyOf(item.callee) ?? '') &&
        item.start >= around.start &&
        item.end <= call.end &&
        !ancestor(item, (node) => node.type === 'IfStatement', around),
    )
    // A builder that comes from elsewhere may have its limit from there.
    if (always || /\b(pageSize|perPage)\b/.test(text) || !/[cC]reateQueryBuilder|\.from\(/.test(text)) continue
    // `.where('member.teamId = :teamId')`, `.where('member.id IN (:...ids)')`: what belongs to one thing, or a list.
    const ofOne = /\bwhere\(\s*['"`][\w.]*?((_id|Id)\s*=\s*:|id\s+IN\s*\(:)/i.test(text)
    yield {
      file,
      node: call,
      line: lineOfMethod(call, file),
      severity: ofOne ? 'info' : 'low',
      message: `\`${keyOf(call.callee) ?? ''}\` has no limit that always holds.`,
    }
  }
}
