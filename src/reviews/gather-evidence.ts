import type { CodeFacts } from '../evidence/report/code-facts.ts'
import type { ReportData } from '../evidence/report/json.ts'
import { listFactsFindings, listSuppressed } from './facts-findings.ts'
import type { OnProgress } from './narrate.ts'
import type { ReviewPorts } from './ports.ts'
import type { ReviewCode } from './read-review-code.ts'
import type { ExceptedFinding, ReviewFinding } from './review.ts'
import { stopped, untilStopped } from './until-stopped.ts'

/** What rules say of the code, and of a change what they did not say of its base. */
export interface Gathered {
  evidence: ReportData | undefined
  findings: readonly ReviewFinding[]
  suppressed: readonly ExceptedFinding[]
  /** What decisions are checked against; of a change also before it. */
  facts: CodeFacts | undefined
  baseFacts: CodeFacts | undefined
}

/** Runs the rules over the code and its base; without a result when stopped on the way. */
export async function gatherEvidence(
  { target, texts, base }: ReviewCode,
  { analyst, readPackages, permalink }: ReviewPorts,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Gathered> {
  const nothing = { evidence: undefined, findings: [], suppressed: [], facts: undefined, baseFacts: undefined }
  const packages = await untilStopped(signal, async () => {
    if (!readPackages) return undefined
    onProgress({ step: 'packages', done: 0, total: undefined })
    return readPackages(texts, signal)
  })
  if (packages === stopped) return nothing
  onProgress({ step: 'parse', done: 0, total: texts.size })
  const analysed = await untilStopped(signal, () => analyst.analyse(texts, packages?.advice, packages?.notAssessed))
  if (analysed === stopped) return nothing
  onProgress({ step: 'parse', done: texts.size, total: texts.size })
  const before =
    base &&
    (await untilStopped(signal, () => {
      onProgress({ step: 'base', done: 0, total: base.size })
      return analyst.analyse(base, packages?.advice, packages?.notAssessed)
    }))
  // Without its base nobody can say what a change brings.
  if (before === stopped) return nothing
  const findUrl = permalink ?? (() => undefined)
  const findings = listFactsFindings(target, analysed.data.findings, before?.data.findings, findUrl)
  const suppressed = listSuppressed(target, analysed.data.findings, findUrl)
  return { evidence: analysed.data, findings, suppressed, facts: analysed.facts, baseFacts: before?.facts }
}
