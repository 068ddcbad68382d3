import { wrapUntrusted } from '../agent/envelope.ts'
import { foldPaths } from '../agent/tools/fold-paths.ts'
import { numberLines } from '../agent/tools/number-lines.ts'
import type { TurnSource } from '../db/schema.ts'
import type { Opened, OpenRepository } from './open-code.ts'

/** What a turn read, as the model sees it, and what its footer says about it. */
export interface Documents {
  /** Null when nothing was linked. */
  text: string | null
  sources: TurnSource[]
  leftOut: string[]
}

/** About thirty thousand tokens: what linked code may take of one turn. */
const charBudget = 120_000
const fileChars = 40_000
const linesAround = 40
const listedPaths = 200
const patchChars = 8000

interface Document {
  title: string
  body: string
  source: TurnSource
}

/** Lays out what was opened, in order, within one turn's budget; what does not fit is named, never dropped silently. */
export function renderDocuments(
  opened: readonly Opened[],
  repositories: readonly OpenRepository[],
  findings: string | undefined,
): Documents {
  const parts: string[] = []
  const documents: Documents = { text: null, sources: [], leftOut: [] }
  let left = charBudget
  for (const each of opened) {
    if (each.kind === 'unread') {
      documents.leftOut.push(each.sentence)
      parts.push(each.sentence)
      continue
    }
    const { title, body, source } = toDocument(each)
    if (left < 500) {
      documents.leftOut.push(`${title}: left out, the other links filled this answer`)
      continue
    }
    const { text, cutChars } = wrapUntrusted(body, title, Math.min(left, fileChars))
    if (cutChars > 0) documents.leftOut.push(`${title}: read in part (${percent(body.length - cutChars, body.length)})`)
    parts.push(`${title}\n${text}`)
    documents.sources.push(source)
    left -= text.length
  }
  if (findings !== undefined) parts.push(findings)
  if (repositories.length > 0) parts.push(repositories.map(renderRepository).join('\n'))
  return { ...documents, text: parts.length > 0 ? parts.join('\n\n') : null }
}

function toDocument(opened: Exclude<Opened, { kind: 'unread' }>): Document {
  switch (opened.kind) {
    case 'file': {
      const title = `${opened.fullName} ${opened.path}${opened.lines ? ` lines ${opened.lines.start}-${opened.lines.end}` : ''}`
      const from = opened.lines ? Math.max(1, opened.lines.start - linesAround) : 1
      const to = opened.lines ? opened.lines.end + linesAround : Number.POSITIVE_INFINITY
      const body = numberLines(opened.text, from, to, 5000)?.text ?? ''
      const label = opened.lines ? `${opened.path}:${opened.lines.start}-${opened.lines.end}` : opened.path
      return { title, body, source: { label, url: opened.url } }
    }
    case 'folder': {
      const where = opened.path || 'the root'
      const paths = foldPaths(
        opened.files.map((file) => file.path),
        listedPaths,
      )
      const note = opened.truncated ? '\n(GitHub lists only part of this repository.)' : ''
      const title = `${opened.fullName} files in ${where}`
      const label = opened.path ? `${opened.fullName}/${opened.path}` : opened.fullName
      return { title, body: paths.join('\n') + note, source: { label, url: opened.url } }
    }
    case 'change': {
      const files = opened.files.map(
        (file) =>
          `${file.status} ${file.path} +${file.additions} -${file.deletions}\n${(file.patch ?? '(no text to show)').slice(0, patchChars)}`,
      )
      const note = opened.truncated ? ['(More files changed than are listed here.)'] : []
      const title = `${opened.fullName} ${opened.title}`
      return {
        title,
        body: [opened.title, opened.body.slice(0, 4000), ...files, ...note].filter(Boolean).join('\n\n'),
        source: { label: opened.title, url: opened.url },
      }
    }
  }
}

function renderRepository({ fullName, pin, files }: OpenRepository): string {
  return `Open for your tools: ${fullName} at commit ${pin.sha.slice(0, 12)}, ${files.length} files.`
}

function percent(part: number, whole: number): string {
  return `${Math.max(1, Math.floor((100 * part) / whole))} %`
}
