import { lexer, type Token, walkTokens } from 'marked'

export interface Audience {
  knownUserIds: readonly string[]
  knownHosts: readonly string[]
}

/** Everything in this Markdown that would notify somebody, or lead to a host nobody knows and carry data there. */
export function findLiveContent(markdown: string, audience: Audience): string[] {
  return [
    ...findTokens(markdown, audience),
    ...findInTokens(markdown, audience),
    ...findOutsideNaiveCode(markdown, audience),
  ]
}

function findTokens(markdown: string, { knownUserIds }: Audience): string[] {
  const tokens = markdown.match(/<(?:!(?:channel|here|everyone|group|subteam|date)|@[A-Z0-9]|#[A-Z0-9])[^>]*>?/gi) ?? []
  return tokens.filter((token) => !knownUserIds.some((id) => token === `<@${id}>`))
}

/** What a parser of GitHub's Markdown finds. */
function findInTokens(markdown: string, audience: Audience): string[] {
  const found: string[] = []
  void walkTokens(lexer(markdown), (token: Token) => {
    if (token.type === 'link' && !isSafe(String(token['href']), audience)) found.push(`link ${token.raw}`)
    if (token.type === 'image' || token.type === 'html') found.push(`${token.type} ${token.raw}`)
    if (token.type === 'def' && !isSafe(String(token['href']), audience) && /[:/.]/.test(String(token['href'])))
      found.push(`definition ${token.raw}`)
    if (token.type === 'text' && !('tokens' in token && token.tokens)) found.push(...findInText(token.raw, audience))
  })
  return found
}

function findInText(text: string, audience: Audience): string[] {
  const broadcasts = text.match(/(?<![a-z0-9])@(?:channel|here|everyone)(?![a-z0-9])/gi) ?? []
  return [...broadcasts, ...findAddresses(text, audience)]
}

/** What a careless parser finds, that knows only lines of backticks and pairs of backticks. */
function findOutsideNaiveCode(markdown: string, audience: Audience): string[] {
  const found: string[] = []
  let inFence = false
  for (const line of markdown.split('\n')) {
    const isFence = /^[\s>]*(?:(?:[-*+]|\d+[.)])[\s>]+)*```/.test(line)
    if (isFence) inFence = !inFence
    if (isFence || inFence) continue
    const text = line.replace(/`[^`]+`/g, ' ')
    found.push(...findAddresses(text.replace(/\]\([^)]*\)/g, '] '), audience))
    for (const [tail, target] of text.matchAll(/\]\(\s*([^\s)]*)/g))
      if (!isSafe(target ?? '', audience)) found.push(tail)
  }
  return found
}

function findAddresses(text: string, audience: Audience): string[] {
  const urls = text.match(/[a-z][a-z0-9+.-]*:\/\/[^\s<>]+/gi) ?? []
  const domains =
    text
      .replace(/[a-z][a-z0-9+.-]*:\/\/[^\s<>]+/gi, ' ')
      .match(/(?<![\w/:.@-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#][^\s<>]*)/gi) ?? []
  return [...urls, ...domains.map((domain) => `http://${domain}`)].filter((url) => !isSafe(url, audience))
}

/** A few signs at the end are where parsers disagree about the end of an address. */
function isSafe(written: string, { knownHosts }: Audience): boolean {
  const href = written.replace(/[^\w/]{1,8}$/, '')
  if (/^mailto:[^?]*$/.test(href)) return true
  if (!URL.canParse(href)) return false
  const url = new URL(href)
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return false
  if (knownHosts.includes(url.hostname)) return true
  return url.search === '' && url.hash === '' && url.pathname.length <= 200
}
