import type { Ledger } from './review.ts'
import { shownAreas, statusOf } from './shown-areas.ts'

const reasonsShown = 4

/** The header of a review: how many files became what, and which areas were not assessed whole. */
export function describeLedger(ledger: Ledger): string {
  if (ledger.files === 0) return 'No files.'
  const sentences = shownAreas.flatMap((area) => {
    const { status } = statusOf(area, ledger)
    return status === 'assessed' ? [] : [`${area.label}: ${status === 'in-part' ? 'in part' : 'not assessed'}.`]
  })
  return [describeFiles(ledger), ...sentences].join(' ')
}

/** What became of the files, with the reasons of those that were not read whole, most frequent first. */
export function describeFiles({ files, read, inPart, listed, excluded, reasons }: Ledger): string {
  const not = listed + excluded
  const counts = [
    `${read} read`,
    ...(inPart > 0 ? [`${inPart} in part`] : []),
    // The reasons that follow are those of the files in part where there are no others.
    ...(not > 0 || inPart === 0 ? [`${not} not`] : []),
  ].join(', ')
  const names = Object.entries(reasons)
    .toSorted(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([reason]) => reason)
  const shown = names.slice(0, reasonsShown)
  const more = names.length > shown.length ? ', …' : ''
  return `${files} ${files === 1 ? 'file' : 'files'}: ${counts}${shown.length > 0 ? ` (${shown.join(', ')}${more})` : ''}.`
}

/** The areas of a review by what may be said of them, for a reader who asks what "nothing found" means. */
export function describeChecked(ledger: Ledger): string {
  const labelled = (wanted: string) =>
    shownAreas.filter((area) => statusOf(area, ledger).status === wanted).map(({ label }) => lowerFirst(label))
  const assessed = labelled('assessed')
  const inPart = labelled('in-part')
  const parts = [
    assessed.length > 0 && `checked: ${assessed.join(', ')}`,
    inPart.length > 0 && `checked in part: ${inPart.join(', ')}`,
    assessed.length + inPart.length === 0 && 'no area was checked',
  ].filter((part) => part !== false)
  return parts.join('; ')
}

function lowerFirst(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label
}
