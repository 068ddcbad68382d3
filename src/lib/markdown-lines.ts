/** The line that opens a fenced code block. */
export interface FenceOpening {
  marker: string
  info: string
}

export interface ListMarker {
  /** Items belong to one list when this is the same: the bullet, or the sign after the number. */
  type: string
  /** Column where the item's own content begins. */
  offset: number
  /** Column where the marker ends. */
  width: number
  empty: boolean
  /** CommonMark lets only bullets and the number 1 begin a list inside a paragraph. */
  mayInterrupt: boolean
}

/** Reads a fence's opening line (CommonMark 4.5); undefined for every other line. */
export function readFenceOpening(line: string): FenceOpening | undefined {
  const match = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/s.exec(line)
  return match ? { marker: match[1] ?? '', info: (match[2] ?? '').trim() } : undefined
}

export function closesFence(line: string, marker: string): boolean {
  const match = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)
  return match !== null && match[1]?.[0] === marker[0] && (match[1]?.length ?? 0) >= marker.length
}

/** Only spaces and tabs make a blank line; other white space is text. */
export function isBlank(line: string): boolean {
  return /^[ \t]*$/.test(line)
}

/** Reads a bullet or number at the start of a line (CommonMark 5.2); `column` is where the line itself begins. */
export function readListMarker(line: string, column = 0): ListMarker | undefined {
  const match = /^( {0,3})([-*+]|(\d{1,9})([.)]))([ \t]+|$)/.exec(line)
  if (!match || isRule(line)) return undefined
  const [whole, indent = '', marker = '', number, sign, gap = ''] = match
  const width = indent.length + marker.length
  const empty = whole.length === line.length
  const gapWidth = columnsOf(gap, column + width)
  return {
    type: sign ?? marker,
    offset: width + (empty || gapWidth > 4 ? 1 : gapWidth),
    width,
    empty,
    mayInterrupt: !empty && (number === undefined || Number(number) === 1),
  }
}

export function isHeading(line: string): boolean {
  return /^ {0,3}#{1,6}(?:[ \t]|$)/.test(line)
}

export function isRule(line: string): boolean {
  return /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/.test(line)
}

export function isSetextUnderline(line: string): boolean {
  return /^ {0,3}(?:=+|-+)[ \t]*$/.test(line)
}

export function isQuote(line: string): boolean {
  return /^ {0,3}>/.test(line)
}

/** Whether these two lines begin a table: a header row and a delimiter row with as many cells (GFM 4.10). */
export function beginTable(header: string, delimiter: string): boolean {
  if (!header.includes('|') || !/^[ \t|:-]+$/.test(delimiter)) return false
  const cells = splitCells(delimiter)
  return cells.every((cell) => /^:?-+:?$/.test(cell)) && cells.length === splitCells(header).length
}

/** Whether a line ends an open paragraph by beginning something else. */
export function interruptsParagraph(line: string): boolean {
  return (
    readFenceOpening(line) !== undefined ||
    isHeading(line) ||
    isQuote(line) ||
    isRule(line) ||
    readListMarker(line)?.mayInterrupt === true
  )
}

/** Width in columns of the white space a line begins with; `column` is where the line itself begins. */
export function indentOf(line: string, column = 0): number {
  return columnsOf(/^[ \t]*/.exec(line)?.[0] ?? '', column)
}

function columnsOf(space: string, from: number): number {
  let column = from
  for (const char of space) column += char === '\t' ? 4 - (column % 4) : 1
  return column - from
}

function splitCells(row: string): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim())
}
