import type { ReviewedCheck, ReviewedDecision } from './review.ts'

/** How a medium shows an address, people's words, and text that must stand exactly so. */
export interface DecisionWriter {
  link: (text: string, url: string | undefined) => string
  words: (text: string) => string
  exact: (text: string) => string
}

const same = (text: string) => text

/** Words alone. */
export const asItIs: DecisionWriter = { link: same, words: same, exact: same }

/** Such as "ADR-14 is broken since abc1234 at src/x.ts:10 (introduced by #482): No moment". */
export function describeDecision(decision: ReviewedDecision, writer: DecisionWriter): string {
  const { checks, title } = decision
  const name = writer.link(decision.name, decision.url)
  const [first] = checks
  return `${first ? describeCheck(name, first, writer) : `${name} holds`}: ${writer.words(title)}`
}

function describeCheck(name: string, check: ReviewedCheck, writer: DecisionWriter): string {
  if (check.outcome === 'holds') return `${name} holds`
  if (check.outcome === 'unknown') return `${name} cannot be checked, ${writer.exact(check.reason ?? '')}`
  const { since, introduced, before } = check
  return [
    before === false ? `This change breaks ${name}` : `${name} is broken`,
    since ? ` since ${writer.link(since.name, since.url)}` : '',
    describePlaces(check, writer),
    introduced ? ` (introduced by ${writer.link(introduced.name, introduced.url)})` : '',
    before === true ? ', as before this change' : '',
  ].join('')
}

/** Such as " at src/x.ts:10 and 2 more places"; empty when there is none. */
export function describePlaces(
  { places: [place], total }: Pick<ReviewedCheck, 'places' | 'total'>,
  { link }: DecisionWriter,
): string {
  if (!place) return ''
  const others = total > 1 ? ` and ${total - 1} more ${total === 2 ? 'place' : 'places'}` : ''
  return ` at ${link(namePlace(place), place.url)}${others}`
}

/** Such as `src/x.ts:10`, or the path of a whole file. */
export function namePlace({ path, line }: { path: string; line?: number | undefined }): string {
  return line === undefined ? path : `${path}:${line}`
}
