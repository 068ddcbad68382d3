import type { Severity, Words } from '../../rule.ts'

/** What a row of a file that describes a container may say wrongly; `unless` is asked where it stands in the file. */
export type RowFault = {
  when: RegExp
  unless?: (rows: readonly string[], index: number) => boolean
  severity?: Severity
  words?: Words
  /** The fix for this very row, in place of that of the words. */
  fixFor?: (row: string) => Words['fix']
  message: string
}

/** What is wrong in each row, with its 1-based line. */
export function faultsIn(rows: readonly string[], faults: readonly RowFault[]) {
  return rows.flatMap((row, index) =>
    faults
      .filter(({ when, unless }) => when.test(row) && !unless?.(rows, index))
      .map(({ when: _when, unless: _unless, fixFor, words, ...told }) => {
        const fix = fixFor?.(row)
        return { line: index + 1, ...told, ...(words || fix ? { words: { ...words, ...(fix && { fix }) } } : {}) }
      }),
  )
}
