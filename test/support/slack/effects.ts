import { marked } from 'marked'
import type { Token } from 'marked'
import { asText, isObject } from './json.ts'
import type { Message, World } from './world.ts'

/** What a message does besides being read: whom it notifies, and which addresses it links or loads. */
export interface Effects {
  /** `@channel`, `@here`, `@everyone`, `@name` of people, `@group` of user groups. */
  pings: string[]
  links: string[]
  images: string[]
}

/** Reads a message the way a hostile author would hope Slack does: everything that could ping or link counts. */
export function readEffects(world: World, message: Message): Effects {
  const effects: Effects = { pings: [], links: [], images: [] }
  readMrkdwn(world, effects, message.text)
  if (message.linkNames) readBareNames(effects, message.text)
  if (message.markdownText !== undefined) readMarkdown(world, effects, message.markdownText)
  for (const part of message.stream?.parts ?? []) readValue(world, effects, part)
  readValue(world, effects, message.blocks)
  readValue(world, effects, message.attachments)
  const { pings, links, images } = effects
  return { pings: unique(pings), links: unique(links), images: unique(images) }
}

function unique(items: string[]): string[] {
  return [...new Set(items)]
}

function readValue(world: World, effects: Effects, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) readValue(world, effects, item)
    return
  }
  if (!isObject(value)) return
  if (value.type === 'plain_text' || value.type === 'raw_text') return
  if (value.type === 'markdown' || value.kind === 'markdown') return readMarkdown(world, effects, asText(value.text))
  if (value.type === 'user') effects.pings.push(nameOf(world, asText(value.user_id)))
  if (value.type === 'broadcast') effects.pings.push(`@${asText(value.range)}`)
  if (value.type === 'usergroup') effects.pings.push('@group')
  if (value.type === 'mrkdwn') readMrkdwn(world, effects, asText(value.text))
  for (const key of ['image_url', 'thumbnail_url']) if (key in value) effects.images.push(asText(value[key]))
  for (const key of ['url', 'video_url', 'title_url']) if (key in value) effects.links.push(asText(value[key]))
  readValue(world, effects, Object.values(value))
}

const CONTROL = /<([@!#]|https?:|mailto:|slack:)([^<>|]*)(?:\|[^<>]*)?>/g
const BARE_URL = /(?<![<\w])https?:\/\/[^\s<>|]+/g

function readMrkdwn(world: World, effects: Effects, text: string): void {
  const visible = text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '')
  for (const [, sign = '', rest = ''] of visible.matchAll(CONTROL)) {
    if (sign === '@') effects.pings.push(nameOf(world, rest))
    if (sign === '!') effects.pings.push(...readSpecial(rest))
    if (sign.endsWith(':')) effects.links.push(sign + rest)
  }
  for (const [url] of visible.matchAll(BARE_URL)) effects.links.push(url)
}

function readSpecial(name: string): string[] {
  if (/^(channel|here|everyone)/.test(name)) return [`@${name}`]
  return name.startsWith('subteam^') ? ['@group'] : []
}

/** With link_names or parse=full, bare names notify as well. */
function readBareNames(effects: Effects, text: string): void {
  for (const [name] of text.matchAll(/@(channel|here|everyone|[a-z][\w.-]+)/g)) effects.pings.push(name)
}

function readMarkdown(world: World, effects: Effects, markdown: string): void {
  const readToken = (token: Token): void => {
    if (token.type === 'link') effects.links.push(asText(token.href))
    if (token.type === 'image') effects.images.push(asText(token.href))
    const isLeaf = token.type === 'html' || token.type === 'escape' || (token.type === 'text' && !('tokens' in token))
    if (isLeaf) readMrkdwn(world, effects, token.raw)
  }
  void marked.walkTokens(marked.lexer(markdown), readToken)
}

function nameOf(world: World, id: string): string {
  return `@${world.users.get(id)?.name ?? id}`
}
