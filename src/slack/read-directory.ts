import * as z from 'zod'
import type { Standing } from '../access/standing.ts'
import type { channels, people } from '../db/schema.ts'

export type Channel = typeof channels.$inferSelect
export type Person = Omit<typeof people.$inferSelect, 'standing'> & { standing: Standing }

const channel = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  is_private: z.boolean().optional(),
  is_im: z.boolean().optional(),
  is_member: z.boolean().optional(),
  is_mpim: z.boolean().optional(),
  is_ext_shared: z.boolean().optional(),
  is_pending_ext_shared: z.boolean().optional(),
})

/** What conversations.info answers. */
export const channelAnswer = z.object({ channel })
/** A page of conversations.list or users.conversations. */
export const channelsAnswer = z.object({
  channels: z.array(channel),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})
/** What users.info answers. */
export const personAnswer = z.object({
  user: z.object({
    team_id: z.string().optional(),
    enterprise_user: z.object({ teams: z.array(z.string()).optional() }).optional(),
    deleted: z.boolean().optional(),
    name: z.string().optional(),
    real_name: z.string().optional(),
    profile: z.object({ display_name: z.string().optional() }).optional(),
    is_admin: z.boolean().optional(),
    is_owner: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    tz: z.string().optional(),
  }),
})

type SlackChannel = z.infer<typeof channel>
type SlackUser = z.infer<typeof personAnswer>['user']

export function readKind({ is_im, is_mpim, is_private }: SlackChannel): Channel['kind'] {
  if (is_im || is_mpim) return 'direct'
  return is_private ? 'private' : 'public'
}

export function isSharedChannel({ is_ext_shared, is_pending_ext_shared }: SlackChannel): boolean {
  return Boolean(is_ext_shared || is_pending_ext_shared)
}

/** What somebody is to this workspace. On an Enterprise Grid, people of its other workspaces who are in this one too belong to it. */
export function readStanding(user: SlackUser, teamId: string): Exclude<Standing, 'unknown'> {
  const homes = [user.team_id, ...(user.enterprise_user?.teams ?? [])]
  if (user.is_stranger || !homes.includes(teamId)) return 'foreign'
  if (user.deleted) return 'gone'
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member'
}
