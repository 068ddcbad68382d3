import { readList } from './blocks.ts'

const field = /^(?:\*\*|__)?([A-Z][A-Za-z -]{1,30}?)(?:\*\*|__)?\s*:(?:\*\*|__)?(?:\s+(.*))?$/s
const known = new Set([
  'status',
  'date',
  'deciders',
  'decision-makers',
  'consulted',
  'informed',
  'tags',
  'supersedes',
  'superseded-by',
])
const sameAs: Record<string, string> = {
  'decision-maker': 'decision-makers',
  decider: 'deciders',
  tag: 'tags',
  author: 'author',
}

/**
 * The fields that MADR 2 and log4brains write as a list under the title and adr-tools as a line (`Date: 2020-05-01`).
 * Anything else under the title is left where it is.
 */
export function readHeader(markdown: string): { fields: Record<string, string>; rest: string } {
  const end = /^#{1,6}\s/m.exec(markdown)?.index ?? markdown.length
  const fields: Record<string, string> = {}
  const kept: string[] = []
  for (const paragraph of markdown.slice(0, end).split(/\n(?:[ \t]*\n)+/)) {
    const taken = readFields(paragraph)
    if (taken) for (const [key, value] of taken) fields[key] = value
    else kept.push(paragraph)
  }
  return { fields, rest: `${kept.join('\n\n')}\n\n${markdown.slice(end)}`.trim() }
}

/** The fields of a paragraph that holds nothing else, at least one of which we know. */
function readFields(paragraph: string): [string, string][] | undefined {
  const lines = readList(paragraph.trim()) ?? paragraph.trim().split('\n')
  const read = lines.map((line) => {
    const [, name, value = ''] = field.exec(line.trim()) ?? []
    return name === undefined ? undefined : readField(toKey(name), value)
  })
  const found = read.filter((entry) => entry !== undefined)
  return found.length === lines.length && found.some(([key]) => known.has(key)) ? found : undefined
}

function toKey(name: string): string {
  const key = name.trim().toLowerCase().replaceAll(/\s+/g, '-')
  return sameAs[key] ?? key
}

function readField(key: string, value: string): [string, string] {
  return [key, known.has(key) ? dropHints(value) : value]
}

// Templates leave comments such as <!-- optional --> behind their fields.
function dropHints(value: string): string {
  return value.replaceAll(/<!--.*?-->/gs, '').trim()
}
