import { type CodeAudience, findVisibility } from '../access/visible-repository.ts'
import type { ProjectFacts } from '../evidence/facts/project.ts'
import type { ChangedFile } from '../github/changed-files.ts'
import type { FileEntry } from '../github/file-tree.ts'
import { fullNameOf } from '../github/repository.ts'
import type { Resolved, ResolvedCode } from '../github/resolved.ts'
import type { GitHubTarget, LineRange, Pin } from '../github/target.ts'
import type { CodeHost } from './code-host.ts'
import { readProjectAt } from './read-project-at.ts'

/** A repository a thread reads, at one commit. */
export interface OpenRepository {
  fullName: string
  pin: Pin
  project: ProjectFacts
  files: readonly FileEntry[]
  /** GitHub lists only part of very large repositories. */
  truncated: boolean
}

/** Something a message linked to, as it was read. */
export type Opened =
  | { kind: 'file'; fullName: string; path: string; lines: LineRange | undefined; text: string; url: string }
  | { kind: 'folder'; fullName: string; path: string; files: readonly FileEntry[]; truncated: boolean; url: string }
  | {
      kind: 'change'
      fullName: string
      title: string
      body: string
      files: readonly ChangedFile[]
      truncated: boolean
      url: string
    }
  | { kind: 'unread'; sentence: string }

export interface OpenedLink {
  opened: Opened
  repository: OpenRepository | undefined
}

/** Reads what a link points at, if this audience may see it. Whatever cannot be read becomes one sentence. */
export async function openLink(
  host: CodeHost,
  target: GitHubTarget,
  audience: CodeAudience,
  signal: AbortSignal,
): Promise<OpenedLink> {
  const unread = (sentence: string): OpenedLink => ({ opened: { kind: 'unread', sentence }, repository: undefined })
  const visibility = await findVisibility(host, target, audience, signal)
  if (visibility.kind === 'hidden') return unread(visibility.sentence)
  const known = visibility.kind === 'visible' ? visibility.repository : undefined
  const resolved = await host.resolve(target, { known, signal })
  if (!resolved.ok) return unread(resolved.problem.sentence)
  const repository = await openRepository(host, resolved.value, signal)
  return { opened: await openResolved(host, resolved.value, repository, signal), repository }
}

/** Opens a repository by name at a commit already chosen, or at its default branch; undefined when it may not or cannot be read. */
export async function reopenRepository(
  host: CodeHost,
  known: { fullName: string; sha?: string },
  audience: CodeAudience,
  signal: AbortSignal,
): Promise<OpenRepository | undefined> {
  const [owner = '', name = ''] = known.fullName.split('/')
  const found = await host.repository({ owner, name }, { signal })
  if (!found.ok) return undefined
  const fullName = fullNameOf(found.value)
  if (!(await audience.mayRead({ fullName, private: found.value.private }))) return undefined
  if (known.sha)
    return readProjectAt(host, fullName, { owner: found.value.owner, name: found.value.name, sha: known.sha }, signal)
  const head = await host.resolveHead({ owner, name }, { signal })
  return head.ok && head.value.kind === 'code' ? readProjectAt(host, fullName, head.value.pin, signal) : undefined
}

function openRepository(host: CodeHost, resolved: Resolved, signal: AbortSignal): Promise<OpenRepository | undefined> {
  return readProjectAt(host, fullNameOf(resolved.repository), pinOf(resolved), signal)
}

async function openResolved(
  host: CodeHost,
  resolved: Resolved,
  repository: OpenRepository | undefined,
  signal: AbortSignal,
): Promise<Opened> {
  const fullName = fullNameOf(resolved.repository)
  if (resolved.kind === 'code') return openCode(host, resolved, repository, signal)
  const url = host.permalink(pinOf(resolved), '')
  const { files, filesTruncated: truncated } = resolved
  const change = { kind: 'change' as const, fullName, files, truncated, url }
  switch (resolved.kind) {
    case 'commit':
      return {
        ...change,
        title: `Commit ${resolved.pin.sha.slice(0, 7)} by ${resolved.author}`,
        body: resolved.message,
      }
    case 'compare':
      return {
        ...change,
        title: `${resolved.commits} commits, ${shortRange(resolved.mergeBase, resolved.head)}`,
        body: '',
      }
    case 'pull':
      return {
        ...change,
        title: `Pull request #${resolved.number} (${resolved.state}): ${resolved.title}`,
        body: resolved.body,
      }
  }
}

async function openCode(
  host: CodeHost,
  { repository, pin, path, lines }: ResolvedCode,
  open: OpenRepository | undefined,
  signal: AbortSignal,
): Promise<Opened> {
  const fullName = fullNameOf(repository)
  const url = host.permalink(pin, path, lines)
  const file = path === '' ? undefined : await host.readFile(pin, path, { signal })
  if (file?.ok) return { kind: 'file', fullName, path: file.value.path, lines, text: file.value.text, url }
  if (file && file.problem.kind !== 'directory') return { kind: 'unread', sentence: file.problem.sentence }
  if (path === '' && open) return { kind: 'folder', fullName, path, files: open.files, truncated: open.truncated, url }
  const listed = await host.listFiles(pin, { path, signal })
  if (!listed.ok) return { kind: 'unread', sentence: listed.problem.sentence }
  return { kind: 'folder', fullName, path, ...listed.value, url }
}

function pinOf(resolved: Resolved): Pin {
  return resolved.kind === 'code' || resolved.kind === 'commit' ? resolved.pin : resolved.head
}

function shortRange(base: Pin, head: Pin): string {
  return `${base.sha.slice(0, 7)}...${head.sha.slice(0, 7)}`
}
