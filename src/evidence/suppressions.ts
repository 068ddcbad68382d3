import type { Codebase } from './codebase.ts'
import { says } from './parse/once.ts'

/** A comment that silences a rule on its own line and the next. */
export type Suppression = { path: string; line: number; rule: string; reason: string }

const mentionsRule = says(/architect-ignore/)

/** `architect-ignore rule-id: reason` in a comment; without a reason it does nothing and `reason` is empty. */
export function readSuppressions(codebase: Codebase): Suppression[] {
  const found: Suppression[] = []
  for (const file of codebase.sources.values()) {
    if (!mentionsRule(file)) continue
    for (const comment of file.comments) {
      const match = /architect-ignore\s+([\w-]+)\s*(?::\s*(.*))?/.exec(comment.text)
      if (match)
        found.push({ path: file.path, line: comment.line, rule: match[1] ?? '', reason: (match[2] ?? '').trim() })
    }
  }
  for (const path of [...codebase.project.dockerfiles, ...codebase.project.composeFiles])
    found.push(...inText(path, codebase))
  return found
}

function inText(path: string, codebase: Codebase): Suppression[] {
  return (codebase.texts.get(path) ?? '').split('\n').flatMap((row, index) => {
    const match = /#\s*architect-ignore\s+([\w-]+)\s*(?::\s*(.*))?/.exec(row)
    return match ? [{ path, line: index + 1, rule: match[1] ?? '', reason: (match[2] ?? '').trim() }] : []
  })
}

/** The suppression that covers a finding: on its line or the line above, for its rule, with a reason. */
export function suppressionFor(
  finding: { rule: string; path: string; line: number },
  suppressions: readonly Suppression[],
): Suppression | undefined {
  return suppressions.find(
    (item) =>
      item.path === finding.path &&
      item.rule === finding.rule &&
      item.reason !== '' &&
      (item.line === finding.line || item.line === finding.line - 1),
  )
}
