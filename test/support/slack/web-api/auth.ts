import type { WebMethod } from './call.ts'

export const testAuth: WebMethod = ({ installation, world, core }) => {
  const { team } = installation
  return {
    url: `${core.baseUrl}/`,
    team: team.name,
    user: world.users.get(installation.botUserId)?.name,
    team_id: team.id,
    user_id: installation.botUserId,
    bot_id: installation.botId,
    is_enterprise_install: false,
  }
}
