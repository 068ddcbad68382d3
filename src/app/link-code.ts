import { type ChannelAddress, linkRepository } from '../access/repository-links.ts'
import type { Store } from '../db/open-store.ts'
import type { GitHub } from '../github/github.ts'
import { findAddress } from '../reviews/find-address.ts'

/** Links the repository that an address leads to, under the name GitHub gives it; or one sentence that says why not. */
export async function linkCode(
  { store, github, privateCode, now }: { store: Store; github: GitHub; privateCode: boolean; now: () => number },
  channel: ChannelAddress,
  { address, userId }: { address: string; userId: string },
): Promise<{ linked: string } | { refused: string }> {
  const target = findAddress(github, address)
  if (typeof target === 'string') return { refused: target }
  const found = await github.repository(target)
  if (!privateCode && (!found.ok || found.value.private))
    return { refused: publicCodeOnly(`${target.owner}/${target.name}`.toLowerCase()) }
  if (!found.ok) return { refused: found.problem.sentence }
  const fullName = `${found.value.owner}/${found.value.name}`.toLowerCase()
  await linkRepository(store, channel, fullName, userId, now())
  return { linked: fullName }
}

const publicCodeOnly = (repository: string) =>
  `I serve many workspaces and read public code only, and \`${repository}\` is not public, or not there. For private code, run an Architect of your own.`
