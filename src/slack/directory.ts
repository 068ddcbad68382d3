import { and, eq } from 'drizzle-orm'
import * as z from 'zod'
import type { Store } from '../db/open-store.ts'
import { channels, people } from '../db/schema.ts'
import { readFailure } from './delivery/slack-failure.ts'
import type { Installations } from './installations.ts'

export type Channel = typeof channels.$inferSelect
export type Person = typeof people.$inferSelect

const freshForMs = 60 * 60_000

const channelAnswer = z.object({
  channel: z.object({
    name: z.string().optional(),
    is_private: z.boolean().optional(),
    is_im: z.boolean().optional(),
    is_member: z.boolean().optional(),
    is_mpim: z.boolean().optional(),
    is_ext_shared: z.boolean().optional(),
    is_pending_ext_shared: z.boolean().optional(),
  }),
})
const personAnswer = z.object({
  user: z.object({
    name: z.string().optional(),
    real_name: z.string().optional(),
    profile: z.object({ display_name: z.string().optional() }).optional(),
    is_admin: z.boolean().optional(),
    is_owner: z.boolean().optional(),
    tz: z.string().optional(),
  }),
})

/** What Slack says about channels and people, asked at most once an hour and kept in the database. */
export class Directory {
  readonly #store: Store
  readonly #installations: Installations
  readonly #now: () => number

  constructor(store: Store, installations: Installations, now: () => number) {
    this.#store = store
    this.#installations = installations
    this.#now = now
  }

  /** A channel as Slack describes it. When Slack cannot be asked and nothing is known, it counts as private and shared: the narrowest audience. */
  async channel(teamId: string, channelId: string, freshMs = freshForMs): Promise<Channel> {
    const where = and(eq(channels.teamId, teamId), eq(channels.channelId, channelId))
    const [known] = await this.#store.read.select().from(channels).where(where)
    if (known && known.fetchedAt > this.#now() - freshMs) return known
    const unknown: Channel = { teamId, channelId, name: '', kind: 'private', shared: true, fetchedAt: 0 }
    const answer = await this.#ask(teamId, (client) => client.conversations.info({ channel: channelId }))
    const parsed = channelAnswer.safeParse(answer)
    if (!parsed.success) return known ?? unknown
    const { channel } = parsed.data
    const row: Channel = {
      teamId,
      channelId,
      name: channel.name ?? '',
      kind: channel.is_im || channel.is_mpim ? 'direct' : channel.is_private ? 'private' : 'public',
      shared: Boolean(channel.is_ext_shared || channel.is_pending_ext_shared),
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

  /** Whether the bot is in a channel now; false when Slack does not show it to us. */
  async isMember(teamId: string, channelId: string): Promise<boolean> {
    const answer = await this.#ask(teamId, (client) => client.conversations.info({ channel: channelId }))
    const parsed = channelAnswer.safeParse(answer)
    return parsed.success && (parsed.data.channel.is_member ?? parsed.data.channel.is_im ?? false)
  }

  /** A person's name and whether they administer the workspace; an id without rights when Slack cannot be asked. */
  async person(teamId: string, userId: string, freshMs = 24 * freshForMs): Promise<Person> {
    const where = and(eq(people.teamId, teamId), eq(people.userId, userId))
    const [known] = await this.#store.read.select().from(people).where(where)
    if (known && known.fetchedAt > this.#now() - freshMs) return known
    const answer = await this.#ask(teamId, (client) => client.users.info({ user: userId }))
    const parsed = personAnswer.safeParse(answer)
    if (!parsed.success) return known ?? { teamId, userId, name: userId, isAdmin: false, fetchedAt: 0 }
    const { user } = parsed.data
    const row: Person = {
      teamId,
      userId,
      name: user.profile?.display_name || user.real_name || user.name || userId,
      isAdmin: Boolean(user.is_admin || user.is_owner),
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

  async #ask<T>(
    teamId: string,
    call: (client: NonNullable<Awaited<ReturnType<Installations['find']>>>['clients']['interactive']) => Promise<T>,
  ): Promise<T | undefined> {
    const installation = await this.#installations.find(teamId)
    if (!installation) return undefined
    try {
      return await call(installation.clients.interactive)
    } catch (error) {
      if (readFailure(error)) return undefined
      throw error
    }
  }
}
