import { RE2JS } from 're2js'
import { lineAt, lineStartsOf } from '../../evidence/parse/source-file.ts'
import type { AssertionOf } from './assertion.ts'
import { broken, type CheckOutcome, holds, type Place, unknown } from './outcome.ts'
import { matchGlobs } from './path-globs.ts'
import { quoteLine } from './quote-line.ts'
import { type ReadCode, whyNotRead } from './read-code.ts'

/** Characters times steps of the pattern, each of at most some 50 ns: a few seconds at worst, far less in practice. */
const mostWork = 200_000_000

/** A pattern is found, or not, in the texts of paths; RE2 takes time in proportion to the text, whatever the pattern. */
export function checkText({ pattern, ignoreCase, state, within }: AssertionOf<'text'>, code: ReadCode): CheckOutcome {
  const texts = [...code.texts].filter(([path]) => matchGlobs(within)(path))
  const compiled = RE2JS.compile(pattern, RE2JS.MULTILINE | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0))
  const work = texts.reduce((sum, [, text]) => sum + text.length, 0) * compiled.programSize()
  if (work > mostWork) return unknown('this is too much text for the pattern; name fewer paths or make it shorter')
  const found = state === 'present' ? texts.some(([, text]) => compiled.matcher(text).find()) : false
  if (found) return holds
  const places = state === 'absent' ? texts.flatMap(([path, text]) => findPlaces(compiled, path, text)) : []
  if (places.length > 0) return broken(places)
  const reason = whyNotRead(code, within)
  if (reason) return unknown(reason)
  if (texts.length === 0) return unknown(`no file matches ${within.join(' ')}`)
  if (state === 'absent') return holds
  return broken([{ path: within[0] ?? '', quote: '', says: `nothing matches /${pattern}/` }])
}

function findPlaces(compiled: RE2JS, path: string, text: string): Place[] {
  const matcher = compiled.matcher(text)
  const lines = new Set<number>()
  let starts: number[] | undefined
  while (matcher.find()) lines.add(lineAt((starts ??= lineStartsOf(text)), matcher.start()))
  return [...lines].map((line) => ({ path, line, quote: quoteLine(path, text, line), says: 'it stands here' }))
}
