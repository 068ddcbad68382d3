const longestQuote = 200

/** One line of a text as it stands, without the space around it and at most 200 characters. */
export function quoteLine(text: string, line: number): string {
  return (text.split('\n', line)[line - 1] ?? '').trim().slice(0, longestQuote).toWellFormed()
}
