import type { CodeHost } from '../reviews/code-host.ts'
import type { OnProgress } from '../reviews/narrate.ts'
import { readReviewCode, type ReviewCode } from '../reviews/read-review-code.ts'
import { resolveReview, type ReviewSubject } from '../reviews/resolve-review.ts'
import type { ReviewOptions } from './review-options.ts'

/** Reads what a GitHub address names, with `base` what changed since; one sentence when it cannot be read. */
export async function readHostedCode(
  host: CodeHost,
  { target, base }: Pick<ReviewOptions, 'target' | 'base'>,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<ReviewCode | string> {
  const subject = await resolveReview(host, target, undefined, signal)
  if (typeof subject === 'string') return subject
  const compared = base === undefined ? subject : await compareWith(host, subject, base, signal)
  return typeof compared === 'string' ? compared : readReviewCode(host, compared, signal, onProgress)
}

async function compareWith(
  host: CodeHost,
  { target: { pin, change } }: ReviewSubject,
  base: string,
  signal: AbortSignal,
): Promise<ReviewSubject | string> {
  if (!pin || change) return 'That address is a change already: use --base with a repository, a branch or a folder.'
  const name = base.split('/').map(encodeURIComponent).join('/')
  const address = `${host.hosts.webOrigin}/${pin.owner}/${pin.name}/compare/${name}...${pin.sha}`
  return resolveReview(host, address, undefined, signal)
}
