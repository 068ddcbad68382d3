import type { KeptPieces } from './kept-pieces.ts'

/** A definition is found before code is: its label may hold the backtick that opens the span. */
const definition = /\]:(?=[ \t]*[^ \t]*(?::[^ \t]|\.[a-z]{2,}[/?#]))/gi
/** Code about Markdown: a parser that counts nothing would see the block end here. Tildes mean the same. */
const innerFence = /^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t>]+)*)(`{3,})/
const maxRunChars = 1000

/** What Slack could read as one of its own tokens, even inside code. */
const slackToken =
  /<(?=!(?:channel|here|everyone|group|subteam|date)|[@#][A-Z0-9]|[a-z][a-z0-9+.-]{0,30}:[^\s<>|]*\|)/gi

/** A line of a code block as it is, except that Slack's tokens are broken by a space that a reader can see. */
export function neutraliseCode(line: string): string {
  return line
    .replace(slackToken, '< ')
    .replace(innerFence, (_, before: string, run: string) => before + '~'.repeat(run.length))
}

/** The content of a code span, with Slack's tokens and whatever could be a definition broken by a space. */
export function neutraliseSpan(code: string): string {
  return code.replace(slackToken, '< ').replace(definition, '] :')
}

/**
 * Keeps a line's code spans, each with one backtick at either end. All other backticks become text, so that no parser
 * can find code elsewhere than we did.
 */
export function keepCodeSpans(line: string, kept: KeptPieces): string {
  let text = ''
  let at = 0
  for (let start = line.indexOf('`'); start !== -1; start = line.indexOf('`', at)) {
    const escaped = isEscaped(line, start, at)
    const run = escaped ? '`' : (/^`+/.exec(line.slice(start, start + maxRunChars))?.[0] ?? '')
    const content = escaped ? undefined : readSpan(line, start + run.length, run)
    text += line.slice(at, escaped ? start - 1 : start)
    text += content === undefined ? '&#96;'.repeat(run.length) : kept.keepCode(neutraliseSpan(content))
    at = start + run.length + (content === undefined ? 0 : content.length + run.length)
  }
  return text + line.slice(at)
}

/** The content of the span that `run` opens; undefined when nothing closes it or it holds backticks of its own. */
function readSpan(line: string, from: number, run: string): string | undefined {
  const close = line.indexOf('`', from)
  if (close <= from || !line.startsWith(run, close) || line[close + run.length] === '`') return undefined
  return line.slice(from, close)
}

function isEscaped(line: string, at: number, from: number): boolean {
  let start = at
  while (start > from && line[start - 1] === '\\') start--
  return (at - start) % 2 === 1
}
