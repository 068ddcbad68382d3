import { readSegments, type Segment } from '../../lib/fenced-code.ts'
import { type CodeExampleCheck, checkCodeExamples } from '../../verify/check-code-examples.ts'
import { type Edit, insertion } from './edits.ts'

/** Text outside code fences, and where in the block it begins. */
export interface Stretch {
  at: number
  text: string
}

export interface Fence {
  /** Where the line after its closing one begins. */
  end: number
  /** What every line begins with inside a quote or list. */
  prefix: string
  isClosed: boolean
  /** The prose right before it in the same block. */
  before: string
  language: string
  code: string
  /** Its error's line counts within the code. */
  check: CodeExampleCheck['check']
}

export interface BlockLayout {
  prose: Stretch[]
  fences: Fence[]
}

/** Where prose and fences stand in a Markdown block. */
export function layOut(markdown: string): BlockLayout {
  const examples = checkCodeExamples(markdown)
  const layout: BlockLayout = { prose: [], fences: [] }
  let at = 0
  for (const part of readSegments(markdown)) {
    const rows = rowsOf(part)
    const text = rows.join('\n')
    if (part.kind === 'text') layout.prose.push({ at, text })
    else {
      const { language, line, code, check } = examples[layout.fences.length] ?? noExample
      layout.fences.push({
        end: Math.min(at + text.length + 1, markdown.length),
        prefix: part.prefix,
        isClosed: markdown.startsWith(text, at),
        before: lastProse(layout, at),
        language,
        code,
        check: check.kind === 'error' ? { ...check, line: check.line - line + 1 } : check,
      })
    }
    at += text.length + 1
  }
  return layout
}

const noExample: CodeExampleCheck = { language: '', line: 1, code: '', check: { kind: 'unchecked' } }

/** A line of its own under a fence. */
export function lineUnder({ end, prefix }: Fence, markdown: string, sentence: string): Edit {
  const before = markdown[end - 1] === '\n' ? '' : '\n'
  const after = markdown.slice(end) === '' || /^[ \t>]*\n/.test(markdown.slice(end)) ? '\n' : '\n\n'
  return insertion(end, `${before}${prefix.trimEnd()}\n${prefix}${sentence}${after}`)
}

function rowsOf(part: Segment): string[] {
  return part.kind === 'text' ? part.lines.map(({ raw }) => raw) : [part.opening, ...part.body, part.closing]
}

function lastProse({ prose }: BlockLayout, at: number): string {
  const last = prose.at(-1)
  return last && last.at + last.text.length + 1 === at ? last.text : ''
}

/** Where the code span around an offset ends, and what it holds; undefined outside of one. */
export function codeSpanAt(text: string, offset: number): { start: number; end: number; code: string } | undefined {
  for (const match of text.matchAll(/(`+)([^`\n]+)\1(?!`)/g)) {
    const end = match.index + match[0].length
    if (match.index <= offset && offset < end) return { start: match.index, end, code: match[2] ?? '' }
  }
  return undefined
}
