import type { LineRange } from '../../github/target.ts'
import { checkLinks, countLines } from '../../verify/check-links.ts'
import { checkQuote } from '../../verify/check-quote.ts'
import type { OpenRepository } from '../open-code.ts'
import type { CodeTexts } from './code-texts.ts'

export type PlaceVerdict =
  | { kind: 'there' }
  /** The quoted code stands at other lines of the file. */
  | { kind: 'moved'; lines: LineRange }
  | { kind: 'no-file' }
  | { kind: 'no-lines'; lastLine: number }
  /** The lines are there, and what is quoted as theirs is nowhere in the file. */
  | { kind: 'no-quote' }
  | { kind: 'not-checked' }

/** Whether the lines of a file are there and, when they are quoted, hold that text. */
export async function judgePlace(
  texts: CodeTexts,
  { repository, path }: { repository: OpenRepository; path: string },
  lines: LineRange | undefined,
  quote: string | undefined,
): Promise<PlaceVerdict> {
  const file = await texts.read(repository, path)
  if (file.kind === 'unread') return { kind: lines ? 'not-checked' : 'there' }
  const text = file.kind === 'text' ? file.text : undefined
  const { pin } = repository
  const { hosts } = texts.host
  const isFolder = () => file.kind === 'folder'
  const [check] = checkLinks(texts.host.permalink(pin, path, lines), { pin, hosts, readText: () => text, isFolder })
  if (check?.fault === 'no-such-file') return { kind: 'no-file' }
  if (text !== undefined && lines && quote !== undefined) {
    const quoted = checkQuote({ path, lines, quote }, () => text)
    if (quoted.kind === 're-anchored') return { kind: 'moved', lines: quoted.lines }
    if (quoted.kind === 'not-found' && !check?.fault && quoted.why === 'not-in-file') return { kind: 'no-quote' }
  }
  return check?.fault ? { kind: 'no-lines', lastLine: countLines(text ?? '') } : { kind: 'there' }
}

/** What a reader is told of a place that does not hold; undefined when there is nothing to tell. */
export function describeFault(verdict: PlaceVerdict): string | undefined {
  switch (verdict.kind) {
    case 'no-file':
      return 'not found'
    case 'no-lines':
      return `not found, the file ends at line ${verdict.lastLine}`
    case 'no-quote':
      return 'not in the file as quoted'
    case 'there':
    case 'moved':
    case 'not-checked':
      return undefined
  }
}
