import {
  closesFence,
  type FenceOpening,
  indentOf,
  interruptsParagraph,
  isBlank,
  isHeading,
  isRule,
  isSetextUnderline,
  type ListMarker,
  readFenceOpening,
  readListMarker,
} from './markdown-lines.ts'

/** A stretch of Markdown: lines of text, or one fenced code block with whatever containers it stands in. */
export type Segment =
  | { kind: 'text'; lines: TextLine[] }
  | { kind: 'fence'; opening: string; body: string[]; closing: string; marker: string; info: string; prefix: string }

export interface TextLine {
  raw: string
  /** The line without its quote signs, list markers and indentation. */
  content: string
}

/** `undefined` stands for a block quote, a number for a list item and the columns its content is indented by. */
type Container = number | undefined

interface Cursor {
  rest: string
  column: number
}

/**
 * Separates fenced code from everything else as CommonMark does, inside quotes and lists too. A fence that the end of
 * its container or of the text closes gets the closing line that was missing.
 */
export function readSegments(markdown: string): Segment[] {
  const reader = new SegmentReader()
  for (const line of markdown.split('\n')) reader.take(line)
  return reader.end()
}

/** The lines of segments as Markdown again. */
export function joinSegments(segments: readonly Segment[]): string {
  return segments
    .flatMap((part) =>
      part.kind === 'text' ? part.lines.map(({ raw }) => raw) : [part.opening, ...part.body, part.closing],
    )
    .join('\n')
}

class SegmentReader {
  #segments: Segment[] = []
  #containers: Container[] = []
  #fence: (FenceOpening & { opening: string; body: string[]; depth: number; prefix: string }) | undefined
  #inParagraph = false

  take(raw: string): void {
    const { cursor, matched } = enterContainers(this.#containers, raw)
    if (this.#fence && matched >= this.#fence.depth) this.#takeCode(raw, cursor.rest)
    else {
      if (this.#fence) this.#closeFence(this.#fence.prefix + this.#fence.marker)
      this.#takeText(raw, cursor, matched)
    }
  }

  end(): Segment[] {
    if (!this.#fence) return this.#segments
    const { body, prefix, marker } = this.#fence
    const endsInNewline = body.at(-1) === ''
    if (endsInNewline) body.pop()
    this.#closeFence(prefix + marker)
    if (endsInNewline) this.#pushText('', '')
    return this.#segments
  }

  #takeCode(raw: string, rest: string): void {
    if (this.#fence && closesFence(rest, this.#fence.marker)) this.#closeFence(raw)
    else this.#fence?.body.push(raw)
  }

  #takeText(raw: string, entered: Cursor, matched: number): void {
    const interrupting = this.#inParagraph && matched === this.#containers.length
    const { cursor, opened } = openContainers(entered, interrupting)
    const line = cursor.rest
    const isLazy = this.#inParagraph && matched < this.#containers.length && opened.length === 0
    if (!isLazy || isBlank(line) || interruptsParagraph(line))
      this.#containers = [...this.#containers.slice(0, matched), ...opened]
    const fence = readFenceOpening(line)
    if (fence) this.#openFence(raw, fence)
    else {
      const staysText = this.#inParagraph && opened.length === 0
      this.#pushText(raw, line.replace(/^ +/, ''))
      this.#inParagraph = isParagraphLine(cursor, staysText)
    }
  }

  #openFence(raw: string, fence: FenceOpening): void {
    const prefix = this.#containers.map((offset) => (offset === undefined ? '> ' : ' '.repeat(offset))).join('')
    this.#fence = { ...fence, opening: raw, body: [], depth: this.#containers.length, prefix }
    this.#inParagraph = false
  }

  #closeFence(closing: string): void {
    if (!this.#fence) return
    const { opening, body, marker, info, prefix } = this.#fence
    this.#segments.push({ kind: 'fence', opening, body, closing, marker, info, prefix })
    this.#fence = undefined
  }

  #pushText(raw: string, content: string): void {
    const last = this.#segments.at(-1)
    if (last?.kind === 'text') last.lines.push({ raw, content })
    else this.#segments.push({ kind: 'text', lines: [{ raw, content }] })
  }
}

function enterContainers(containers: readonly Container[], raw: string): { cursor: Cursor; matched: number } {
  let cursor: Cursor = { rest: raw, column: 0 }
  for (const [matched, offset] of containers.entries()) {
    const next = offset === undefined ? enterQuote(cursor) : enterItem(cursor, offset)
    if (!next) return { cursor: spellIndent(cursor), matched }
    cursor = next
  }
  return { cursor: spellIndent(cursor), matched: containers.length }
}

/** Tabs before the text become spaces, so that what follows need not know the column. */
function spellIndent({ rest, column }: Cursor): Cursor {
  return { rest: ' '.repeat(indentOf(rest, column)) + rest.replace(/^[ \t]+/, ''), column }
}

function openContainers(entered: Cursor, interrupting: boolean): { cursor: Cursor; opened: Container[] } {
  const opened: Container[] = []
  let cursor = entered
  for (;;) {
    const quoted = enterQuote(cursor)
    const marker = readListMarker(cursor.rest, cursor.column)
    if (quoted) {
      cursor = spellIndent(quoted)
      opened.push(undefined)
    } else if (marker && (opened.length > 0 || !interrupting || marker.mayInterrupt)) {
      cursor = spellIndent(enterNewItem(cursor, marker))
      opened.push(marker.offset)
    } else return { cursor, opened }
  }
}

function enterQuote(cursor: Cursor): Cursor | undefined {
  const indent = indentOf(cursor.rest, cursor.column)
  const inner = skipColumns(cursor, indent)
  if (indent > 3 || !inner.rest.startsWith('>')) return undefined
  return skipColumns({ rest: inner.rest.slice(1), column: inner.column + 1 }, 1)
}

function enterNewItem({ rest, column }: Cursor, { width, offset }: ListMarker): Cursor {
  return skipColumns({ rest: rest.slice(width), column: column + width }, offset - width)
}

function enterItem(cursor: Cursor, offset: number): Cursor | undefined {
  if (isBlank(cursor.rest)) return cursor
  return indentOf(cursor.rest, cursor.column) >= offset ? skipColumns(cursor, offset) : undefined
}

/** Takes up to `columns` columns of white space away; a tab that reaches further leaves spaces behind. */
function skipColumns({ rest, column }: Cursor, columns: number): Cursor {
  let index = 0
  let at = column
  const target = column + columns
  while (at < target && (rest[index] === ' ' || rest[index] === '\t')) {
    at += rest[index] === '\t' ? 4 - (at % 4) : 1
    index++
  }
  const overshoot = Math.max(0, at - target)
  return { rest: ' '.repeat(overshoot) + rest.slice(index), column: at - overshoot }
}

function isParagraphLine({ rest, column }: Cursor, inParagraph: boolean): boolean {
  if (isBlank(rest) || isHeading(rest) || isRule(rest)) return false
  if (inParagraph) return !isSetextUnderline(rest)
  return indentOf(rest, column) < 4
}
