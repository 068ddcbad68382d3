import type { MarkdownBlock } from '../../lib/markdown-blocks.ts'

/** Cuts a block that is longer than `maxChars` into pieces that stand alone: fences reopened, table headers repeated, lists between items. */
export function splitOversized({ kind, text }: MarkdownBlock, maxChars: number): string[] {
  if (text.length <= maxChars) return [text]
  const lines = text.split(/(?<=\n)/)
  switch (kind) {
    case 'fence':
      return splitFence(lines, maxChars)
    case 'table':
      return splitTable(lines, maxChars)
    case 'paragraph':
    case 'heading':
    case 'list':
    case 'quote':
    case 'rule':
      return packLines(lines, maxChars)
  }
}

function splitFence(lines: readonly string[], maxChars: number): string[] {
  const start = lines.findIndex((line) => line.trim() !== '')
  const opening = (lines[start] ?? '```\n').replace(/\n?$/, '\n')
  const marker = /^\s*(`{3,}|~{3,})/.exec(opening)?.[1] ?? '```'
  const last = lines.findLastIndex((line) => line.trim() !== '')
  const closed = last > start && lines[last]?.trim().startsWith(marker)
  const body = lines.slice(start + 1, closed ? last : undefined)
  const room = maxChars - opening.length - marker.length - 2
  return packLines(body, room).map((part) => `\n${opening}${part.replace(/\n?$/, '\n')}${marker}\n`)
}

function splitTable(lines: readonly string[], maxChars: number): string[] {
  const start = lines.findIndex((line) => line.trim() !== '')
  const header = lines.slice(start, start + 2).join('')
  const room = Math.max(maxChars - header.length - 1, 1)
  return packLines(lines.slice(start + 2), room).map((rows) => `\n${header}${rows.replace(/\n?$/, '\n')}`)
}

/** Joins lines to pieces of at most `maxChars`; a longer line is cut between words where that is possible. */
function packLines(lines: readonly string[], maxChars: number): string[] {
  const pieces: string[] = []
  let piece = ''
  for (const part of lines.flatMap((line) => cutLine(line, maxChars))) {
    if (piece !== '' && piece.length + part.length > maxChars) {
      pieces.push(piece)
      piece = ''
    }
    piece += part
  }
  return piece === '' ? pieces : [...pieces, piece]
}

function cutLine(line: string, maxChars: number): string[] {
  const pieces: string[] = []
  let rest = line
  while (rest.length > maxChars) {
    const cut = findCut(rest, maxChars)
    pieces.push(rest.slice(0, cut))
    rest = rest.slice(cut)
  }
  return [...pieces, rest]
}

/** After a sentence, else after a word, else anywhere but inside a surrogate pair. */
function findCut(text: string, maxChars: number): number {
  const head = text.slice(0, maxChars)
  const sentence = Math.max(head.lastIndexOf('. '), head.lastIndexOf('? '), head.lastIndexOf('! ')) + 2
  if (sentence > maxChars / 2) return sentence
  const word = head.lastIndexOf(' ') + 1
  if (word > maxChars / 2) return word
  const code = text.charCodeAt(maxChars - 1)
  return code >= 0xd800 && code <= 0xdbff ? maxChars - 1 : maxChars
}
