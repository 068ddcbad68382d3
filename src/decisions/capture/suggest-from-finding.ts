import { type DecisionDraft, emptyBody, type Statement } from '../decision.ts'

/** What a review found, as far as a decision can rest on it. */
export interface FindingFacts {
  rule: string
  title: string
  message: string
  why: string
  fix: { say: string; needs: readonly string[] }
  place: { path: string; line: number; url: string | undefined }
  /** `owner/name`. */
  repository: string | undefined
}

/** A record that follows from a finding: the problem with its place, the way out as the choice, and the rule as a check. */
export function suggestFromFinding(finding: FindingFacts, decider: string): DecisionDraft {
  const { title, message, why, fix, place, rule, repository } = finding
  const at = `${place.path}:${place.line}`
  const from = (text: string): Statement => ({
    text,
    source: place.url ? { kind: 'file', place: at, link: place.url } : { kind: 'inferred' },
  })
  const body = emptyBody(title)
  const option = fix.say.split(/(?<=\.)\s/)[0] ?? fix.say
  return {
    body: {
      ...body,
      context: [from(message)],
      options: [{ name: option, description: [], pros: [], neutral: [], cons: [] }],
      outcome: { option, justification: why === '' ? [] : [{ text: why, source: { kind: 'inferred' } }] },
      deciders: [decider],
      affects: {
        ...body.affects,
        paths: [place.path],
        packages: fix.needs.map((need) => need.replace(/(?<=.)@.*$/, '')),
      },
      repository,
    },
    // What only a model said cannot be checked by a rule.
    checks: rule.startsWith('model/') ? [] : [`rule ${rule} clean in ${folderOf(place.path)}`],
    reviewBy: undefined,
    supersedes: [],
  }
}

function folderOf(path: string): string {
  const folder = path.split('/').slice(0, -1).join('/')
  return folder === '' ? '**' : `${folder}/**`
}
