/** Never cut in two: code, links, tokens, entities and addresses. */
const atom =
  /`[^`\n]+`|\[[^[\]\n]*\]\((?:[^()\s]|\([^()\s]*\))*\)|<[^<>\s]*>|&#?\w{1,10};|@\u2060\w+|[a-z][a-z0-9+.-]{0,30}:\/\/\S+/gi
/** A piece must not begin with what would make it a list, a heading, a quote, a table or a fence. */
const structural = /^(?:[-+*>#=|~`]|\d+[.)])/

/**
 * Cuts text into pieces of at most `maxChars`: after a sentence where that leaves no short stump, else at a space. Code,
 * links and surrogate pairs stay whole; code that is longer than a piece goes on as code in the next.
 */
export function splitText(text: string, maxChars: number): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > maxChars) {
    const [head, tail] = cutText(rest, maxChars)
    pieces.push(head.trimEnd())
    rest = tail.trimStart()
  }
  return [...pieces, rest].filter((piece) => piece !== '')
}

function cutText(text: string, maxChars: number): [head: string, tail: string] {
  const atoms = [...text.slice(0, maxChars * 2).matchAll(atom)].map((match) => [
    match.index,
    match.index + match[0].length,
  ])
  const isWhole = (at: number) => !atoms.some(([from = 0, to = 0]) => from < at && at < to)
  const ends = (pattern: RegExp) =>
    [...text.slice(0, maxChars + 1).matchAll(pattern)]
      .map((match) => match.index + match[0].length)
      .filter((at) => at <= maxChars && isWhole(at) && !structural.test(text.slice(at, at + 12)))
  const sentence = ends(/\n+|[.!?…。][)"'*_\]]*\s+/g).findLast((at) => at > maxChars / 2)
  const at = sentence ?? ends(/\s+/g).at(-1)
  if (at !== undefined && at > 0) return [text.slice(0, at), text.slice(at)]
  const [from] = atoms.find(([start = 0, end = 0]) => start < maxChars && maxChars < end) ?? []
  return from ? [text.slice(0, from), text.slice(from)] : cutHard(text, maxChars)
}

/** There is no good place: cut at the limit, but between characters, and close code that is open. */
function cutHard(text: string, maxChars: number): [head: string, tail: string] {
  const isCode = /^`[^`\n]+`/.test(text)
  const limit = isCode ? maxChars - 1 : maxChars
  const at = /[\uD800-\uDBFF]$/.test(text.slice(0, limit)) ? limit - 1 : limit
  return isCode ? [`${text.slice(0, at)}\``, `\`${text.slice(at)}`] : [text.slice(0, at), text.slice(at)]
}
