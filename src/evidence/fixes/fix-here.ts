import type { Codebase } from '../codebase.ts'
import type { Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Match } from '../rules/rule.ts'
import { codeFixes, textFixes } from './all.ts'
import { applyRewrite, type Rewrite } from './rewrite.ts'

/** A match in code. */
export type CodePlace = { node: Node; file: SourceFile; match: Match; codebase: Codebase }
/** What would mend a place in code; undefined where the general advice has to do. */
export type CodeFix = (place: CodePlace) => Rewrite | undefined
/** The same for a place in a text such as a manifest: commands, or the new line. */
export type TextFix = (match: Match, codebase: Codebase) => string | undefined

/** The code of one match as it reads when mended; undefined where only the rule's general advice is known to fit. */
export function fixHere(rule: string, match: Match, codebase: Codebase): string | undefined {
  const ofText = textFixes[rule]?.(match, codebase)
  if (ofText !== undefined) return ofText
  const { node, file } = match
  const fix = codeFixes[rule]
  if (!fix || !node || !('lineStarts' in file)) return undefined
  const rewrite = fix({ node, file, match, codebase })
  return rewrite && applyRewrite(rewrite, node, file)
}
