import { readSegments, type Segment } from '../../lib/fenced-code.ts'
import type { MarkdownBlock } from '../../lib/markdown-blocks.ts'
import { indentOf, isBlank, readListMarker } from '../../lib/markdown-lines.ts'
import { type MessageLimits, tableLimits } from './message-limits.ts'
import { splitText } from './split-text.ts'

/**
 * Cuts a block that is too long for a message into pieces that are not: a fence is closed and opened again, a table
 * repeats its header, a list is cut between its items, text after a sentence. Every piece ends with a newline.
 */
export function splitBlock({ kind, text }: MarkdownBlock, limits: MessageLimits): string[] {
  const trimmed = text.replace(/^\n+|\n+$/g, '')
  if (kind === 'table') return splitTable(trimmed, limits)
  if (kind === 'paragraph' || kind === 'heading')
    return splitText(trimmed, limits.chars - 1).map((piece) => `${piece}\n`)
  const pieces = new Pieces(limits)
  for (const group of kind === 'list' ? splitItems(trimmed) : [trimmed]) pieces.addGroup(group)
  return pieces.end()
}

/** Pieces of whole lines, each below the limits. */
class Pieces {
  readonly #limits: MessageLimits
  #done: string[] = []
  #lines: string[] = []
  #chars = 0
  #fences = 0

  constructor(limits: MessageLimits) {
    this.#limits = limits
  }

  /** Keeps a group of lines together when a message can hold it. */
  addGroup(group: string): void {
    const segments = readSegments(group)
    const fences = segments.filter((segment) => segment.kind === 'fence').length
    if (!this.#fits(group.length, fences) && this.#lines.length > 0) this.#cut()
    if (this.#fits(group.length, fences)) {
      this.#push(group)
      this.#fences += fences
    } else for (const segment of segments) this.#addSegment(segment)
  }

  end(): string[] {
    this.#cut()
    return this.#done
  }

  #addSegment(segment: Segment): void {
    if (segment.kind === 'fence') return this.#addFence(segment)
    return segment.lines.forEach(({ raw }) => this.#addLine(raw))
  }

  #addLine(raw: string): void {
    for (const line of splitText(raw, this.#limits.chars - 1)) {
      if (!this.#fits(line.length, 0)) this.#cut()
      this.#push(line)
    }
  }

  #addFence({ opening, body, closing, prefix, marker, info }: Segment & { kind: 'fence' }): void {
    const whole = [opening, ...body, closing].join('\n')
    if (!this.#fits(whole.length, 1) && this.#lines.length > 0) this.#cut()
    const frame = prefix.length * 2 + opening.length + closing.length + 3
    if (frame > this.#limits.chars / 2) return [opening, ...body, closing].forEach((line) => this.#addLine(line))
    this.#push(opening)
    for (const line of body.flatMap((line) => splitCode(line, this.#limits.chars - frame))) {
      if (!this.#fits(line.length + closing.length + 1, 1)) {
        this.#push(closing)
        this.#cut()
        this.#push(prefix + marker + info)
      }
      this.#push(line)
    }
    this.#push(closing)
    this.#fences++
  }

  #fits(chars: number, fences: number): boolean {
    const blocks = 2 + 2 * (this.#fences + fences)
    return this.#chars + chars + 1 <= this.#limits.chars && blocks <= this.#limits.blocks
  }

  #push(lines: string): void {
    this.#lines.push(lines)
    this.#chars += lines.length + 1
  }

  #cut(): void {
    const text = dedent(this.#lines.join('\n').replace(/^\n+|\s+$/g, ''))
    if (text !== '') this.#done.push(`${text}\n`)
    this.#lines = []
    this.#chars = 0
    this.#fences = 0
  }
}

function splitTable(table: string, limits: MessageLimits): string[] {
  const [header = '', delimiter = '', ...rows] = table.split('\n')
  const head = `${header}\n${delimiter}\n`
  const room = Math.min(limits.chars, tableLimits.chars) - head.length
  if (room <= 0) return splitText(table, limits.chars - 1).map((piece) => `${piece}\n`)
  const pieces: string[][] = [[]]
  let chars = 0
  for (const row of rows.flatMap((row) => splitText(row, room - 1))) {
    const last = pieces.at(-1) ?? []
    if (chars + row.length + 1 > room || last.length + 2 > tableLimits.rows) {
      pieces.push([row])
      chars = 0
    } else last.push(row)
    chars += row.length + 1
  }
  return pieces.map((piece) => head + piece.map((row) => `${row}\n`).join(''))
}

/** The items of a list, each with everything that belongs to it. */
function splitItems(list: string): string[] {
  const offset = readListMarker(list.split('\n')[0] ?? '')?.offset ?? 2
  const items: string[][] = []
  for (const line of list.split('\n')) {
    const last = items.at(-1)
    if (!last || (indentOf(line) < offset && readListMarker(line))) items.push([line])
    else last.push(line)
  }
  return items.map((lines) => lines.join('\n'))
}

/** What is left of an item at the start of a piece moves to the margin, or its indentation would make it code. */
function dedent(text: string): string {
  const indent = /^ */.exec(text)?.[0] ?? ''
  const lines = text.split('\n')
  const after = lines.findIndex((line) => !isBlank(line) && !line.startsWith(indent))
  const end = after === -1 ? lines.length : after
  return lines.map((line, index) => (index < end ? line.slice(indent.length) : line)).join('\n')
}

function splitCode(line: string, maxChars: number): string[] {
  const pieces: string[] = []
  let rest = line
  while (rest.length > maxChars) {
    const at = /[\uD800-\uDBFF]$/.test(rest.slice(0, maxChars)) ? maxChars - 1 : maxChars
    pieces.push(rest.slice(0, at))
    rest = rest.slice(at)
  }
  return [...pieces, rest]
}
