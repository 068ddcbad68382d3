import { hashContent, type SyncedFile } from '../madr/plan-sync.ts'
import { fromMadr } from '../madr/read-madr.ts'
import type { Exported } from './export-notes.ts'

/** What has to be remembered anew, and which paths hold nothing of ours any more. */
export interface Agreement {
  remember: SyncedFile[]
  forget: string[]
}

/**
 * Finds files that nobody touched since they were written here, such as those of a merged pull request, and files that
 * moved with the decision's name in them.
 */
export function findAgreed(
  files: ReadonlyMap<string, string>,
  synced: readonly SyncedFile[],
  exported: Exported,
): Agreement {
  const byPath = new Map(synced.map((file) => [file.path, file]))
  const byDecision = new Map(synced.map((file) => [file.decisionId, file]))
  const agreement: Agreement = { remember: [], forget: [] }
  const seen = new Set<string>()
  for (const [path, text] of files) {
    const decisionId = byPath.get(path)?.decisionId ?? fromMadr(text, path)?.id
    const last = byDecision.get(decisionId ?? '')
    // A copy under another name says nothing about the file itself.
    if (decisionId === undefined || seen.has(decisionId) || (last && last.path !== path && files.has(last.path)))
      continue
    seen.add(decisionId)
    const hash = hashContent(text)
    const isOurs = exported.get(decisionId)?.has(hash) ?? false
    if (isOurs && (last?.path !== path || last.contentHash !== hash || last.renderedHash !== hash))
      agreement.remember.push({ path, decisionId, contentHash: hash, renderedHash: hash })
    else if (!isOurs && last && last.path !== path) agreement.remember.push({ ...last, path })
    if (last && last.path !== path) agreement.forget.push(last.path)
  }
  return agreement
}
