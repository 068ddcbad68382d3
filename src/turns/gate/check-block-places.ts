import { codeSpanAt, type Stretch } from './block-layout.ts'
import type { CodeTexts } from './code-texts.ts'
import { type Edit, insertion } from './edits.ts'
import { describeLines, findPlaces, type PlaceMention } from './find-places.ts'
import type { GateCounts } from './gate-counts.ts'
import { describeFault, judgePlace, type PlaceVerdict } from './judge-place.ts'
import { quotedAfter } from './quoted-after.ts'

/** Labels every `path:line` of a text that no open repository has, and corrects the lines of quoted code that has moved. */
export async function checkBlockPlaces(
  { at, text }: Stretch,
  texts: CodeTexts,
  taken: readonly Edit[],
  counts: GateCounts,
): Promise<Edit[]> {
  if (texts.repositories.length === 0) return []
  const isTaken = (place: PlaceMention) => taken.some((each) => each.at < place.end + at && place.at + at < each.end)
  const places = findPlaces(text).filter((place) => !isTaken(place))
  const edits = await Promise.all(places.map((place) => checkPlace(place, text, texts, counts)))
  return edits.flat().map((edit) => ({ ...edit, at: edit.at + at, end: edit.end + at }))
}

async function checkPlace(place: PlaceMention, text: string, texts: CodeTexts, counts: GateCounts): Promise<Edit[]> {
  const quote = quotedAfter(text, place.end)
  const verdict = await findPlace(place, quote?.code, texts)
  const labelAt = () => codeSpanAt(text, place.at)?.end ?? place.end
  switch (verdict.kind) {
    case 'there':
      return []
    case 'moved': {
      const moved = `:${describeLines(verdict.lines)}`
      return [{ at: place.end - `:${writtenLines(text, place)}`.length, end: place.end, text: moved }]
    }
    case 'not-checked':
      counts.add('placesNotChecked', text.slice(place.at, place.end))
      return []
    case 'no-quote':
      counts.add('quotes', `${text.slice(place.at, place.end)} ${quote?.code}`)
      return [insertion(quote?.end ?? labelAt(), ` (${describeFault(verdict)})`)]
    case 'no-file':
    case 'no-lines':
      counts.add('places', text.slice(place.at, place.end))
      return [insertion(labelAt(), ` (${describeFault(verdict)})`)]
  }
}

const kindness: readonly PlaceVerdict['kind'][] = ['there', 'moved', 'not-checked', 'no-quote', 'no-lines', 'no-file']

/** What is best for a place among the files that it may mean. */
export async function findPlace(
  { path, lines }: Pick<PlaceMention, 'path' | 'lines'>,
  quote: string | undefined,
  texts: CodeTexts,
): Promise<PlaceVerdict> {
  const candidates = texts.find(path)
  if (candidates.length === 0)
    return { kind: texts.repositories.some(({ truncated }) => truncated) ? 'not-checked' : 'no-file' }
  const verdicts = await Promise.all(candidates.map((candidate) => judgePlace(texts, candidate, lines, quote)))
  return verdicts.reduce((best, each) => (kindness.indexOf(each.kind) < kindness.indexOf(best.kind) ? each : best))
}

function writtenLines(text: string, { at, end }: PlaceMention): string {
  return /:([\d-]+)$/.exec(text.slice(at, end))?.[1] ?? ''
}
