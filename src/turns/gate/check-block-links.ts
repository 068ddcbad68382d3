import { findGitHubLinks } from '../../github/links.ts'
import type { GitHubTarget, LineRange } from '../../github/target.ts'
import type { OpenRepository } from '../open-code.ts'
import type { Stretch } from './block-layout.ts'
import type { CodeTexts } from './code-texts.ts'
import type { Edit } from './edits.ts'
import { describeLines, describePlace } from './find-places.ts'
import type { GateCounts } from './gate-counts.ts'
import { describeFault, judgePlace, type PlaceVerdict } from './judge-place.ts'
import { quotedAfter } from './quoted-after.ts'

const labelled = String.raw`\[((?:[^[\]\n]|\[[^[\]\n]*\])*)\]\(<?((?:[^\s()<>]|\([^\s()<>]*\))+)>?\)`
const bare = String.raw`<?(https?://[^\s<>|"\x60)\]]*[^\s<>|"\x60)\].,;:!?'*_~])>?`
const link = new RegExp(`${labelled}|${bare}`, 'g')

interface CodeLink {
  at: number
  end: number
  label: string | undefined
  target: Extract<GitHubTarget, { kind: 'path' }>
  quote: { end: number; code: string } | undefined
}

/**
 * Makes every link to a file of an open repository lead to its pinned commit and to lines that exist; a link that cannot
 * becomes text that says so. Returns the edits and the stretches that links take up.
 */
export async function checkBlockLinks(
  { at, text }: Stretch,
  texts: CodeTexts,
  counts: GateCounts,
): Promise<{ edits: Edit[]; taken: Edit[] }> {
  const links = findCodeLinks(text, texts)
  const settled = await Promise.all(links.map((each) => settle(each, texts, counts)))
  const moved = (edit: Edit) => ({ ...edit, at: edit.at + at, end: edit.end + at })
  return {
    edits: settled.flat().map(moved),
    taken: links.map(({ at, end, quote }) => moved({ at, end: quote?.end ?? end, text: '' })),
  }
}

function findCodeLinks(text: string, texts: CodeTexts): CodeLink[] {
  return [...text.matchAll(link)].flatMap(({ 0: whole, 1: label, 2: inside, 3: alone, index: at }) => {
    const [target] = findGitHubLinks(inside ?? alone ?? '', texts.host.hosts)
    if (target?.kind !== 'path' || target.segments.length < 2) return []
    const end = at + whole.length
    return [{ at, end, label, target, quote: quotedAfter(text, end) }]
  })
}

async function settle(codeLink: CodeLink, texts: CodeTexts, counts: GateCounts): Promise<Edit[]> {
  const { at, end, label, target, quote } = codeLink
  const repository = texts.repositories.find((each) => isSame(each, target))
  if (!repository) {
    counts.add('placesNotChecked', JSON.stringify(target))
    return []
  }
  const { path, isPinned } = locate(target, repository)
  const place = describePlace(path, target.lines)
  const verdict = await judgePlace(texts, { repository, path }, target.lines, quote?.code)
  if (verdict.kind === 'not-checked') counts.add('placesNotChecked', place)
  if (verdict.kind === 'no-quote') counts.add('quotes', `${place} ${quote?.code}`)
  if (verdict.kind === 'no-file' || verdict.kind === 'no-lines') {
    counts.add('places', place)
    return [{ at, end, text: asText(label, path, place, verdict) }]
  }
  const note = verdict.kind === 'no-quote' ? ` (${describeFault(verdict)})` : ''
  const after = note === '' ? [] : [{ at: quote?.end ?? end, end: quote?.end ?? end, text: note }]
  const lines = verdict.kind === 'moved' ? verdict.lines : target.lines
  const url = texts.host.permalink(repository.pin, path, lines)
  if (isPinned && verdict.kind !== 'moved') return after
  return [{ at, end, text: asLink(label, url, lines) }, ...after]
}

function isSame({ pin }: OpenRepository, target: CodeLink['target']): boolean {
  return `${pin.owner}/${pin.name}`.toLowerCase() === `${target.owner}/${target.name}`.toLowerCase()
}

/** Where a branch name ends and the path begins is only known from the files; branches may have slashes. */
function locate({ segments }: CodeLink['target'], { pin, files }: OpenRepository): { path: string; isPinned: boolean } {
  const [ref = '', ...rest] = segments
  const path = rest.join('/')
  if (/^[0-9a-f]{7,}$/i.test(ref) && pin.sha.startsWith(ref.toLowerCase())) return { path, isPinned: true }
  const known = rest.map((_, index) => rest.slice(index).join('/'))
  const found = known.find((each) => files.some((file) => file.path === each || file.path.startsWith(`${each}/`)))
  return { path: found ?? path, isPinned: false }
}

function asLink(label: string | undefined, url: string, lines: LineRange | undefined): string {
  if (label === undefined) return url
  return `[${lines ? label.replace(/:\d+(?:-\d+)?(?=`?$)/, `:${describeLines(lines)}`) : label}](${url})`
}

function asText(label: string | undefined, path: string, place: string, verdict: PlaceVerdict): string {
  const name = label?.replaceAll('`', '').trim() ?? ''
  const isPlace = name === '' || /:\/\/|\//.test(name) || path.endsWith(name.replace(/:[\d-]+$/, ''))
  return isPlace ? `\`${place}\` (${describeFault(verdict)})` : `${label} (\`${place}\`: ${describeFault(verdict)})`
}
