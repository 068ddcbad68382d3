/** Code in a Markdown fence longer than any run of backticks inside, so that no code ends it. */
export function fence(code: string, language = ''): string {
  const mark = '`'.repeat(Math.max(3, longestRun(code) + 1))
  return `${mark}${language}\n${code.replace(/\n$/, '')}\n${mark}`
}

/** A short piece as inline code on one line; what would end a line becomes a space. */
export function inlineCode(text: string): string {
  // oxlint-disable-next-line no-control-regex -- what breaks or turns a line is what is taken out
  const line = text.replaceAll(/[\u0000-\u001f\u007f\u2028-\u202e\u2066-\u2069]+/g, ' ')
  const mark = '`'.repeat(longestRun(line) + 1)
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${mark}${space}${line}${space}${mark}`
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
}
