const fence = /^ {0,3}(`{3,}|~{3,})/

/** Tells for each line of Markdown whether it stands in fenced code or a comment. */
export class Shelter {
  #closing: string | undefined
  #inComment = false

  /** Takes the next line; true when it is code or comment, its fences included. */
  covers(line: string): boolean {
    if (this.#closing !== undefined) {
      const mark = fence.exec(line)?.[1]
      if (mark?.startsWith(this.#closing) && line.trim() === mark) this.#closing = undefined
      return true
    }
    if (!this.#inComment) this.#closing = fence.exec(line)?.[1]
    if (this.#closing !== undefined) return true
    const was = this.#inComment
    const rest = line.slice(Math.max(0, line.lastIndexOf('-->')))
    if (line.includes('<!--') || was)
      this.#inComment = rest.includes('<!--') || (was && !line.includes('-->')) || !line.includes('-->')
    return was
  }
}

/** Cuts Markdown at its blank lines, but not inside fenced code. Joined by blank lines the blocks say the same. */
export function splitBlocks(markdown: string): string[] {
  const blocks: string[] = []
  let open: string[] = []
  const shelter = new Shelter()
  const close = () => {
    if (open.length > 0) blocks.push(open.join('\n'))
    open = []
  }
  for (const line of markdown.split('\n')) {
    const covered = shelter.covers(line)
    if (!covered && line.trim() === '') close()
    else open.push(line.trimEnd())
  }
  close()
  return blocks
}

const bullet = /^(?:[*+-]|\d{1,9}[.)])(?: +|$)/

/** The items of Markdown that is one list and nothing else; undefined for anything else. Items keep their inner lines. */
export function readList(markdown: string): string[] | undefined {
  const items: string[][] = []
  let indent = 0
  for (const line of markdown.split('\n')) {
    const mark = bullet.exec(line)?.[0]
    const item = items.at(-1)
    if (mark !== undefined) {
      items.push([line.slice(mark.length).trimEnd()])
      indent = mark.length
    } else if (!item) {
      if (line.trim() !== '') return undefined
    } else if (line.trim() === '') item.push('')
    else if (/^\s/.test(line)) item.push(dedent(line, indent).trimEnd())
    else if (item.at(-1) !== '' && !/^(?:#|```|~~~|<!--|\|)/.test(line)) item.push(line.trimEnd())
    else return undefined
  }
  return items.length === 0 ? undefined : items.map((lines) => lines.join('\n').trim())
}

/** Writes items as one list. */
export function writeList(items: readonly string[]): string {
  return items.map((item) => `* ${item.split('\n').map(indentFurther).join('\n')}`).join('\n')
}

function indentFurther(line: string, index: number): string {
  return index === 0 || line === '' ? line : `  ${line}`
}

function dedent(line: string, columns: number): string {
  const spaces = /^ */.exec(line)?.[0].length ?? 0
  return line.slice(Math.min(spaces, columns))
}
