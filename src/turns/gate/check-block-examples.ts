import { maskSecrets } from '../../evidence/mask-secrets.ts'
import type { LineRange } from '../../github/target.ts'
import { checkQuote } from '../../verify/check-quote.ts'
import { type BlockLayout, type Fence, lineUnder } from './block-layout.ts'
import { findPlace } from './check-block-places.ts'
import type { CodeTexts } from './code-texts.ts'
import type { Edit } from './edits.ts'
import { describeLines, describePlace, findPlaces, type PlaceMention } from './find-places.ts'
import type { GateCounts } from './gate-counts.ts'

/** A line that says nothing but where the code under it stands. */
const introduces = /^[-*#\d.)\s]*(?:(?:in|at|from|see|here|currently|today|now|and|this is)\b[\s,:]*){0,3}$/i
const comment = /^\s*(?:\/\/|#|--|\/\*+)\s*$/

/** Says under a fence what is wrong with it: code that does not parse, or that is not at the place it is quoted from. */
export async function checkBlockExamples(
  markdown: string,
  { fences }: BlockLayout,
  before: string,
  texts: CodeTexts,
  counts: GateCounts,
): Promise<Edit[]> {
  const lines = await Promise.all(
    fences.map(async (fence, index) => {
      const lead = fence.before.trim() === '' && index === 0 ? before : fence.before
      const sentence = await judgeFence(fence, lead, texts, counts)
      return sentence === undefined ? [] : [lineUnder(fence, markdown, sentence)]
    }),
  )
  return lines.flat()
}

async function judgeFence(
  fence: Fence,
  lead: string,
  texts: CodeTexts,
  counts: GateCounts,
): Promise<string | undefined> {
  const named = texts.repositories.length > 0 ? (placeBefore(lead) ?? placeInComment(fence.code)) : undefined
  const quoted = named?.isQuoted ? await findPlace(named, fence.code, texts) : undefined
  if (quoted?.kind === 'moved') return `In \`${named?.path}\` this stands at line ${describeLines(quoted.lines)}.`
  if (quoted?.kind === 'no-quote') {
    counts.add('quotes', fence.code)
    return `This is not in \`${named?.path}\` as quoted.`
  }
  if (named && !named.isQuoted && (await isMissing(named, texts))) {
    counts.add('places', describePlace(named.path, named.lines))
    return `\`${describePlace(named.path, named.lines)}\` was not found.`
  }
  const { check, isClosed, code } = fence
  if (check.kind !== 'error' || !isClosed || quoted?.kind === 'there' || isQuotedCode(code, texts)) return undefined
  counts.add(check.isPlaceholder ? 'partial' : 'broken', code)
  return check.isPlaceholder
    ? `This example leaves parts out at line ${check.line}.`
    : `This example does not parse at line ${check.line}.`
}

type NamedPlace = Pick<PlaceMention, 'path' | 'lines'> & { isQuoted: boolean }

/** The place that the last line before a fence names, when it says nothing else and ends in a colon. */
function placeBefore(lead: string): NamedPlace | undefined {
  const line = lead.trimEnd().split('\n').at(-1) ?? ''
  // A link shows its place in its label.
  const plain = line.replace(/\]\([^\s()]*\)/g, '').replace(/[`*[\]]/g, '')
  const place = findPlaces(plain).at(-1)
  if (!place || !/^\s*:\s*$/.test(plain.slice(place.end))) return undefined
  return introduces.test(plain.slice(0, place.at)) ? { ...place, isQuoted: true } : undefined
}

/** The place that a comment on the first line of code names; what follows may be a changed version. */
function placeInComment(code: string): NamedPlace | undefined {
  const line = code.split('\n', 1)[0] ?? ''
  const [place] = findPlaces(line)
  return place && comment.test(line.slice(0, place.at)) ? { ...place, isQuoted: false } : undefined
}

async function isMissing(place: NamedPlace, texts: CodeTexts): Promise<boolean> {
  const { kind } = await findPlace(place, undefined, texts)
  return kind === 'no-file' || kind === 'no-lines'
}

const anywhere: LineRange = { start: 1, end: 1 }

/** Whether a fence repeats code that was read: a piece of a file need not parse by itself. */
function isQuotedCode(code: string, texts: CodeTexts): boolean {
  const first = code
    .split('\n')
    .find((line) => line.trim().length > 3)
    ?.trim()
  if (first === undefined) return false
  return texts.repositories.some((repository) =>
    [...texts.textsOf(repository)].some(
      ([path, text]) =>
        text.includes(first) &&
        checkQuote({ path, lines: anywhere, quote: code }, () => maskSecrets(path, text)).kind !== 'not-found',
    ),
  )
}
