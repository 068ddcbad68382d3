/** Code that a text quotes right after a place: where its span begins and ends, and what it holds. */
export interface AdjacentQuote {
  end: number
  code: string
}

const adjacent = /^`?\)?[ \t]*(?::|reads|says|is|has|contains)?[ \t]*:?[ \t]*(`+)([^`\n]+)\1(?!`)/
const leastChars = 12
/** What follows is then advice, or about code that is not there. */
const advises = /\b(?:missing|instead|should|add|replace|use|absent|never|no|not|without|lacks?|becomes?|need)\b/i

/** The code quoted directly after `from`, long enough to be told from any other; undefined when there is none. */
export function quotedAfter(text: string, from: number): AdjacentQuote | undefined {
  const match = adjacent.exec(text.slice(from, from + 500))
  const code = match?.[2]?.trim() ?? ''
  if (!match || code.replaceAll(/\s/g, '').length < leastChars || !/[\s(.=;{[]/.test(code)) return undefined
  const end = from + match[0].length
  const rest = /^[^.!?\n]*/.exec(text.slice(end))?.[0] ?? ''
  return advises.test(rest) || /\(\s*\)?$|…|\.{3}/.test(code) ? undefined : { end, code }
}
