import { lexer, type Token, type Tokens } from 'marked'
import { escapeMrkdwn, known, plainInline } from './mrkdwn-text.ts'
import { quietBroadcasts } from './quiet-broadcasts.ts'
import { readCells } from './text-table.ts'

const address = /(?:[a-z][a-z0-9+.-]{0,30}:\/\/|(?<![\w/.-])(?:[\w-]{1,63}\.){1,10}[a-z]{2,24}(?=[:/?#]))\S*/gi
const maxAddressChars = 120

/** The start of an answer in plain words, escaped for a message's `text`: for notifications and screen readers; never empty. */
export function plainText(markdown: string, maxChars: number): string {
  const text = quietBroadcasts(withoutData(plainBlocks(lexer(markdown)).join('\n\n')))
  const whole = escapeMrkdwn(text)
  if (whole.length <= maxChars) return whole || '…'
  const start = escapeMrkdwn(text.slice(0, maxChars).toWellFormed()).slice(0, maxChars - 1)
  return `${start.replace(/&[a-z]*$|[\uD800-\uDBFF]$|\uFFFD$/, '').trimEnd()}…`
}

/** Code is no code any more in plain words: addresses are named there, but Slack can make no link that carries data. */
function withoutData(text: string): string {
  return text.replace(address, (run) => {
    const data = run.search(/[?#](?=\w)|@/)
    const short = run.slice(0, data === -1 ? maxAddressChars : Math.min(data, maxAddressChars)).toWellFormed()
    const named = short.replace(/[a-z0-9+.-]*:\/\//gi, '').replaceAll('://', ' ')
    return short === run ? named : `${named}…`
  })
}

function plainBlocks(tokens: readonly Token[]): string[] {
  return tokens.map((token) => plainBlock(token).trimEnd()).filter((text) => text !== '')
}

function plainBlock(token: Token): string {
  const block = known(token)
  if (block.type === 'space' || block.type === 'hr' || block.type === 'def') return ''
  if (block.type === 'code') return block.text
  if (block.type === 'list') return plainList(block)
  if (block.type === 'blockquote') return plainBlocks(block.tokens).join('\n')
  if (block.type !== 'table') return plainInline([block])
  return readCells(block)
    .map((row) => row.join(' | '))
    .join('\n')
}

function plainList({ items, ordered, start }: Tokens.List): string {
  const first = typeof start === 'number' ? start : 1
  return items
    .map(({ tokens }, index) => {
      const marker = ordered ? `${first + index}.` : '•'
      return `${marker} ${plainBlocks(tokens).join('\n').replaceAll('\n', '\n  ')}`
    })
    .join('\n')
}
