import type { Tokens } from 'marked'
import { plainInline } from './mrkdwn-text.ts'

/** Wider than this, a table's lines would wrap in a thread and its columns fall apart. */
const maxTableColumns = 80

/** A table's cells as plain text, the header first. */
export function readCells({ header, rows }: Tokens.Table): string[][] {
  return [header, ...rows].map((row) => row.map((cell) => plainInline(cell.tokens).replace(/\s+/g, ' ').trim()))
}

/** A table as aligned lines of monospace text; undefined when it would be too wide to read. */
export function alignTable(table: Tokens.Table): string | undefined {
  const cells = readCells(table)
  const widths = table.header.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ''))))
  const total = widths.reduce((sum, width) => sum + width + 2, -2)
  if (total > maxTableColumns) return undefined
  const [header = '', ...rows] = cells.map((row) =>
    widths
      .map((width, column) => pad(row[column] ?? '', width, table.align[column] ?? 'left'))
      .join('  ')
      .trimEnd(),
  )
  return [header, widths.map((width) => '-'.repeat(width)).join('  '), ...rows].join('\n')
}

function pad(text: string, width: number, align: 'left' | 'right' | 'center'): string {
  const missing = width - widthOf(text)
  const before = { left: 0, right: missing, center: Math.floor(missing / 2) }[align]
  return ' '.repeat(before) + text + ' '.repeat(missing - before)
}

const wide = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\u{1F300}-\u{1FAFF}]/u

/** East Asian characters and emoji take two columns. */
function widthOf(text: string): number {
  return Array.from(text).reduce((sum, char) => sum + (wide.test(char) ? 2 : 1), 0)
}
