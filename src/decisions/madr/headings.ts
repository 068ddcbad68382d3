import { Shelter } from './blocks.ts'

/** A heading with what stands under it up to the next of its level or above. */
export interface MarkdownSection {
  heading: string
  markdown: string
}

/** Cuts Markdown at its headings of one level (`##` is 2): what stands before the first, and the sections. */
export function splitAtHeadings(markdown: string, level: number): { before: string; sections: MarkdownSection[] } {
  const start = new RegExp(`^ {0,3}#{${level}}(?!#)[ \\t]*(.*?)[ \\t]*#*[ \\t]*$`)
  const before: string[] = []
  const found: { heading: string; lines: string[] }[] = []
  const shelter = new Shelter()
  for (const line of markdown.split('\n')) {
    const heading = shelter.covers(line) ? undefined : start.exec(line)?.[1]
    if (heading !== undefined) found.push({ heading, lines: [] })
    else (found.at(-1)?.lines ?? before).push(line)
  }
  const sections = found.map(({ heading, lines }) => ({ heading, markdown: trimLines(lines) }))
  return { before: trimLines(before), sections }
}

function trimLines(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
}

export type SectionName =
  | 'context'
  | 'drivers'
  | 'options'
  | 'outcome'
  | 'consequences'
  | 'good'
  | 'bad'
  | 'confirmation'
  | 'pros'
  | 'more'
  | 'status'
  | 'amendments'

const names: Record<SectionName, readonly string[]> = {
  context: [
    'context and problem statement',
    'context',
    'problem statement',
    'context and problem',
    'background',
    'problem',
  ],
  drivers: ['decision drivers', 'drivers'],
  options: [
    'considered options',
    'options considered',
    'options',
    'alternatives considered',
    'considered alternatives',
    'alternatives',
  ],
  outcome: ['decision outcome', 'decision'],
  consequences: ['consequences'],
  good: ['positive consequences'],
  bad: ['negative consequences'],
  confirmation: ['confirmation', 'validation'],
  pros: ['pros and cons of the options'],
  more: ['more information'],
  status: ['status'],
  amendments: ['amendments'],
}

/** The section of MADR that a heading stands for, in any of the words that formats use; undefined for other headings. */
export function nameSection(heading: string): SectionName | undefined {
  const plain = heading
    .replaceAll(/<!--.*?-->/g, '')
    .replace(/^[\d.)\s]+/, '')
    .replace(/:?\s*$/, '')
    .trim()
    .toLowerCase()
  return sectionNames.find((name) => names[name].includes(plain))
}

// Object.keys gives the keys of a literal of this very type.
const sectionNames = Object.keys(names) as SectionName[]
