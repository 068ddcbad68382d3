import type { Outcome } from '../github/outcome.ts'
import type { CallOptions } from '../github/question.ts'
import type { Repository } from '../github/repository.ts'
import type { GitHubTarget, RepositoryRef } from '../github/target.ts'
import { mayRead } from './repository-links.ts'

/** Who would hear what is read. */
export interface CodeAudience {
  mayRead(repository: { fullName: string; private: boolean }): Promise<boolean>
}

/** Those who read a channel. Its links are listed each time it is asked: GitHub may just have told a new name. */
export function audienceOf(listLinked: () => Promise<readonly string[]>, shared: boolean): CodeAudience {
  return { mayRead: async (repository) => mayRead(repository, { linked: await listLinked(), shared }) }
}

export interface RepositoryHost {
  /** Where people look at code, such as https://github.com. */
  readonly hosts: { webOrigin: string }
  repository(ref: RepositoryRef, options?: CallOptions): Promise<Outcome<Repository>>
}

/** `hidden` also when the host cannot say now; `unknown` when it is on another host: whoever asks on is told why. */
export type Visibility =
  | { kind: 'visible'; repository: Repository }
  | { kind: 'hidden'; sentence: string }
  | { kind: 'unknown' }

/**
 * Whether this audience may see what a link leads to. Missing and private read the same, and nothing about the inside
 * of a repository may be asked before this says that it is visible.
 */
export async function findVisibility(
  host: RepositoryHost,
  target: GitHubTarget,
  audience: CodeAudience,
  signal: AbortSignal,
): Promise<Visibility> {
  if (new URL(host.hosts.webOrigin).host !== target.host) return { kind: 'unknown' }
  const hidden = { kind: 'hidden', sentence: hiddenRepository(`${target.owner}/${target.name}`) } as const
  const found = await host.repository(target, { signal })
  // Asked again it might answer, and then nobody would have asked who may see it.
  if (!found.ok)
    return found.problem.kind === 'not-found' ? hidden : { kind: 'hidden', sentence: found.problem.sentence }
  const { owner, name, private: isPrivate } = found.value
  const maySee = await audience.mayRead({ fullName: `${owner}/${name}`, private: isPrivate })
  return maySee ? { kind: 'visible', repository: found.value } : hidden
}

/** The same words whether it does not exist or is private, so that nobody learns which. */
export function hiddenRepository(fullName: string): string {
  return `I cannot read ${fullName} here: it does not exist, or it is private and not linked to this channel. An admin links it with \`/architect link ${fullName}\`.`
}
