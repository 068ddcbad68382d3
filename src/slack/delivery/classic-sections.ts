import type { SectionBlock } from '@slack/web-api'
import { type Chunk, mrkdwnChunks } from './mrkdwn-blocks.ts'
import { splitText } from './split-text.ts'

/** Slack's limit for the text of a section. */
const maxChars = 3000
const fence = '```'

/**
 * Neutralised Markdown as sections of mrkdwn, for clients that show no newer blocks: headings become bold lines and
 * tables aligned text. At most 45 for an answer that `splitMessages` made.
 */
export function classicSections(markdown: string): SectionBlock[] {
  const texts: string[] = []
  for (const piece of mrkdwnChunks(markdown).flatMap(fitChunk)) {
    const joined = `${texts.at(-1) ?? ''}\n${piece}`
    if (texts.length > 0 && joined.length <= maxChars) texts[texts.length - 1] = joined
    else texts.push(piece)
  }
  return texts.map(toSection)
}

/** `verbatim`: Slack then makes no links or mentions of its own from the text. */
function toSection(text: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true }, expand: true }
}

function fitChunk({ kind, text }: Chunk): string[] {
  if (kind === 'text') return splitLines(text, maxChars)
  return splitLines(text, maxChars - 2 * fence.length - 2).map((code) => `${fence}\n${code}\n${fence}`)
}

function splitLines(text: string, limit: number): string[] {
  const pieces: string[] = []
  let piece: string | undefined
  for (const line of text.split('\n').flatMap((line) => (line.length > limit ? splitText(line, limit) : [line]))) {
    const joined: string = piece === undefined ? line : `${piece}\n${line}`
    if (piece !== undefined && joined.length > limit) {
      pieces.push(piece)
      piece = line
    } else piece = joined
  }
  return [...pieces, piece ?? ''].filter((part) => part.trim() !== '')
}
