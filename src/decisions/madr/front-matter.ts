import { parse, stringify } from 'yaml'

/** Separates YAML front matter from the Markdown below it; `fields` is empty when there is none or it can't be read. */
export function readFrontMatter(text: string): { fields: Record<string, unknown>; markdown: string } {
  const [whole = '', yaml = ''] = /^---[ \t]*\n([\s\S]*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(text) ?? []
  const fields = whole === '' ? undefined : (readYaml(yaml) ?? readLines(yaml))
  return fields ? { fields, markdown: text.slice(whole.length) } : { fields: {}, markdown: text }
}

function readYaml(yaml: string): Record<string, unknown> | undefined {
  try {
    const fields: unknown = parse(yaml, { logLevel: 'error' }) ?? {}
    // Keys of a YAML map without tags are strings once they are property names.
    return typeof fields === 'object' && !Array.isArray(fields) ? (fields as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** What people write that is no YAML, such as `title: Orders: keep them`, when every line is a field with its text. */
function readLines(yaml: string): Record<string, unknown> | undefined {
  const lines = yaml.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const read = lines.map((line) => /^([A-Za-z][\w -]*?)[ \t]*:[ \t]+(\S.*?)[ \t]*$/.exec(line))
  if (read.length === 0 || read.includes(null)) return undefined
  return Object.fromEntries(read.map((line) => [line?.[1] ?? '', line?.[2] ?? '']))
}

/** Front matter of the fields that hold something, plain and one line a value where YAML allows it. */
export function writeFrontMatter(fields: Readonly<Record<string, unknown>>): string {
  const held = Object.entries(fields).filter(([, value]) => !isEmpty(value))
  return held.length === 0 ? '' : `---\n${stringify(Object.fromEntries(held), { lineWidth: 0 })}---\n\n`
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return Array.isArray(value) && value.length === 0
}

/** A field that is a text or one value; undefined when it is neither. */
export function readText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** A field that is a list, or one text with commas. */
export function readNames(value: unknown): string[] {
  const parts = Array.isArray(value) ? value.flatMap((one) => readText(one) ?? []) : splitNames(readText(value) ?? '')
  return [...new Set(parts)]
}

/** Names in a row: commas separate them, but not inside brackets. */
function splitNames(text: string): string[] {
  return (text.match(/(?:\[[^\]]*\]|\([^)]*\)|[^,[(]|[[(])+/g) ?? [])
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
