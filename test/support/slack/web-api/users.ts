import { Refusal } from '../refusal.ts'
import type { Json, User } from '../world.ts'
import type { Call, WebMethod } from './call.ts'
import { takePage } from './paging.ts'

export const showUser: WebMethod = (call) => {
  const user = call.world.users.get(call.args.need('user'))
  if (!user) throw new Refusal('user_not_found')
  return { user: shapeUser(call, user) }
}

export const listUsers: WebMethod = (call) => {
  const members = [...call.world.users.values()].filter((user) => user.teamId === call.installation.team.id)
  const page = takePage(members, call.args, { fallback: 1000, max: 1000 })
  return { members: page.items.map((user) => shapeUser(call, user)), response_metadata: page.metadata }
}

function shapeUser(call: Call, user: User): Json {
  const seesEmail = call.installation.scopes.includes('users:read.email')
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    deleted: user.deleted,
    real_name: user.realName,
    tz: 'Europe/Berlin',
    tz_label: 'Central European Time',
    tz_offset: 3600,
    profile: {
      real_name: user.realName,
      display_name: user.name,
      ...(seesEmail && { email: user.email }),
      team: user.teamId,
    },
    is_admin: user.isAdmin,
    is_owner: false,
    is_restricted: user.isGuest,
    is_ultra_restricted: false,
    is_bot: user.isBot,
    is_app_user: false,
    is_stranger: user.teamId !== call.installation.team.id,
  }
}
