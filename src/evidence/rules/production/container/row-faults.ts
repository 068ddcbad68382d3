import type { Severity, Words } from '../../rule.ts'

/** What a row of a file that describes a container may say wrongly; `unless` is asked where it stands in the file. */
export type RowFault = {
  when: RegExp
  unless?: (rows: readonly string[], index: number) => boolean
  severity?: Severity
  words?: Words
  message: string
}

/** What is wrong in each row, with its 1-based line. */
export function faultsIn(rows: readonly string[], faults: readonly RowFault[]) {
  return rows.flatMap((row, index) =>
    faults
      .filter(({ when, unless }) => when.test(row) && !unless?.(rows, index))
      .map(({ when: _when, unless: _unless, ...told }) => ({ line: index + 1, ...told })),
  )
}
