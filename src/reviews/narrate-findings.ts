import type { ReportData } from '../evidence/report/json.ts'
import type { KnownFinding, Past } from './compare-reviews.ts'
import type { FindingException } from './exceptions.ts'
import { listMembers } from './members.ts'
import type { Narrate, Narrative, OnProgress } from './narrate.ts'
import { isInside, type ReviewCode } from './read-review-code.ts'
import type { ExceptedFinding, Place, ReviewFinding } from './review.ts'
import type { ReviewRequest } from './run-review.ts'

export interface Ground {
  evidence: ReportData
  findings: readonly ReviewFinding[]
  excepted: readonly ExceptedFinding[]
  past: Past | undefined
  exceptions: readonly FindingException[]
}

/** Lets the model narrate what rules found, where the review asked for it; what rules found is all in the result. */
export async function narrateFindings(
  { code, depth, ...asked }: ReviewRequest,
  narrate: Narrate | undefined,
  { evidence, findings, excepted, past, exceptions }: Ground,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Narrative | undefined> {
  if (!narrate || depth === 'facts' || signal.aborted) return undefined
  const { target, texts: repository } = code
  const narrative = await narrate(
    {
      ...asked,
      target,
      depth,
      files: new Map([...repository].filter(([path]) => isInside(target, path))),
      repository,
      evidence,
      findings,
      excepted: new Set([...namesOf(excepted.map(({ finding }) => finding)), ...namesIn(exceptions)]),
      known: new Set([...namesOf(pastFindings(past)), ...namesIn(exceptions)]),
      ...(target.change && { originOf: (place: Place) => findOrigin(code, place) }),
    },
    onProgress,
    signal,
  )
  return { ...narrative, findings: keepAll(narrative.findings, findings) }
}

function namesOf(findings: readonly KnownFinding[]): string[] {
  return namesIn(findings.flatMap((finding) => listMembers(finding)))
}

function namesIn(things: readonly { fingerprint: string }[]): string[] {
  return things.map(({ fingerprint }) => fingerprint)
}

function pastFindings(past: Past | undefined): KnownFinding[] {
  return past ? [...past.findings, ...past.excepted.map(({ finding }) => finding)] : []
}

/** A place of a change is new when its first line was nowhere in the file before. */
function findOrigin({ target, texts, base }: ReviewCode, { path, line }: Place): ReviewFinding['origin'] {
  const text = texts.get(path)?.split('\n')[line - 1]?.trim() ?? ''
  const before = base?.get(path)?.split('\n') ?? []
  const isNew = target.change?.files.includes(path) && !before.some((row) => row.trim() === text)
  return isNew ? 'new' : 'touched'
}

/** A model may rank what rules found and explain it, but not make it disappear. */
function keepAll(narrated: readonly ReviewFinding[], byRules: readonly ReviewFinding[]): ReviewFinding[] {
  const said = new Set(namesIn(narrated))
  return [...narrated, ...byRules.filter(({ fingerprint }) => !said.has(fingerprint))]
}
