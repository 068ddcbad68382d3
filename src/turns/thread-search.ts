import type { ThreadHit, ThreadSearch } from '../agent/tools/search-threads.ts'
import type { TurnDeps } from './deps.ts'
import { architectId } from './inbound.ts'
import { type Audience, type MessageHit, searchMessages } from './search-threads.ts'

const hitLimit = 10
/** Which channels are open is asked again before something said in one is told elsewhere. */
const channelFreshMs = 60_000

export interface VisibleThreads extends ThreadSearch {
  /** What was said of a question in other threads, best first, three at most. */
  findElsewhere(question: string, threadTs: string): Promise<{ where: string; url: string; text: string }[]>
}

/** Searches what this audience may see, and links every hit. */
export function createThreadSearch(deps: Pick<TurnDeps, 'store' | 'workplace'>, audience: Audience): VisibleThreads {
  const find = async (question: string): Promise<MessageHit[]> => {
    const { shared } = await deps.workplace.channel(audience.teamId, audience.channelId, channelFreshMs)
    return searchMessages(deps.store, { ...audience, shared: audience.shared || shared }, question, hitLimit)
  }
  const link = (hit: MessageHit) => deps.workplace.permalink({ ...hit, teamId: audience.teamId })
  return {
    searchThreads: async (query) => ({
      ok: true,
      value: (await Promise.all((await find(query)).map((hit) => toThreadHit(hit, deps, audience, link)))).flat(),
    }),
    findElsewhere: async (question, threadTs) => {
      const hits = (await find(question)).filter((hit) => hit.threadTs !== threadTs && isStatement(hit)).slice(0, 3)
      const linked = await Promise.all(hits.map(async (hit) => ({ hit, url: await link(hit) })))
      return linked.flatMap(({ hit, url }) =>
        url ? [{ where: hit.channelName ? `#${hit.channelName}` : 'here', url, text: hit.text }] : [],
      )
    },
  }
}

/** What a person said and did not only ask: nobody learns from a question that was put before. */
function isStatement({ authorId, text }: MessageHit): boolean {
  const words = text.replaceAll(/<[^<>\s]+>|https?:\/\/\S+/g, ' ').trim()
  return authorId !== architectId && !words.endsWith('?') && words.split(/\s+/).length >= 5
}

async function toThreadHit(
  hit: MessageHit,
  { workplace }: Pick<TurnDeps, 'workplace'>,
  { teamId }: Audience,
  link: (hit: MessageHit) => Promise<string | undefined>,
): Promise<ThreadHit[]> {
  const permalink = await link(hit)
  if (!permalink) return []
  const name = await workplace.personName(teamId, hit.authorId)
  const title = hit.channelName ? `${name} in #${hit.channelName}` : name
  return [{ title, when: new Date(Number(hit.ts) * 1000), text: hit.text, permalink }]
}
