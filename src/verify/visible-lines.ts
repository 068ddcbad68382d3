/** A text without what white space does to it: each line with its runs of white space as one space, empty ones left out. */
export type VisibleText = {
  text: string
  /** The number, from 1, of the line that `offset` of the text stands on. */
  lineAt: (offset: number) => number
}

/** Reads a text as its visible lines; takes time in proportion to its length. */
export function readVisibleText(raw: string): VisibleText {
  const starts: number[] = []
  const numbers: number[] = []
  const kept: string[] = []
  let at = 0
  for (const [index, row] of raw
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const visible = collapse(row)
    if (visible === '') continue
    starts.push(at)
    numbers.push(index + 1)
    kept.push(visible)
    at += visible.length + 1
  }
  return { text: kept.join('\n'), lineAt: (offset) => numbers[lastAtMost(starts, offset)] ?? 1 }
}

/** One line with every run of white space as one space and none at its ends. */
function collapse(row: string): string {
  return row.split(/\s/).filter(Boolean).join(' ')
}

/** The index of the last of these ascending numbers that is at most `value`; -1 when all are above. */
export function lastAtMost(ascending: readonly number[], value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] ?? 0) <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}
