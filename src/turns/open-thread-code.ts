import { asc } from 'drizzle-orm'
import { listLinkedRepositories } from '../access/repository-links.ts'
import { rememberRepositories } from '../access/thread-repositories.ts'
import { audienceOf, type CodeAudience } from '../access/visible-repository.ts'
import type { Store } from '../db/open-store.ts'
import { threadRepositories } from '../db/schema.ts'
import { inThread } from './in-thread.ts'
import type { CodeHost } from './code-host.ts'
import type { ThreadAddress } from './inbound.ts'
import { type Opened, openLink, type OpenRepository, reopenRepository } from './open-code.ts'

export interface ThreadCode {
  opened: Opened[]
  /** What the tools may read, each once, newest link first. */
  repositories: OpenRepository[]
  /** Those of them that a new message linked and the thread had not open before. */
  newlyLinked: OpenRepository[]
}

const linkLimit = 8
const repositoryLimit = 4

/**
 * Opens what new messages link to, then what the thread had open, and with neither the repositories linked to the channel.
 * Which commit a repository is read at stays the same for the whole thread until somebody links another one.
 */
export async function openThreadCode(
  { store, code, privateCode, now }: { store: Store; code: CodeHost; privateCode: boolean; now: () => number },
  thread: ThreadAddress,
  request: { text: string; shared: boolean },
  signal: AbortSignal,
): Promise<ThreadCode> {
  const listLinked = () => listLinkedRepositories(store, thread)
  const audience = audienceOf(listLinked, request.shared || !privateCode)
  const targets = code.findLinks(request.text)
  const links = await Promise.all(targets.slice(0, linkLimit).map((target) => openLink(code, target, audience, signal)))
  const opened = links.map((link) => link.opened)
  if (targets.length > linkLimit)
    opened.push({
      kind: 'unread',
      sentence: `${targets.length - linkLimit} more links: I read ${linkLimit} at a time.`,
    })
  const earlier = await listEarlier(store, thread)
  const defaults = (await listLinked()).map((fullName) => ({ fullName }))
  const linkedNow = uniqueByName(links.flatMap((link) => link.repository ?? []))
  const repositories = uniqueByName([
    ...linkedNow,
    ...(await reopen(code, earlier.length > 0 ? earlier : defaults, audience, signal)),
  ])
  const pinned = repositories.map(({ fullName, pin }) => ({ fullName, sha: pin.sha }))
  await rememberRepositories(store, thread, pinned, now())
  return {
    opened,
    repositories: repositories.slice(0, repositoryLimit),
    newlyLinked: withoutKnown(linkedNow, earlier),
  }
}

interface KnownRepository {
  fullName: string
  sha?: string
}

async function listEarlier(store: Store, thread: ThreadAddress): Promise<KnownRepository[]> {
  const rows = await store.read
    .select()
    .from(threadRepositories)
    .where(inThread(threadRepositories, thread))
    .orderBy(asc(threadRepositories.openedAt), asc(threadRepositories.repository))
  return rows.map(({ repository, sha }) => ({ fullName: repository, sha }))
}

async function reopen(
  code: CodeHost,
  known: readonly KnownRepository[],
  audience: CodeAudience,
  signal: AbortSignal,
): Promise<OpenRepository[]> {
  const open = await Promise.all(
    known.slice(0, repositoryLimit).map((each) => reopenRepository(code, each, audience, signal)),
  )
  return open.filter((repository) => repository !== undefined)
}

function withoutKnown(repositories: readonly OpenRepository[], known: readonly KnownRepository[]): OpenRepository[] {
  const names = new Set(known.map(({ fullName }) => fullName.toLowerCase()))
  return repositories.filter(({ fullName }) => !names.has(fullName.toLowerCase()))
}

function uniqueByName(repositories: readonly OpenRepository[]): OpenRepository[] {
  const seen = new Set<string>()
  return repositories.filter(({ fullName }) => {
    const name = fullName.toLowerCase()
    return !seen.has(name) && seen.add(name)
  })
}
