import type { Codebase } from '../codebase.ts'
import type { FlowStep, Trace } from '../facts/trace.ts'
import { contains, functionAround, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { isChecked } from './checked-values.ts'
import { lineOf, textOf } from './places.ts'

/** Request input that goes into a call, and the place to mend it. */
export type Arrival = { trace: Trace; node: Node; file: SourceFile; steps: readonly FlowStep[] }

type Sink = { call: Node; value: Node; file: SourceFile; only?: ReadonlySet<string> }

/**
 * Request input that reaches a call unchecked. Where another function puts the text together, that is the place, and the
 * call the last step: a helper such as `run(command)` has one for each caller. Otherwise the call itself is.
 */
export function arrivalsAt(codebase: Codebase, { call, value, file, only }: Sink): Arrival[] {
  const open = codebase.flow
    .traces(value, file, only)
    .filter((trace) => !isChecked(trace, call, file))
    .flatMap((trace): Arrival[] => {
      const { joined } = trace
      if (!joined || joined.file.kind !== 'production' || isTogether(joined.node, call))
        return [{ trace, node: call, file, steps: trace.steps }]
      if (isChecked(trace, joined.node, joined.file)) return []
      const last = { file: file.path, line: lineOf(call, file), text: textOf(call, file) }
      return [{ trace, ...joined, steps: [...trace.steps, last] }]
    })
  return [...Map.groupBy(open, ({ node }) => node).values()].flatMap((same) => same.slice(0, 1))
}

/** In one function, or one that is written in the other. */
function isTogether(one: Node, other: Node): boolean {
  const [first, second] = [functionAround(one), functionAround(other)]
  return first === undefined || (second !== undefined && (contains(first, second) || contains(second, first)))
}
