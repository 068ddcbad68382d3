import { lexer, type Token, type Tokens } from 'marked'
import { escapeMrkdwn, known, mrkdwnInline, mrkdwnText } from './mrkdwn-text.ts'
import { alignTable, readCells } from './text-table.ts'

/** A stretch of an answer in mrkdwn; code is the escaped inside of a code block. */
export interface Chunk {
  kind: 'text' | 'code'
  text: string
}

const bullets = ['•', '◦', '▪']

/** Markdown as chunks of Slack's mrkdwn, in order. */
export function mrkdwnChunks(markdown: string): Chunk[] {
  return joinText(chunksOf(lexer(markdown)), '\n\n')
}

function chunksOf(tokens: readonly Token[]): Chunk[] {
  return tokens.flatMap((token) => blockChunks(token)).filter(({ text }) => text.trim() !== '')
}

function blockChunks(token: Token): Chunk[] {
  const block = known(token)
  if (block.type === 'space' || block.type === 'hr' || block.type === 'def') return []
  if (block.type === 'heading') return textChunk(`*${mrkdwnInline(block.tokens, true).trim()}*`)
  if (block.type === 'code') return [codeChunk(block.text)]
  if (block.type === 'table') return [tableChunk(block)]
  if (block.type === 'list') return listChunks(block, 0)
  if (block.type === 'blockquote')
    return joinText(chunksOf(block.tokens), '\n').map((chunk) => (chunk.kind === 'code' ? chunk : quote(chunk)))
  return textChunk('tokens' in block ? mrkdwnInline(block.tokens) : mrkdwnText(block.raw).trim())
}

function listChunks(list: Tokens.List, depth: number): Chunk[] {
  const first = typeof list.start === 'number' ? list.start : 1
  const chunks = list.items.flatMap((item, index) => {
    const marker = list.ordered ? `${first + index}.` : (bullets[depth] ?? '▪')
    const box = item.task ? `[${item.checked ? 'x' : ' '}] ` : ''
    return itemChunks(item, `${'    '.repeat(depth)}${marker} ${box}`, depth)
  })
  return joinText(chunks, '\n')
}

/** The marker stands before the item's first words; what follows is indented below them. */
function itemChunks(item: Tokens.ListItem, marker: string, depth: number): Chunk[] {
  const indent = ' '.repeat(marker.length)
  const inner = item.tokens
    .filter(({ type }) => type !== 'checkbox')
    .map(known)
    .flatMap((token) => (token.type === 'list' ? listChunks(token, depth + 1) : indentText(blockChunks(token), indent)))
    .filter(({ text }) => text.trim() !== '')
  const [first, ...rest] = inner
  if (first?.kind !== 'text' || !first.text.startsWith(indent)) return [...textChunk(marker.trimEnd()), ...inner]
  return [...textChunk(marker + first.text.slice(indent.length)), ...rest]
}

function tableChunk(table: Tokens.Table): Chunk {
  const aligned = alignTable(table)
  if (aligned !== undefined) return codeChunk(aligned)
  const [header = [], ...rows] = readCells(table)
  const records = rows.map(([name = '', ...cells]) =>
    [
      `*${escapeMrkdwn(name)}*`,
      ...cells.map((cell, index) => `• ${escapeMrkdwn(`${header[index + 1] ?? ''}: ${cell}`)}`),
    ].join('\n'),
  )
  return { kind: 'text', text: records.join('\n\n') }
}

function joinText(chunks: readonly Chunk[], separator: string): Chunk[] {
  const joined: Chunk[] = []
  for (const chunk of chunks) {
    const last = joined.at(-1)
    if (last?.kind === 'text' && chunk.kind === 'text') last.text += separator + chunk.text
    else joined.push({ ...chunk })
  }
  return joined
}

function indentText(chunks: readonly Chunk[], indent: string): Chunk[] {
  return chunks.map(({ kind, text }) => ({ kind, text: kind === 'code' ? text : prefixLines(text, indent) }))
}

const quote = ({ kind, text }: Chunk): Chunk => ({ kind, text: prefixLines(text, '> ') })
const prefixLines = (text: string, prefix: string) => text.replace(/^/gm, prefix)
const textChunk = (text: string): Chunk[] => [{ kind: 'text', text }]
/** Three backticks inside would end the block. */
const codeChunk = (code: string): Chunk => ({ kind: 'code', text: escapeMrkdwn(code.replaceAll('```', "'''")) })
