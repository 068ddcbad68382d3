import { slackifyMarkdown } from 'slackify-markdown'
import { marked, type Tokens } from 'marked'
import { type MarkdownBlock, splitBlocks } from '../../lib/markdown-blocks.ts'
import { splitMessages } from './split-messages.ts'

/** A section's text may have 3,000 characters; escaping makes code longer, so parts start smaller. */
const sectionChars = 3000
const partChars = 2000

/** An answer as classic sections of mrkdwn, for clients that cannot show Markdown blocks: tables become aligned text. */
export function classicSections(markdown: string) {
  const parts = splitMessages(markdown, { maxChars: partChars, maxBlocks: 50 })
  return parts.flatMap(toTexts).map((text) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } }))
}

function toTexts(markdown: string): string[] {
  const text = splitBlocks(markdown).map(toMrkdwn).filter(Boolean).join('\n\n')
  if (text.length <= sectionChars) return text === '' ? [] : [text]
  const half = splitMessages(markdown, { maxChars: Math.floor(markdown.length / 2), maxBlocks: 50 })
  return half.length > 1 ? half.flatMap(toTexts) : [text.slice(0, sectionChars)]
}

function toMrkdwn(block: MarkdownBlock): string {
  switch (block.kind) {
    case 'fence':
      return asCode(readFence(block.text))
    case 'table':
      return asCode(alignTable(block.text))
    case 'rule':
      return '───'
    case 'paragraph':
    case 'heading':
    case 'list':
    case 'quote':
      return withoutPadding(slackifyMarkdown(block.text)).trim()
  }
}

function readFence(text: string): string {
  const [token] = marked.lexer(text.trim())
  return token?.type === 'code' ? (token as Tokens.Code).text : text.trim() // the token's type says which one it is
}

function alignTable(text: string): string {
  const [table] = marked.lexer(text.trim())
  if (table?.type !== 'table') return text.trim()
  const { header, rows } = table as Tokens.Table // the token's type says which one it is
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.text.replaceAll(/[*_`]/g, '')))
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [lines[0], widths.map((width) => '─'.repeat(width)).join('  '), ...lines.slice(1)].join('\n')
}

function asCode(text: string): string {
  return `\`\`\`\n${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}\n\`\`\``
}

/** The converter puts zero-width spaces around emphasis, which is needed only inside words. */
function withoutPadding(text: string): string {
  return text.replaceAll(/(^|[\s(])\u200b|\u200b(?=$|[\s).,:;!?])/gm, '$1')
}
