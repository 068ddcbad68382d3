import { makeToken } from './settings.ts'
import type { Installation, Team, World } from './world.ts'

/** Installs the app in a workspace with a new token; a workspace that has it already keeps its bot user. */
export function install(world: World, team: Team, scopes: string[], botToken = makeToken('xoxb')): Installation {
  const known = world.installations.find((other) => other.team.id === team.id)
  if (known) {
    known.botToken = botToken
    known.scopes = scopes
    known.state = 'active'
    return known
  }
  const installation: Installation = {
    team,
    botToken,
    botUserId: addBotUser(world, team),
    botId: world.ids.next('B'),
    scopes,
    state: 'active',
  }
  world.installations.push(installation)
  return installation
}

function addBotUser(world: World, team: Team): string {
  const id = world.ids.next('U')
  const name = world.botName
  world.users.set(id, {
    id,
    teamId: team.id,
    name,
    realName: name,
    email: '',
    isAdmin: false,
    isGuest: false,
    isBot: true,
    deleted: false,
  })
  return id
}
