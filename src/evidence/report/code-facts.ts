import type { Analysis } from '../analyse.ts'
import { requiresIn } from '../facts/imports.ts'
import { literalText } from '../parse/ast.ts'
import { once } from '../parse/once.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import { taxonomy, type Area } from '../rules/taxonomy.ts'

/** The facts of an analysis that rules of a team are checked against, without trees: it can cross to another thread. */
export type CodeFacts = {
  /** Paths of the source files that were parsed. */
  parsed: readonly string[]
  /** Source files that were not, or not whole, and why. */
  notParsed: readonly { path: string; reason: string }[]
  imports: readonly { from: string; to?: string; specifier: string; line: number }[]
  /** Imports whose path is worked out when the program runs. */
  computedImports: readonly { path: string; line: number }[]
  findings: readonly { rule: string; path: string; line: number; quote: string }[]
  /** The rules that were asked; one that failed found nothing. */
  rules: readonly { id: string; title: string; area: Area; failed: boolean }[]
  /** Whether the search for the way of input was cut short. */
  searchWasCut: boolean
  /** Whether a package registry was asked. */
  askedRegistry: boolean
}

/** Takes from an analysis what checks need; suppressed findings, which somebody answered for in the code, are left out. */
export function readCodeFacts({ codebase, rules, findings, coverage }: Analysis): CodeFacts {
  const sources = [...codebase.sources.values()]
  const failed = new Set(coverage.failedRules.map(({ id }) => id))
  return {
    parsed: sources.map(({ path }) => path),
    notParsed: [
      ...coverage.skipped.map(({ path, why }) => ({ path, reason: `it is ${why} code` })),
      ...coverage.notAnalysed,
      ...coverage.partly.map(({ path, lines }) => ({ path, reason: `line ${lines[0] ?? 1} does not parse` })),
    ],
    imports: codebase.modules.imports.map(({ from, to, specifier, line }) => ({
      from,
      ...(to === undefined ? {} : { to }),
      specifier,
      line,
    })),
    computedImports: sources.flatMap(computedImportsOf),
    findings: findings
      .filter(({ suppressed }) => !suppressed)
      .map(({ rule, path, line, quote }) => ({ rule, path, line, quote })),
    rules: rules.map(({ id, title, category }) => ({
      id,
      title,
      area: taxonomy[category].area,
      failed: failed.has(id),
    })),
    searchWasCut: coverage.cutSearches > 0,
    askedRegistry: codebase.advice.length > 0,
  }
}

const computedImportsOf = once((file: SourceFile): CodeFacts['computedImports'] => {
  if (file.outline) return []
  const required = requiresIn(file).filter((call) => literalText(call.arguments[0]) === undefined)
  const imported = file.dynamicImports.filter((node) => literalText(node.source) === undefined)
  return [...required, ...imported].map((node) => ({ path: file.path, line: lineAt(file.lineStarts, node.start) }))
})
