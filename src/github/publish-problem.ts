import { explainFailure } from './explain-failure.ts'
import { readRateLimit } from './plan-retry.ts'
import type { ProblemFacts } from './problem.ts'
import { describeProblem } from './sentences.ts'
import type { Written } from './send-write.ts'
import type { RepositoryRef } from './target.ts'

/** Why nothing was published, with one sentence a person can act on. */
export interface PublishProblem {
  kind: 'no-write-access' | 'protected' | 'other-base' | 'archived' | 'changed-meanwhile' | 'unreadable'
  sentence: string
}

type WriteFailure = Extract<Written<never>, { ok: false }>['failure']

/** A problem met while reading, as one of publishing. */
export function fromRead(problem: { sentence: string }): PublishProblem {
  return { kind: 'unreadable', sentence: problem.sentence }
}

export function noWriteAccess({ owner, name }: RepositoryRef): PublishProblem {
  return {
    kind: 'no-write-access',
    sentence: `I can read ${owner}/${name} but may not write to it. Whoever runs me can allow it: my token or GitHub App needs "Contents" and "Pull requests" as read and write for that repository.`,
  }
}

export function noCredentials({ owner, name }: RepositoryRef): PublishProblem {
  return {
    kind: 'no-write-access',
    sentence: `I can read ${owner}/${name} but have nothing to sign in to GitHub with, so I may not write to it. Whoever runs me can set GITHUB_TOKEN, or use a GitHub App, with "Contents" and "Pull requests" as read and write for that repository.`,
  }
}

export function archived({ owner, name }: RepositoryRef): PublishProblem {
  return { kind: 'archived', sentence: `${owner}/${name} is archived, so nothing can be written to it.` }
}

/** Our request is still open towards a branch that is not the default one any more: its branch must not be built anew. */
export function otherBase(
  { number, base, url }: { number: number; base: string; url: string },
  defaultBranch: string,
): PublishProblem {
  return {
    kind: 'other-base',
    sentence: `${url} (#${number}) is still open towards ${base}, while the default branch is ${defaultBranch} now. Merge it, close it, or change its base to ${defaultBranch}, then try again.`,
  }
}

function changedMeanwhile({ owner, name }: RepositoryRef, branch: string): PublishProblem {
  return {
    kind: 'changed-meanwhile',
    sentence: `Somebody else has just changed ${branch} in ${owner}/${name}. Try again.`,
  }
}

/** Says what a refused write means. A repository that could be read and answers 404 to a write may not be written to. */
export function explainRefusal(
  failure: WriteFailure,
  repository: RepositoryRef,
  branch: string,
  now: number,
): PublishProblem {
  const { owner, name } = repository
  if (failure.kind === 'foreign-redirect') return unreadable(failure)
  const limit = readRateLimit(failure, now)
  if (limit)
    return unreadable({
      kind: 'rate-limited',
      scope: limit.scope,
      retryAt: new Date(limit.retryAtMs),
      anonymous: false,
    })
  if (failure.kind === 'status') {
    const { status, message } = failure
    if (/archived/i.test(message)) return archived(repository)
    if (isProtected(message))
      return {
        kind: 'protected',
        sentence: `A rule of ${owner}/${name} protects the branch ${branch}, so I can't write it. Somebody who administers the repository can let me past that rule.`,
      }
    if (status === 401 || status === 403 || status === 404) return noWriteAccess(repository)
    if (/fast forward|already exists/i.test(message)) return changedMeanwhile(repository, branch)
  }
  return unreadable(explainFailure(failure, { route: 'GET /', missing: { kind: 'unavailable' } }))
}

function isProtected(message: string): boolean {
  return /rule violations|protected (?:branch|ref)|creations being restricted/i.test(message)
}

function unreadable(facts: ProblemFacts): PublishProblem {
  return { kind: 'unreadable', sentence: describeProblem(facts) }
}
