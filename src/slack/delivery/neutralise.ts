import { joinSegments, readSegments, type Segment, type TextLine } from '../../lib/fenced-code.ts'
import { isBlank } from '../../lib/markdown-lines.ts'
import { KeptPieces } from './kept-pieces.ts'
import { hostsOf } from './link-rules.ts'
import { keepCodeSpans, neutraliseCode } from './neutralise-code.ts'
import { neutraliseLinks } from './neutralise-links.ts'
import { literaliseEntities } from './literal-entities.ts'
import { quietBroadcasts } from './quiet-broadcasts.ts'
import { keepVisible } from './visible-text.ts'

export interface NeutralPolicy {
  /** People who may be mentioned; every other mention becomes text. */
  knownUserIds: readonly string[]
  /** Addresses seen in the thread; links to hosts other than theirs may carry no data. */
  seenUrls: readonly string[]
}

interface Rules {
  knownUserIds: ReadonlySet<string>
  knownHosts: ReadonlySet<string>
}

/**
 * Takes everything out of a model's Markdown that could notify people or carry data away, and shows it as text.
 * Works block by block as well as on whole answers, and changes nothing a second time.
 */
export function neutralise(markdown: string, { knownUserIds, seenUrls }: NeutralPolicy): string {
  const rules = { knownUserIds: new Set(knownUserIds), knownHosts: hostsOf(seenUrls) }
  const segments = readSegments(keepVisible(markdown))
  return joinSegments(segments.map((segment) => neutraliseSegment(segment, rules)))
}

function neutraliseSegment(segment: Segment, rules: Rules): Segment {
  if (segment.kind === 'fence') return neutraliseFence(segment)
  const inTable = findTableLines(segment.lines)
  const lines = segment.lines.map((line, index) => ({
    ...line,
    raw: neutraliseLine(withoutTildes(line), rules, inTable[index] === true),
  }))
  return { kind: 'text', lines }
}

/** Every fence is written with backticks, and what follows them names a language, nothing else. */
function neutraliseFence(fence: Segment & { kind: 'fence' }): Segment {
  const body = fence.body.map(neutraliseCode)
  const isPlain = /^[\w+#.:-]{0,40}(?: [\w .:/="'{},-]{0,80})?$/.test(fence.info) && !fence.info.includes('//')
  if (isPlain && fence.marker.startsWith('`')) return { ...fence, body }
  const longest = Math.max(2, ...body.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length))
  const marker = fence.marker.startsWith('`') ? fence.marker : '`'.repeat(longest + 1)
  const info = isPlain ? fence.info : (/^[\w+#.-]{0,40}/.exec(fence.info)?.[0] ?? '')
  const before = fence.opening.slice(0, fence.opening.indexOf(fence.marker))
  return { ...fence, opening: before + marker + info, body, closing: fence.prefix + marker }
}

/** A line of tildes that begins no fence for us may begin one for another parser. */
function withoutTildes({ raw, content }: TextLine): string {
  if (!content.startsWith('~~~')) return raw
  return `${raw.slice(0, raw.length - content.length)}&#126;${content.slice(1)}`
}

/** Marks the lines that some parser could take for rows of a table. */
function findTableLines(lines: readonly TextLine[]): boolean[] {
  const marks: boolean[] = []
  for (let from = 0; from < lines.length;) {
    const blank = lines.findIndex((line, index) => index >= from && isBlank(line.content))
    const to = blank === -1 ? lines.length : blank
    const chunk = lines.slice(from, to)
    const isTable = chunk.some(({ content }, index) => isDelimiter(content, chunk[index - 1]?.content ?? ''))
    for (let index = from; index <= to; index++) marks.push(isTable && index < to)
    from = to + 1
  }
  return marks
}

function isDelimiter(content: string, above: string): boolean {
  return /^[-|: \t]+$/.test(content) && content.includes('-') && (/[|:]/.test(content) || above.startsWith('|'))
}

function neutraliseLine(line: string, rules: Rules, inTable: boolean): string {
  const kept = new KeptPieces(inTable)
  const text = keepMentions(literaliseEntities(keepCodeSpans(line, kept)), kept, rules)
  const settled = neutraliseLinks(text, { kept, knownHosts: rules.knownHosts, inTable })
  return kept.restore(quietBroadcasts(settled))
}

function keepMentions(line: string, kept: KeptPieces, { knownUserIds }: Rules): string {
  return line.replace(/<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g, (mention, id: string) =>
    knownUserIds.has(id) ? kept.keepToken(`<@${id}>`) : mention,
  )
}
