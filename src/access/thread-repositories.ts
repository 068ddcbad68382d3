import type { Store } from '../db/open-store.ts'
import { threadRepositories } from '../db/schema.ts'

/** Keeps which repositories a thread has open, and at which commit each is read from now on. */
export async function rememberRepositories(
  store: Store,
  { teamId, channelId, threadTs }: { teamId: string; channelId: string; threadTs: string },
  repositories: readonly { fullName: string; sha: string }[],
  now: number,
): Promise<void> {
  if (repositories.length === 0) return
  await store.write(async (tx) => {
    for (const { fullName, sha } of repositories)
      await tx
        .insert(threadRepositories)
        .values({ teamId, channelId, threadTs, repository: fullName, sha, openedAt: now })
        .onConflictDoUpdate({
          target: [
            threadRepositories.teamId,
            threadRepositories.channelId,
            threadRepositories.threadTs,
            threadRepositories.repository,
          ],
          set: { sha },
        })
  })
}
