/** The author of our own messages, which have no id of Slack's in the database. */
export const architectId = 'architect'

/** Which thread of which workspace; every query of the feature starts from one. */
export interface ThreadAddress {
  teamId: string
  channelId: string
  threadTs: string
}

/** A message a person wrote, as the edge read it from Slack's event. */
export interface InboundMessage extends ThreadAddress {
  ts: string
  authorId: string
  /** Who wants the answer, when that is not the author. */
  askerId?: string
  text: string
  /** In a direct message, or naming the architect. */
  mentioned: boolean
  /** Written by somebody of another workspace, in a shared channel. */
  foreignAuthor: boolean
}

const anyMention = /<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g

/** The ids of people (and bots) a message names, in order, without repeats. */
function listMentions(text: string): string[] {
  return [...new Set([...text.matchAll(anyMention)].flatMap((match) => match[1] ?? []))]
}

const thanks =
  /^(?:thanks?|thank you|thx|ty|ok(?:ay)?|great|perfect|nice|cool|got it|will do|done|lgtm|\+1|:[\w+-]+:|[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Join_Control}\p{Variation_Selector}\s.!,])+$/iu

/** A user group, or everybody. */
const groupMention = /<!(?:subteam\^|here|channel|everyone)/

/** Whether a message in the architect's thread, not naming it, is nevertheless for it: not for other people, not a bare thanks. */
export function isFollowUp(text: string): boolean {
  return listMentions(text).length === 0 && !groupMention.test(text) && !thanks.test(text.trim()) && text.trim() !== ''
}

const noProse = /```[\s\S]*?```|`[^`\n]*`|<[^<>\s]+>|https?:\/\/\S+/g

/** Whether a message asks something, in whatever script. */
export function isQuestion(text: string): boolean {
  return /[\uFF1F\u061F]|\?(?=[\s)"'*_~]|$)/.test(text.replaceAll(noProse, ' '))
}

/** Whether the whole message asks the running answer to stop. */
export function isStopRequest(text: string): boolean {
  return /^(?:stop|cancel|abort)[.!]?$/i.test(text.replace(anyMention, '').trim())
}

const justNowMs = 10_000

/** Whether a message has only just opened its thread, so that nobody can have said anything in it before. */
export function opensThread({ ts, threadTs, askerId }: InboundMessage, now: number): boolean {
  return ts === threadTs && askerId === undefined && now - Number(ts) * 1000 < justNowMs
}
