/** The part of a file that is shown, with the line numbers an answer has to cite. */
export interface NumberedLines {
  readonly text: string
  /** From 1; both ends are shown. */
  readonly from: number
  readonly to: number
  readonly total: number
}

const longestLine = 400

/** Lines `from` to `to` with their numbers, at most `maxLines` of them; undefined when the file ends before `from`. */
export function numberLines(text: string, from: number, to: number, maxLines: number): NumberedLines | undefined {
  const lines = splitLines(text)
  if (from > lines.length) return undefined
  const last = Math.min(Math.max(from, to), lines.length, from + maxLines - 1)
  const width = String(last).length
  const shown = lines.slice(from - 1, last).map((line, index) => {
    return `${String(from + index).padStart(width)} | ${shorten(line)}`
  })
  return { text: shown.join('\n'), from, to: last, total: lines.length }
}

/** A line break at the end does not begin another line. */
function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/)
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  return lines
}

function shorten(line: string): string {
  if (line.length <= longestLine) return line
  return `${line.slice(0, longestLine).toWellFormed()} [cut: ${line.length - longestLine} more characters in this line]`
}
