import type { FileKind } from '../evidence/parse/classify.ts'
import type { Coverage } from '../evidence/coverage.ts'
import { classifyUnparsed } from './classify-unparsed.ts'
import type { FileRecord } from './ledger.ts'

/** One file of a target: its text, or in a short noun why there is none. */
export interface CodeFile {
  path: string
  /** Undefined when the file has a text. */
  unread: string | undefined
}

/** What a model was shown of a file. */
export interface ModelReading {
  path: string
  part: 'whole' | 'part'
}

type EvidenceCoverage = Pick<Coverage, 'skipped' | 'notAnalysed' | 'partly'>

/** Kinds of source that rules parse but hold no finding against. */
const listedKinds: Partial<Record<FileKind, string>> = { test: 'tests', example: 'examples', tooling: 'tooling' }

/** What rules alone made of every file of the target, of which `kinds` tells the code. `coverage` is undefined when they did not run. */
export function recordFilesReadByRules(
  files: readonly CodeFile[],
  kinds: ReadonlyMap<string, FileKind>,
  coverage: EvidenceCoverage | undefined,
): FileRecord[] {
  const skipped = new Map(coverage?.skipped.map(({ path, why }) => [path, why]))
  const broken = new Set(coverage?.notAnalysed.map(({ path }) => path))
  const partly = new Set(coverage?.partly.map(({ path }) => path))
  return files.map(({ path, unread }): FileRecord => {
    if (unread !== undefined) return { path, status: 'excluded', reason: unread }
    if (!coverage) return { path, status: 'listed', reason: 'stopped' }
    const why = skipped.get(path)
    if (why !== undefined) return { path, status: 'excluded', reason: why }
    if (broken.has(path)) return { path, status: 'excluded', reason: 'syntax' }
    if (partly.has(path)) return { path, status: 'in-part', reason: 'syntax' }
    const kind = kinds.get(path)
    if (kind === undefined) return classifyUnparsed(path)
    const listed = listedKinds[kind]
    return listed ? { path, status: 'listed', reason: listed } : { path, status: 'read', reason: undefined }
  })
}

/**
 * What a review with a model made of every file: read is what the model was shown whole, and what only rules read says
 * so. What rules could not read stays unread unless the model was shown it.
 */
export function recordFilesReadByModel(
  byRules: readonly FileRecord[],
  readings: readonly ModelReading[],
): FileRecord[] {
  const parts = new Map(readings.map(({ path, part }) => [path, part]))
  return byRules.map((record): FileRecord => {
    const { path, status } = record
    const part = parts.get(path)
    if (part === 'whole') return { path, status: 'read', reason: undefined }
    if (part === 'part') return { path, status: 'in-part', reason: 'budget' }
    return status === 'read' || status === 'in-part' ? { path, status: 'listed', reason: 'rules only' } : record
  })
}
