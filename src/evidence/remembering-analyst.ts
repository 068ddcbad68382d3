import { createHash } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import { analyse, type Options } from './analyse.ts'
import type { Codebase, EarlierState } from './codebase.ts'
import { createRememberingParser, treeBytes, treesLimitBytes } from './remembering-parser.ts'
import { readCodeFacts, type CodeFacts } from './report/code-facts.ts'
import { toJson, type ReportData } from './report/json.ts'

export type EvidenceReport = { data: ReportData; facts: CodeFacts }
/** What the package registry was asked. */
export type Known = Pick<Options, 'packages' | 'packagesNotAssessed'>

/** Analyses, and remembers parsed files and the last reports: what it is asked again it answers at once. */
export class RememberingAnalyst {
  readonly #parse = createRememberingParser()
  #before: EarlierState | undefined
  readonly #reports = new Map<string, Buffer>()
  readonly #limitBytes: number
  #bytes = 0

  /** Keeps reports of at most `limitBytes` together, dropping those not asked for longest; default 16 MB. */
  constructor(limitBytes = 16_000_000) {
    this.#limitBytes = limitBytes
  }

  /** Never throws for what the files contain. */
  report(files: ReadonlyMap<string, string>, known: Known = {}): EvidenceReport {
    const key = keyOf(files, known)
    const before = this.#reports.get(key)
    if (before) {
      this.#keep(key, before)
      // It was written below.
      return deserialize(before) as EvidenceReport
    }
    const analysis = analyse(files, { parse: this.#parse, ...(this.#before && { before: this.#before }), ...known })
    this.#before = stateOf(analysis.codebase)
    const report = { data: toJson(analysis), facts: readCodeFacts(analysis) }
    this.#keep(key, serialize(report))
    return report
  }

  /** The text itself, or the equal one that is kept of this path anyway, so that it need not be kept twice. */
  sameText(path: string, text: string): string {
    const known = this.#before?.files.get(path)?.text
    return known === text ? known : text
  }

  #keep(key: string, report: Buffer): void {
    this.#forget(key)
    this.#reports.set(key, report)
    this.#bytes += report.length
    for (const oldest of this.#reports.keys()) {
      if (this.#bytes <= this.#limitBytes) break
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#reports.get(key)?.length ?? 0
    this.#reports.delete(key)
  }
}

/** What is worth keeping: of a codebase too large for its trees to be kept, nothing. */
function stateOf({ paths, files, sources, modules, meanings }: Codebase): EarlierState | undefined {
  const bytes = sources.values().reduce((sum, file) => sum + treeBytes(file), 0)
  return bytes > treesLimitBytes ? undefined : { paths, files, sources, modules, meanings }
}

/** Lengths keep texts apart; the order of the files is part of what is asked. */
function keyOf(files: ReadonlyMap<string, string>, known: Known): string {
  const lengths = Array.from(files, ([path, text]) => [path, text.length])
  const hash = createHash('sha256').update(JSON.stringify([known, lengths]))
  for (const text of files.values()) hash.update(text)
  return hash.digest('base64')
}
