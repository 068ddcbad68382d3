const ENTITY = /&(?!(?:amp|lt|gt);)/g
const CONTROL = /<(?:[@#!][^<>\s][^<>]*|(?:https?|mailto|slack):[^<>\s][^<>]*)>/g
const BARE_URL = /https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]}'"]/g

/** Text as Slack stores it: control sequences kept, every other `&`, `<` and `>` written as an entity. */
export function escapeText(text: string): string {
  let escaped = ''
  let end = 0
  for (const match of text.matchAll(CONTROL)) {
    escaped += escapePlain(text.slice(end, match.index)) + match[0].replace(ENTITY, '&amp;')
    end = match.index + match[0].length
  }
  return escaped + escapePlain(text.slice(end))
}

export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

function escapePlain(text: string): string {
  let escaped = ''
  let end = 0
  for (const match of text.matchAll(BARE_URL)) {
    escaped += escapeEntities(text.slice(end, match.index)) + `<${match[0].replace(ENTITY, '&amp;')}>`
    end = match.index + match[0].length
  }
  return escaped + escapeEntities(text.slice(end))
}

function escapeEntities(text: string): string {
  return text.replace(ENTITY, '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
