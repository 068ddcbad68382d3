import { readSegments } from '../lib/fenced-code.ts'

/** A sentence that says something is not there, and the words that say what. */
export type AbsenceClaim = { sentence: string; about: string }

const thing = String.raw`([^.;:!?\n]{2,120})`
const ahead = [
  String.raw`\bthere (?:is|are|was|were)(?: currently)? (?:no|not any|n't any) ${thing}`,
  String.raw`\bthere (?:isn't|aren't) (?:any |a |an )?${thing}`,
  String.raw`\b(?:has|have|with|contains?|defines?|sets?|uses?) no ${thing}`,
  String.raw`\b(?:lacks?|lacking|absence of|lack of) ${thing}`,
  String.raw`\bwithout any ${thing}`,
  String.raw`\b(?:does|do)(?: not|n't) (?:have|use|include|implement|configure|define|set up|set|provide) (?:any |a |an )?${thing}`,
  String.raw`(?:^|[,(] ?)(?:no|missing) ${thing}`,
]
const behind = String.raw`${thing} (?:is|are) (?:missing|absent|nowhere|not (?:there|present|implemented|configured|set up|in place|used|found)|never (?:used|set|configured|applied))\b`
const patterns = [...ahead.map((source) => new RegExp(source, 'i')), new RegExp(behind, 'i')]

/** The sentences of a Markdown text, outside code, that claim an absence; each once, in order. */
export function findAbsenceClaims(markdown: string): AbsenceClaim[] {
  const prose = readSegments(markdown).flatMap((part) =>
    part.kind === 'text' ? [part.lines.map(({ content }) => content)] : [],
  )
  return prose.flatMap((lines) => splitSentences(lines.join('\n')).flatMap((sentence) => readClaim(sentence)))
}

function readClaim(sentence: string): AbsenceClaim[] {
  const plain = sentence.replace(/[`*_]/g, '').replaceAll('’', "'").slice(0, 1_000)
  for (const pattern of patterns) {
    const about = pattern.exec(plain)?.[1]?.trim()
    if (about) return [{ sentence, about }]
  }
  return []
}

/** A sentence ends at a full stop before white space, or at an empty line, heading, row or list item. */
function splitSentences(text: string): string[] {
  return text
    .split(/\n\s*\n|\n(?=\s*(?:[-*+|#]|\d+[.)]\s))/)
    .flatMap((block) =>
      block
        .replace(/^\s*[-*+#|]+\s+/, '')
        .replaceAll('\n', ' ')
        .split(/(?<=[.!?])\s+/),
    )
    .map((sentence) => sentence.trim())
    .filter(Boolean)
}
