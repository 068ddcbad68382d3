import type { ProblemFacts } from './problem.ts'
import type { SnapshotCoverage } from './snapshot.ts'

type Sentences = { [Kind in ProblemFacts['kind']]: (problem: Extract<ProblemFacts, { kind: Kind }>) => string }

const sentences: Sentences = {
  'not-found': (it) =>
    `I can't read ${place(it)}: it does not exist, or I have no access to it. Check the link, or give me access to that repository.`,
  'no-such-ref': (it) =>
    `${place(it)} has no branch, tag or commit called ${it.ref}. It may have been deleted; link one that exists.`,
  'no-such-commit': (it) => `${place(it)} has no commit ${it.sha}. Check the link.`,
  'no-such-comparison': (it) =>
    `${place(it)} can't compare ${it.base} with ${it.head}: one of them does not exist, or they share no history.`,
  'no-such-pull': (it) => `${place(it)} has no pull request #${it.number}. Check the number.`,
  'empty-repository': (it) => `${place(it)} has no commits yet, so there is nothing to read.`,
  'too-large-repository': (it) =>
    `The archive of ${place(it)} is larger than ${size(it.maxBytes)}, which is as much as I download. Link a folder or a file instead.`,
  'other-host': (it) => `That link is on ${it.host}, and I am set up to read ${it.ownHost} only.`,
  'rate-limited': describeRateLimit,
  unauthorised: () =>
    'GitHub refused my credentials. Whoever runs me should check GITHUB_TOKEN or the GitHub App settings.',
  unavailable: (it) =>
    `GitHub is not answering properly${it.status ? ` (status ${it.status})` : ''}. Try again in a few minutes.`,
  'timed-out': () => 'GitHub did not answer in time. Try again in a few minutes.',
  'foreign-redirect': (it) =>
    `GitHub pointed me to ${it.host}, which I do not follow. Whoever runs me should check GITHUB_API_URL.`,
  missing: (it) => `There is no ${it.path} at that commit.`,
  directory: (it) => `${it.path || 'That path'} is a folder. Name a file in it.`,
  binary: (it) => `${it.path} is a binary file (${size(it.sizeBytes)}), so I can't read it as text.`,
  'not-utf8': (it) => `${it.path} is not UTF-8 text (${size(it.sizeBytes)}), so I can't quote it faithfully.`,
  'too-large': (it) => `${it.path} is ${size(it.sizeBytes)}, and I read files up to ${size(it.maxBytes)}.`,
  'lfs-pointer': (it) =>
    `${it.path} is kept in Git LFS (${size(it.sizeBytes)}); the repository holds only a pointer to it.`,
  submodule: (it) => `${it.path} is a submodule at ${it.sha.slice(0, 7)}. Link the repository it comes from.`,
  symlink: (it) => `${it.path} is a symbolic link to ${it.target}.`,
}

/** The one sentence for each expected failure: what happened and what to do, as plain text. */
export function describeProblem(problem: ProblemFacts): string {
  // TypeScript can't see that the entry found by a problem's kind takes that very problem.
  const describe = sentences[problem.kind] as (problem: ProblemFacts) => string
  return describe(problem)
}

/** What a snapshot left out, in one sentence; undefined when every regular file was read. */
export function describeCoverage(coverage: SnapshotCoverage): string | undefined {
  const { skipped, stoppedBy } = coverage
  const parts = [
    skipped.tooLarge.length > 0 && `${counted(skipped.tooLarge.length, 'file')} over the size limit`,
    skipped.unsafePath > 0 && `${counted(skipped.unsafePath, 'file')} with an unsafe path`,
    stoppedBy === 'entries' && 'everything after the limit on the number of files',
    stoppedBy === 'unpacked-bytes' && 'everything after the limit on unpacked size',
  ].filter((part) => part !== false)
  return parts.length > 0 ? `Not read: ${parts.join('; ')}.` : undefined
}

function describeRateLimit(problem: Extract<ProblemFacts, { kind: 'rate-limited' }>): string {
  const roundedUp = new Date(Math.ceil(problem.retryAt.getTime() / 60_000) * 60_000)
  const when = `${roundedUp.toISOString().slice(11, 16)} UTC`
  if (problem.scope === 'secondary') return `GitHub asked me to slow down. Try again after ${when}.`
  const hint = problem.anonymous ? ' A GitHub token or App would raise the limit.' : ''
  return `I have used up GitHub's hourly request limit until ${when}. Try again then.${hint}`
}

function place({ owner, name }: { owner: string; name: string }): string {
  return `${owner}/${name}`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${Number((bytes / 1_000_000).toFixed(1))} MB`
}
