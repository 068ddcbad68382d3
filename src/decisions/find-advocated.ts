import type { Decision, Option } from './decision.ts'

/** A message argues for something that was rejected before. */
export interface Advocated {
  decision: Decision
  /** The rejected option's name. */
  option: string
  /** Why it was rejected, in the record's own words; empty when the record gives no reason. */
  reason: string
}

/**
 * The decisions against which a message argues: it names an option that an accepted decision turned down, or that a
 * rejected decision had chosen, in a sentence that speaks for it. Rather silent than wrong: a name that some accepted
 * decision chose counts only when the message is about the same matter.
 */
export function findAdvocated(text: string, decisions: readonly Decision[]): Advocated[] {
  const sentences = toSentences(text).filter((sentence) => speaksFor.test(sentence) && !speaksAgainst.test(sentence))
  if (sentences.length === 0) return []
  const chosen = decisions.filter(({ status }) => status === 'accepted').map(({ body }) => body.outcome.option)
  return decisions.flatMap((decision) => {
    const hit = rejectedOptions(decision).find(({ name }) => {
      const named = sentences.some((sentence) => names(sentence, name))
      return named && (!chosen.some((other) => names(other.toLowerCase(), name)) || isAbout(text, name, decision))
    })
    return hit ? [{ decision, option: hit.name, reason: reasonAgainst(decision, hit) }] : []
  })
}

const speaksFor =
  /\b(?:let'?s|we (?:should|could|can|might|need)|should(?:n't)? we|could(?:n't)? we|can(?:'t)? we|why (?:not|don't we|aren't we)|how about|what about|i(?:'d| would)? (?:suggest|propose|prefer|recommend|vote|like)|i'm for|switch to|move to|migrate to|go with|go for|better (?:off )?with|would be better|instead)\b/
const speaksAgainst =
  /\b(?:not (?:use|go|switch|move|take)|never|don't (?:want|use|need|like|go|switch|move|take)|against|instead of|rather than|away from|get rid of|drop|remove|replace|stop using|without|rejected|turned down|no longer)\b/

function toSentences(text: string): string[] {
  return text
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/```[\s\S]*?```|^>.*$/gm, ' ')
    .split(/(?<=[.!?])\s+|\n+/)
    .map(withoutLeft)
}

/** What a sentence would leave for something else is taken out of it: it does not speak for that. */
function withoutLeft(sentence: string): string {
  return sentence
    .replaceAll(/\b(?:replace|swap|exchange)\s+(?:\S+\s+){1,5}?(?:with|by|for)\b/g, 'switch to')
    .replaceAll(/\b(?:away\s+)?from\s+(?:\S+\s+){1,5}?to\b/g, 'to')
    .replaceAll(/\b(?:instead of|rather than)\b[^,;]*/g, ' ')
}

function rejectedOptions({ status, body }: Decision): Option[] {
  const { options, outcome } = body
  const isChosen = ({ name }: Option) => name === outcome.option
  const turnedDown = status === 'accepted' ? options.filter((option) => !isChosen(option)) : []
  const tried = status === 'rejected' ? [options.find(isChosen) ?? bare(outcome.option)] : []
  return [...turnedDown, ...tried].filter(({ name }) => isTelling(name))
}

function bare(name: string): Option {
  return { name, description: [], pros: [], neutral: [], cons: [] }
}

const vague = new Set(
  'nothing none neither other others both yes no never always later now all everything manual manually by hand do the status quo as is it own our a an we keep wait more less one two three first second only'.split(
    ' ',
  ),
)

function isTelling(name: string): boolean {
  return toWords(name).some((word) => word.length > 2 && !vague.has(word))
}

/** Whether a text names an option: all its words in a row, the last of which may be cut short (Mongo for MongoDB). */
function names(sentence: string, option: string): boolean {
  const wanted = toWords(option)
  const said = toWords(sentence)
  return said.some((_, start) => wanted.every((word, offset) => isSame(said[start + offset], word)))
}

const shortestCut = 5

function isSame(said: string | undefined, word: string): boolean {
  if (said === undefined) return false
  return said === word || said === `${word}s` || (said.length >= shortestCut && word.startsWith(said))
}

function isAbout(text: string, option: string, { body }: Decision): boolean {
  const about = new Set(
    [body.title, ...body.tags, ...body.keywords, ...body.affects.packages, ...body.affects.services]
      .flatMap(toWords)
      .filter((word) => word.length > 3),
  )
  const own = new Set(toWords(option))
  return toWords(text).some((word) => about.has(word) && !own.has(word))
}

function toWords(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_@/][\p{L}\p{N}_@/.-]*[\p{L}\p{N}_]|[\p{L}\p{N}]/gu) ?? []
}

function reasonAgainst({ status, reason, body }: Decision, { cons }: Option): string {
  if (status === 'rejected' && reason !== undefined && reason !== '') return reason
  const said = cons.length > 0 ? cons : body.outcome.justification
  return said.map(({ text }) => text).join(' ')
}
