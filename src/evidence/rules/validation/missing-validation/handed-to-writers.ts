import type { Codebase } from '../../../codebase.ts'
import { queriesByFile } from '../../../facts/queries.ts'
import { handlerAround } from '../../../facts/responses.ts'
import type { FunctionNode } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isValidated } from '../../places.ts'
import type { Rule } from '../../rule.ts'
import { placeOf } from './checks.ts'
import { weightOf } from './weight.ts'

const longCalls = atOnce((file: SourceFile) => file.calls.filter((call) => call.arguments.length > 2))

/** Several body fields handed to a project function that writes them. */
export function* projectWrites(codebase: Codebase, reported: Set<FunctionNode>): ReturnType<Rule['find']> {
  for (const file of codebase.production) {
    for (const call of longCalls(file)) {
      const target = codebase.calls.targetOf(call)
      const handler = target && handlerAround(call, codebase.web.handlers)
      if (!handler || reported.has(handler.node)) continue
      const writes = queriesByFile(codebase.queries)
        .get(target.file)
        ?.some(
          (query) =>
            query.call.start > target.node.start &&
            query.call.end < target.node.end &&
            /insert|update/.test(query.kind),
        )
      if (!writes) continue
      const traces = call.arguments
        .flatMap((argument) => codebase.flow.trace(argument, file) ?? [])
        .filter((trace) => trace.kind === 'body')
      const first = traces[0]
      if (traces.length < 3 || !first || isValidated(codebase, first)) continue
      reported.add(handler.node)
      yield {
        file: first.source.file,
        ...placeOf(first),
        ...weightOf(
          codebase,
          handler,
          traces.flatMap(({ keys }) => keys.slice(-1)),
        ),
        message: `${traces.length} fields of the body are stored by \`${file.text.slice(call.callee.start, call.callee.end)}\` with hardly a check.`,
      }
    }
  }
}
