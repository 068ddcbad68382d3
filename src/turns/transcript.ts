import type { FinishedTurn } from '../agent/prompt.ts'
import type { StoredMessage, TurnInput } from './load-turn.ts'

/** People's names by id; an id without a name stays an id. */
export type Names = ReadonlyMap<string, string>

/** Messages as the model reads them, one after another, each with its ts, author and words. The same rows give the same bytes. */
export function renderMessages(messages: readonly StoredMessage[], names: Names): string {
  return messages
    .map(({ ts, authorId, text }) => `[${ts}] ${names.get(authorId) ?? authorId} (${authorId}): ${text}`)
    .join('\n')
}

/** What a turn puts before the model: what was said, and what was read because of it. */
export function renderQuestion(
  { messages, linkedText }: { messages: readonly StoredMessage[]; linkedText: string | null },
  names: Names,
): string {
  const said = messages.length > 0 ? renderMessages(messages, names) : '(Asked once more.)'
  return linkedText ? `${said}\n\n${linkedText}` : said
}

/** The thread so far as pairs of question and answer, in the order in which they were answered. */
export function renderPast(past: TurnInput['past'], names: Names): FinishedTurn[] {
  return past.map(({ turn, messages }) => ({
    user: renderQuestion({ messages, linkedText: turn.linkedText }, names),
    assistant: turn.answer ?? '',
  }))
}

/** The words of messages without names and addresses, for searching by what they are about. */
export function plainWords(messages: readonly StoredMessage[]): string {
  return messages
    .map(({ text }) => text.replaceAll(/<[^<>\s]+>|https?:\/\/\S+/g, ' '))
    .join('\n')
    .trim()
}

/** Everyone who wrote or is named in a thread. */
export function listPeople(messages: readonly StoredMessage[]): string[] {
  const named = messages.flatMap(({ text }) =>
    [...text.matchAll(/<@([UW][A-Z0-9]+)/g)].flatMap((match) => match[1] ?? []),
  )
  return [...new Set([...messages.map((message) => message.authorId), ...named])]
}
