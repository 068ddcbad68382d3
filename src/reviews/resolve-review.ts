import { type CodeAudience, findVisibility } from '../access/visible-repository.ts'
import type { ChangedFile } from '../github/changed-files.ts'
import { fullNameOf, type Repository } from '../github/repository.ts'
import type { Resolved, ResolvedCode, ResolvedCommit, ResolvedCompare, ResolvedPull } from '../github/resolved.ts'
import type { CompareSide, GitHubTarget, Pin } from '../github/target.ts'
import type { CodeHost } from './code-host.ts'
import { findAddress } from './find-address.ts'
import type { ReviewTarget } from './review.ts'

/** A target with what is needed to read it. */
export interface ReviewSubject {
  target: ReviewTarget
  /** The changed files with their patches; empty for code as it is. */
  changed: readonly ChangedFile[]
  /** GitHub named only some of the changed files. */
  changedTruncated: boolean
  private: boolean
  /** It is the newest commit of the default branch. */
  isHead: boolean
  /** It names one commit and stays there, whatever is pushed. */
  isFixed: boolean
}

/**
 * Pins what a text asks to review, if this audience may see it; otherwise one sentence that reveals nothing of what is
 * hidden. Without an audience, whoever holds the credentials is the reader.
 */
export async function resolveReview(
  host: CodeHost,
  text: string,
  audience: CodeAudience | undefined,
  signal: AbortSignal,
): Promise<ReviewSubject | string> {
  const address = findAddress(host, text)
  if (typeof address === 'string') return address
  const visibility = audience ? await findVisibility(host, address, audience, signal) : undefined
  if (visibility?.kind === 'hidden') return visibility.sentence
  const known = visibility?.kind === 'visible' ? visibility.repository : undefined
  const resolved = await host.resolve(address, { known, signal })
  return resolved.ok ? toSubject(host, resolved.value, address) : resolved.problem.sentence
}

function toSubject(host: CodeHost, resolved: Resolved, address: GitHubTarget): ReviewSubject {
  const { repository } = resolved
  const code = { changed: [], changedTruncated: false, private: repository.private }
  if (resolved.kind === 'code')
    return {
      ...code,
      target: codeTarget(host, resolved),
      isHead: resolved.ref === repository.defaultBranch,
      isFixed: namesCommit(resolved),
    }
  const { files: changed, filesTruncated: changedTruncated } = resolved
  return { ...code, target: changeTarget(resolved, address), changed, changedTruncated, isHead: false, isFixed: false }
}

/** A fixed commit is a target of its own, and longer than a commit's short name, which stands for what it changed. */
function codeTarget(host: CodeHost, resolved: ResolvedCode): ReviewTarget {
  const { repository, pin, ref, path, lines } = resolved
  const fullName = fullNameOf(repository)
  const isFixed = namesCommit(resolved)
  const branch = isFixed || ref === repository.defaultBranch ? '' : `@${ref}`
  const name = isFixed ? `@${pin.sha.slice(0, 12)}` : branch
  const range = lines ? `#L${lines.start}${lines.end === lines.start ? '' : `-L${lines.end}`}` : ''
  return {
    pin,
    key: `${fullName.toLowerCase()}${name}${path === '' ? '' : `:${path}`}${range}`,
    label: `${fullName}${branch}${path === '' ? '' : ` ${path}`}${range}`,
    url: host.permalink(pin, path, lines),
    path,
    lines,
    change: undefined,
  }
}

function namesCommit({ pin, ref }: ResolvedCode): boolean {
  return ref.length >= 7 && pin.sha.startsWith(ref.toLowerCase())
}

function changeTarget(resolved: ResolvedCommit | ResolvedCompare | ResolvedPull, address: GitHubTarget): ReviewTarget {
  const fullName = fullNameOf(resolved.repository)
  const { name, page, title, base, pin } = describeChange(resolved, address)
  return {
    pin,
    key: `${fullName.toLowerCase()}${name}`,
    label: `${fullName}${name}`,
    url: `${resolved.repository.htmlUrl}/${page}`,
    path: '',
    lines: undefined,
    change: { baseSha: base?.sha ?? '', base, files: resolved.files.map(({ path }) => path), title },
  }
}

interface ChangeWords {
  name: string
  page: string
  title: string
  base: Pin | undefined
  pin: Pin
}

function describeChange(resolved: ResolvedCommit | ResolvedCompare | ResolvedPull, address: GitHubTarget): ChangeWords {
  switch (resolved.kind) {
    case 'commit': {
      const { pin, parents, message } = resolved
      const title = message.split('\n', 1)[0] ?? ''
      return { name: `@${pin.sha.slice(0, 7)}`, page: `commit/${pin.sha}`, title, base: parents[0], pin }
    }
    case 'compare': {
      const { head: pin, mergeBase: base, commits } = resolved
      const range = address.kind === 'compare' ? nameRange(address, resolved.repository) : `${base.sha}...${pin.sha}`
      const title = `${commits} ${commits === 1 ? 'commit' : 'commits'}`
      return { name: ` ${range}`, page: `compare/${base.sha}...${pin.sha}`, title, base, pin }
    }
    case 'pull': {
      const { number, title, head, mergeBase, base } = resolved
      const { owner, name } = resolved.repository
      const fork = mergeBase ?? { owner, name, sha: base.sha }
      return { name: `#${number}`, page: `pull/${number}`, title, base: fork, pin: { owner, name, sha: head.sha } }
    }
  }
}

function nameRange({ base, head }: { base?: CompareSide; head: CompareSide }, { defaultBranch }: Repository): string {
  const nameSide = ({ ref, owner }: CompareSide) => (owner ? `${owner}:${ref}` : ref)
  return `${base ? nameSide(base) : defaultBranch}...${nameSide(head)}`
}
