import type { MarkedToken, Token, Tokens } from 'marked'

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  reg: '®',
  trade: '™',
  mdash: '—',
  ndash: '–',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  times: '×',
  middot: '·',
  bull: '•',
  rarr: '→',
  larr: '←',
  deg: '°',
  sect: '§',
  euro: '€',
}

/** Text as mrkdwn shows it, with nothing in it that Slack would read as a token. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Markdown text with its entities read; of Slack's tokens only a plain user mention stays one. */
export function mrkdwnText(text: string): string {
  return text
    .split(/(<@[UW][A-Z0-9]+>)/)
    .map((part, index) => (index % 2 === 1 ? part : escapeMrkdwn(readEntities(part))))
    .join('')
}

/** Inline Markdown as mrkdwn; inside a bold line nothing is bold again. */
export function mrkdwnInline(tokens: readonly Token[] = [], isBold = false): string {
  return tokens.map((token) => inlineToken(known(token), isBold)).join('')
}

/** Inline Markdown as the words a reader sees, without marks; not escaped. */
export function plainInline(tokens: readonly Token[] = []): string {
  return tokens.map((token) => plainToken(known(token))).join('')
}

/** The lexer is used without extensions, so every token is one of its own. */
export const known = (token: Token) => token as MarkedToken

const marks = { strong: '*', em: '_', del: '~' }

function inlineToken(token: MarkedToken, isBold: boolean): string {
  if (token.type === 'strong' || token.type === 'em' || token.type === 'del') {
    const isStrong = token.type === 'strong'
    return wrap(isStrong && isBold ? '' : marks[token.type], mrkdwnInline(token.tokens, isBold || isStrong))
  }
  if (token.type === 'codespan') return wrap('`', escapeMrkdwn(token.text))
  if (token.type === 'link' || token.type === 'image') return mrkdwnLink(token)
  if (token.type === 'text' && token.tokens) return mrkdwnInline(token.tokens, isBold)
  if (token.type === 'escape') return escapeMrkdwn(token.text)
  if (token.type === 'br') return '\n'
  return token.type === 'checkbox' ? '' : mrkdwnText(token.raw)
}

function plainToken(token: MarkedToken): string {
  if (token.type === 'codespan' || token.type === 'escape' || token.type === 'image') return token.text
  if (token.type === 'br') return '\n'
  if (token.type === 'checkbox') return ''
  return 'tokens' in token && token.tokens ? plainInline(token.tokens) : readEntities(token.raw)
}

function mrkdwnLink({ href, tokens, text }: Tokens.Link | Tokens.Image): string {
  const label = (tokens ? plainInline(tokens) : text).replace(/\s+/g, ' ').trim()
  if (!/^(?:https?:\/\/|mailto:)[^\s<>|]+$/i.test(href)) return escapeMrkdwn(label)
  const url = escapeMrkdwn(href)
  return label === '' || label === href ? `<${url}>` : `<${url}|${escapeMrkdwn(label)}>`
}

/** Slack shows a mark as it is when white space follows or precedes it on the inside. */
function wrap(mark: string, text: string): string {
  const [, before = '', inner = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? []
  return inner === '' ? text : `${before}${mark}${inner}${mark}${after}`
}

function readEntities(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi,
    (entity, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? entity
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return code >= 32 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : entity
    },
  )
}
