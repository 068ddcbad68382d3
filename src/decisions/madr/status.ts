import { type DecisionStatus, decisionStatuses } from '../decision.ts'

/** What a file says of its status. */
export interface FileStatus {
  status: DecisionStatus | undefined
  supersededBy: string | undefined
  supersedes: string[]
  /** Words beside the status that mean something else. */
  note: string
}

const otherWords: Record<string, DecisionStatus> = {
  approved: 'accepted',
  adopted: 'accepted',
  implemented: 'accepted',
  agreed: 'accepted',
  decided: 'accepted',
  active: 'accepted',
  final: 'accepted',
  done: 'accepted',
  complete: 'accepted',
  completed: 'accepted',
  superceded: 'superseded',
  replaced: 'superseded',
  pending: 'proposed',
  proposal: 'proposed',
  open: 'proposed',
  wip: 'draft',
  declined: 'rejected',
  obsolete: 'deprecated',
  retired: 'deprecated',
}

/** Reads a status as people write it: a word, often with a link, a date or a note; over several lines in Nygard's format. */
export function readStatus(text: string): FileStatus {
  const found: FileStatus = { status: undefined, supersededBy: undefined, supersedes: [], note: '' }
  const notes: string[] = []
  for (const line of text.split('\n')) {
    const rest = takeLine(line.trim(), found)
    if (rest !== '') notes.push(rest)
  }
  if (found.supersededBy !== undefined && found.status === undefined) found.status = 'superseded'
  return { ...found, note: notes.join('\n') }
}

const replacedBy = /^(?:[*-]\s+)?(?:superseded|superceded|replaced)\s*(?:by|:)\s*:?\s*(.+)$/i
const replaces = /^(?:[*-]\s+)?(?:supersedes|supercedes|replaces):?\s+(.+)$/i

function takeLine(line: string, found: FileStatus): string {
  const by = replacedBy.exec(line)?.[1]
  if (by !== undefined && found.supersededBy === undefined) {
    found.supersededBy = by
    found.status = 'superseded'
    return ''
  }
  const old = replaces.exec(line)?.[1]
  if (old !== undefined) {
    found.supersedes.push(old)
    return ''
  }
  const [, word = '', rest = ''] = /^[*_`~"'[\s]*([a-z]+)[*_`~"'\].\s]*(.*)$/i.exec(line) ?? []
  const status = found.status === undefined ? toStatus(word) : undefined
  if (status === undefined) return line
  found.status = status
  // Another word than ours is kept beside it.
  return word.toLowerCase() === status ? rest : line
}

function toStatus(word: string): DecisionStatus | undefined {
  const lower = word.toLowerCase()
  return decisionStatuses.find((status) => status === lower) ?? otherWords[lower]
}
