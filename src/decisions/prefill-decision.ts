import { type DecisionBody, emptyBody, type Statement } from './decision.ts'
import type { ThreadMessage } from './thread.ts'

const titleLength = 80

/**
 * Fills what can be known of a decision without a model: a title from the command's words or the thread's beginning, the
 * question as context, who took part as a suggestion for its deciders, and links to the messages.
 */
export function prefillDecision(messages: readonly ThreadMessage[], wish: string): DecisionBody {
  const [root] = messages
  const question = root ? plainText(root.text) : ''
  const people = [...new Set(messages.filter(({ fromArchitect }) => !fromArchitect).map(({ authorId }) => authorId))]
  const context: Statement[] =
    root && question !== '' ? [{ text: question, source: { kind: 'message', ts: root.ts, link: root.link } }] : []
  const body = emptyBody(shorten(plainText(wish)) || shorten(firstSentence(question)))
  return { ...body, context, deciders: people, affects: { ...body.affects, packages: findPackages(messages) } }
}

/** Slack's marks for people, channels and links as a person would write them. */
function plainText(text: string): string {
  return text
    .replaceAll(/<[@!][^>]*>/g, '')
    .replaceAll(/<#[^|>]*\|([^>]*)>/g, '#$1')
    .replaceAll(/<([^|>]+)\|([^>]+)>/g, '$2')
    .replaceAll(/<([^>]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function firstSentence(text: string): string {
  return /^.*?[.?!](?=\s|$)/.exec(text)?.[0] ?? text
}

function shorten(text: string): string {
  if (text.length <= titleLength) return text
  const cut = text.slice(0, titleLength)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), 40)).trimEnd()}…`
}

/** Names in code marks that can only be npm packages: scoped ones, and those said to be installed. */
function findPackages(messages: readonly ThreadMessage[]): string[] {
  const text = messages.map((message) => message.text).join('\n')
  const scoped = text.match(/(?<=`)@[a-z0-9-]+\/[a-z0-9._-]+(?=[`@])/g) ?? []
  const installed = [...text.matchAll(/\bnpm (?:i|install|add) (?:-\S+ )*([a-z0-9@/._-]+)/g)].map(
    ([, name = '']) => name,
  )
  return [...new Set([...scoped, ...installed.map((name) => name.replace(/(?<=.)@.*$/, ''))])]
}
