import { and, eq, inArray } from 'drizzle-orm'
import type { Store } from '../db/open-store.ts'
import { channels, people } from '../db/schema.ts'
import { readFailure } from './delivery/slack-failure.ts'
import type { Installations } from './installations.ts'
import {
  type Channel,
  channelAnswer,
  channelsAnswer,
  isSharedChannel,
  type Person,
  personAnswer,
  readKind,
  readStanding,
} from './read-directory.ts'

type Client = NonNullable<Awaited<ReturnType<Installations['find']>>>['clients']['interactive']

const freshForMs = 60 * 60_000
/** How long a list of public channels counts. */
const openForMs = 60_000
/** A page has up to a thousand channels; what stands on none of them does not count as public. */
const pageLimit = 5

/** What Slack says about channels and people, asked at most once an hour unless told otherwise and kept in the database. */
export class Directory {
  readonly #store: Store
  readonly #installations: Installations
  readonly #now: () => number
  readonly #confirmed = new Map<string, { at: number; done: Promise<boolean> }>()

  constructor(store: Store, installations: Installations, now: () => number) {
    this.#store = store
    this.#installations = installations
    this.#now = now
  }

  /** A channel as Slack describes it. While Slack does not, it counts as private and shared: the narrowest audience. */
  async channel(teamId: string, channelId: string, freshMs = freshForMs): Promise<Channel> {
    const where = and(eq(channels.teamId, teamId), eq(channels.channelId, channelId))
    const [known] = await this.#store.read.select().from(channels).where(where)
    if (known && known.fetchedAt > this.#now() - freshMs) return known
    const answer = await this.#ask(teamId, (client) => client.conversations.info({ channel: channelId }))
    const parsed = channelAnswer.safeParse(answer)
    const kind = known?.kind === 'direct' ? 'direct' : 'private'
    if (!parsed.success) return { teamId, channelId, name: known?.name ?? '', kind, shared: true, fetchedAt: 0 }
    const { channel } = parsed.data
    const row: Channel = {
      teamId,
      channelId,
      name: channel.name ?? '',
      kind: readKind(channel),
      shared: isSharedChannel(channel),
      fetchedAt: this.#now(),
    }
    await this.#store.write(async (tx) => {
      await tx
        .insert(channels)
        .values(row)
        .onConflictDoUpdate({ target: [channels.teamId, channels.channelId], set: row })
    })
    return row
  }

  /**
   * Makes sure that a channel that is kept as public is one: everybody in the workspace, and nobody else, can open it.
   * Slack is asked at most once a minute; while it does not answer, no channel counts as public.
   */
  async confirmOpen(teamId: string): Promise<void> {
    const known = this.#confirmed.get(teamId)
    const asked =
      known && known.at > this.#now() - openForMs ? known : { at: this.#now(), done: this.#closeOthers(teamId) }
    this.#confirmed.set(teamId, asked)
    const isConfirmed = await asked.done.catch((error: unknown) => {
      this.#confirmed.delete(teamId)
      throw error
    })
    if (!isConfirmed) this.#confirmed.delete(teamId)
  }

  /** The channels somebody is in, as far as the bot sees them; none while Slack does not say. */
  async channelsOf(teamId: string, userId: string): Promise<string[]> {
    const listed = await this.#listChannels(teamId, (client, cursor) =>
      client.users.conversations({ user: userId, types: 'public_channel,private_channel', limit: 1000, cursor }),
    )
    return (listed ?? []).flatMap(({ id }) => id ?? [])
  }

  /** Whether the bot is in a channel now; false when Slack does not show it to us. */
  async isMember(teamId: string, channelId: string): Promise<boolean> {
    const answer = await this.#ask(teamId, (client) => client.conversations.info({ channel: channelId }))
    const parsed = channelAnswer.safeParse(answer)
    return parsed.success && (parsed.data.channel.is_member ?? parsed.data.channel.is_im ?? false)
  }

  /** Somebody's name, or their id where Slack does not say at once: nobody waits for a name. */
  async personName(teamId: string, userId: string): Promise<string> {
    return (await this.person(teamId, userId, freshForMs, 'background')).name
  }

  /** A person's name and what they are to the workspace; of unknown standing and without rights while Slack does not say. */
  async person(
    teamId: string,
    userId: string,
    freshMs = freshForMs,
    which: 'interactive' | 'background' = 'interactive',
  ): Promise<Person> {
    const where = and(eq(people.teamId, teamId), eq(people.userId, userId))
    const [known] = await this.#store.read.select().from(people).where(where)
    if (known && known.fetchedAt > this.#now() - freshMs) return known
    const answer = await this.#ask(teamId, (client) => client.users.info({ user: userId }), which)
    const parsed = personAnswer.safeParse(answer)
    if (!parsed.success)
      return { teamId, userId, name: known?.name ?? userId, isAdmin: false, standing: 'unknown', fetchedAt: 0 }
    const { user } = parsed.data
    const standing = readStanding(user, teamId)
    const row = {
      teamId,
      userId,
      name: user.profile?.display_name || user.real_name || user.name || userId,
      // An admin of another company is none here.
      isAdmin: standing === 'member' && Boolean(user.is_admin || user.is_owner),
      standing,
      fetchedAt: this.#now(),
    }
    await this.#store.write(async (tx) => {
      await tx
        .insert(people)
        .values(row)
        .onConflictDoUpdate({ target: [people.teamId, people.userId], set: row })
    })
    return row
  }

  /** A person's time zone by its IANA name; undefined when Slack does not tell. */
  async zone(teamId: string, userId: string): Promise<string | undefined> {
    const answer = await this.#ask(teamId, (client) => client.users.info({ user: userId }))
    const parsed = personAnswer.safeParse(answer)
    return parsed.success ? parsed.data.user.tz : undefined
  }

  async #closeOthers(teamId: string): Promise<boolean> {
    const listed = await this.#listChannels(teamId, (client, cursor) =>
      client.conversations.list({ types: 'public_channel', limit: 1000, cursor }),
    )
    const open = new Set(
      (listed ?? []).flatMap((channel) =>
        channel.id !== undefined && readKind(channel) === 'public' && !isSharedChannel(channel) ? [channel.id] : [],
      ),
    )
    const rows = await this.#store.read.select().from(channels).where(eq(channels.teamId, teamId))
    const isOpen = ({ kind, shared }: Channel) => kind === 'public' && !shared
    const idsOf = (wanted: (row: Channel) => boolean) => rows.filter(wanted).map(({ channelId }) => channelId)
    const closing = idsOf((row) => isOpen(row) && !open.has(row.channelId))
    const opening = idsOf((row) => !isOpen(row) && open.has(row.channelId))
    const change = (ids: string[], set: Partial<Channel>) =>
      this.#store.write(async (tx) => {
        const which = and(eq(channels.teamId, teamId), inArray(channels.channelId, ids))
        await tx.update(channels).set(set).where(which)
      })
    if (closing.length > 0) await change(closing, { kind: 'private', fetchedAt: 0 })
    if (opening.length > 0) await change(opening, { kind: 'public', shared: false })
    return listed !== undefined
  }

  async #listChannels(teamId: string, call: (client: Client, cursor: string) => Promise<unknown>) {
    const found = []
    let cursor = ''
    for (let page = 0; page < pageLimit; page++) {
      const parsed = channelsAnswer.safeParse(await this.#ask(teamId, (client) => call(client, cursor), 'background'))
      if (!parsed.success) return undefined
      found.push(...parsed.data.channels)
      cursor = parsed.data.response_metadata?.next_cursor ?? ''
      if (cursor === '') break
    }
    return found
  }

  async #ask<T>(
    teamId: string,
    call: (client: Client) => Promise<T>,
    which: 'interactive' | 'background' = 'interactive',
  ): Promise<T | undefined> {
    const installation = await this.#installations.find(teamId)
    if (!installation) return undefined
    try {
      return await call(installation.clients[which])
    } catch (error) {
      if (readFailure(error)) return undefined
      throw error
    }
  }
}
