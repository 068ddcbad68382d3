import type { TurnDeps } from './deps.ts'
import { waitBriefly } from './gate/wait-briefly.ts'
import type { ThreadCode } from './open-thread-code.ts'
import { type CodeEvidence, readFindings } from './read-findings.ts'

const limitMs = 10_000

/** What the rules find in the code a question is about; undefined when they fail or take more than ten seconds. Never rejects. */
export async function gatherEvidence(
  { code: host, analyst, log }: Pick<TurnDeps, 'code' | 'analyst' | 'log'>,
  code: Pick<ThreadCode, 'opened' | 'repositories'>,
  question: string,
  signal: AbortSignal,
): Promise<CodeEvidence | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  const reading = readFindings(host, analyst, code, question, limit).catch((error: unknown) => {
    if (!limit.aborted) log.warn({ err: error }, 'no findings for an answer')
    return undefined
  })
  return waitBriefly(reading, limitMs, signal)
}
