import {
  beginTable,
  closesFence,
  indentOf,
  interruptsParagraph,
  isBlank,
  isHeading,
  isQuote,
  isRule,
  isSetextUnderline,
  readFenceOpening,
  readListMarker,
} from './markdown-lines.ts'

export type BlockKind = 'paragraph' | 'heading' | 'list' | 'quote' | 'fence' | 'table' | 'rule'

/** One top-level block with its own text, led by the blank lines that stood before it. */
export interface MarkdownBlock {
  kind: BlockKind
  text: string
}

interface OpenBlock {
  kind: BlockKind
  /** Blank lines before the block. */
  gap: string
  lines: string[]
  /** The opening marker of a fence. */
  marker: string
  /** Of a list: the kind of its bullets, and where its last item's content begins. */
  listType: string
  offset: number
}

/**
 * Cuts Markdown that arrives in pieces into whole blocks, each given out once it is certainly complete.
 * The blocks together are exactly the input, and do not depend on how it was cut. Takes linear time.
 */
export class BlockStream {
  #partial = ''
  #gap = ''
  #open: OpenBlock | undefined
  #released: MarkdownBlock[] = []

  /** Takes the next piece of text and returns the blocks that it completed. */
  feed(delta: string): MarkdownBlock[] {
    const lines = delta.split('\n')
    for (const line of lines.slice(0, -1)) {
      this.#take(`${this.#partial}${line}\n`)
      this.#partial = ''
    }
    this.#partial += lines.at(-1) ?? ''
    return this.#drain()
  }

  /** Returns whatever is left; a fence that was never closed stays open. */
  end(): MarkdownBlock[] {
    if (this.#partial !== '') this.#take(this.#partial)
    this.#partial = ''
    this.#release()
    if (this.#gap !== '') this.#released.push({ kind: 'paragraph', text: this.#gap })
    this.#gap = ''
    return this.#drain()
  }

  #take(raw: string): void {
    const line = raw.replace(/\r?\n$/, '')
    const open = this.#open
    if (open?.kind === 'fence') {
      open.lines.push(raw)
      if (closesFence(line, open.marker)) this.#release()
    } else if (isBlank(line)) {
      if (open?.kind !== 'list') this.#release()
      this.#gap += raw
    } else if (open && this.#continues(open, line)) {
      open.lines.push(this.#gap, raw)
      this.#gap = ''
      if (open.kind === 'heading') this.#release()
    } else {
      this.#release()
      this.#begin(raw, line)
    }
  }

  #begin(raw: string, line: string): void {
    const marker = readFenceOpening(line)?.marker ?? ''
    const list = readListMarker(line)
    const kind = kindOf(line)
    const [listType, offset] = [list?.type ?? '', list?.offset ?? 0]
    this.#open = { kind, gap: this.#gap, lines: [raw], marker, listType, offset }
    this.#gap = ''
    if (kind === 'heading' || kind === 'rule') this.#release()
  }

  #continues(open: OpenBlock, line: string): boolean {
    if (open.kind === 'list') return continuesList(open, line, this.#gap !== '')
    if (open.kind === 'quote') return isQuote(line) || !interruptsParagraph(line)
    if (open.kind === 'paragraph' && isSetextUnderline(line)) open.kind = 'heading'
    else if (open.kind === 'paragraph' && beginTable(open.lines.at(-1) ?? '', line)) this.#turnIntoTable(open)
    else return !interruptsParagraph(line)
    return true
  }

  /** The last line of the paragraph was the table's header. */
  #turnIntoTable(open: OpenBlock): void {
    const header = open.lines.splice(-1)
    if (open.lines.length > 0) {
      this.#released.push(toBlock(open))
      open.gap = ''
    }
    open.lines = header
    open.kind = 'table'
  }

  #release(): void {
    if (this.#open) this.#released.push(toBlock(this.#open))
    this.#open = undefined
  }

  #drain(): MarkdownBlock[] {
    return this.#released.splice(0)
  }
}

/** Cuts complete Markdown into its top-level blocks; together they are exactly the input. */
export function splitBlocks(markdown: string): MarkdownBlock[] {
  const stream = new BlockStream()
  return [...stream.feed(markdown), ...stream.end()]
}

function continuesList(open: OpenBlock, line: string, afterBlank: boolean): boolean {
  if (indentOf(line) >= open.offset) return true
  const marker = readListMarker(line)
  if (marker?.type !== open.listType) return !afterBlank && !marker && !interruptsParagraph(line)
  open.offset = marker.offset
  return true
}

function kindOf(line: string): BlockKind {
  if (readFenceOpening(line)) return 'fence'
  if (isHeading(line)) return 'heading'
  if (isRule(line)) return 'rule'
  if (isQuote(line)) return 'quote'
  return readListMarker(line) ? 'list' : 'paragraph'
}

const toBlock = ({ kind, gap, lines }: OpenBlock): MarkdownBlock => ({ kind, text: gap + lines.join('') })
