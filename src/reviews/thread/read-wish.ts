import { type Depth, depths } from '../review.ts'

/** What a message wants reviewed: its first address of code, if it has one, and how deep, if it says so. */
export interface Wish {
  /** As it was written; undefined for "review this" or "review again". */
  link: string | undefined
  depth: Depth | undefined
}

const address = /<?(?:https?:\/\/|git@)[^\s<>|]+(?:\|[^>]*)?>?/g
const mention = /<@[UW][A-Z0-9]+(?:\|[^>]*)?>/g
const verb =
  /^(?:(?:hi|hey|hello|ok(?:ay)?|so|and|now|please|kindly|just|(?:can|could|would|will)\s+(?:you|we))\b[,!]?\s+)*(?:do an?\s+|run an?\s+)?(?:(?:facts|standard|deep|architecture)\s+)?re-?view\b/i
/** Words after the verb that say no more than that the review is wanted. */
const filler =
  /\b(?:please|can|could|would|will|you|we|and|an?|of|the|this|it|our|again|once|more|code|repo(?:sitory)?|service|backend|architecture|now|at|depth|facts|standard|deep|thanks?|with|in)\b/gi

/**
 * Reads a wish for a review from a message; undefined for anything else. A message without an address is one only when
 * it says nothing beyond that, so that "review my plan for the queue" stays a question.
 */
export function readWish(text: string): Wish | undefined {
  const words = text.replaceAll(mention, ' ').trim()
  const link = words.match(address)?.[0]
  const said = words.replaceAll(address, ' ').trim()
  if (!verb.test(said)) return undefined
  if (link === undefined && /\w/.test(said.replace(verb, '').replaceAll(filler, ''))) return undefined
  return { link, depth: readDepth(said) }
}

/** What somebody gives the command, where it goes without saying that a review is wanted: `acme/orders deep` too. */
export function readTyped(text: string): Wish {
  const [, name, depth = ''] = /^(\S+)\s+(\w+)$/.exec(text.trim()) ?? []
  return (
    readWish(`review ${text}`) ?? { link: (name && readDepth(depth) && name) || text.trim(), depth: readDepth(depth) }
  )
}

/** The last depth that a text names. */
function readDepth(text: string): Depth | undefined {
  const named = text
    .toLowerCase()
    .match(/\b(?:facts|standard|deep)\b/g)
    ?.at(-1)
  return depths.find((depth) => depth === named)
}
