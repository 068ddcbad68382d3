import { Clock } from './clock.ts'
import type { Core } from './core.ts'
import { Delivery } from './delivery.ts'
import { Faults } from './faults.ts'
import { Ids } from './ids.ts'
import { install } from './install.ts'
import { OAuthCodes } from './oauth-codes.ts'
import { RateLimits } from './rate-limits.ts'
import { RequestLog } from './request-log.ts'
import { ResponseUrls } from './response-urls.ts'
import { createSlackServer, listen } from './server.ts'
import { resolveSettings } from './settings.ts'
import type { SlackOptions } from './settings.ts'
import { addTeam } from './setup.ts'
import { Slack } from './slack.ts'
import { SocketTransport } from './socket-transport.ts'
import { Triggers } from './triggers.ts'
import { createWorld } from './world.ts'

/** Starts a Slack on 127.0.0.1 with one workspace that has the app installed. */
export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const clock = new Clock(options.now)
  const world = createWorld(clock, new Ids(clock), options.botName ?? 'architect')
  const settings = resolveSettings(options)
  const { ackTimeoutMs, pingIntervalMs, retryDelaysMs } = settings
  const sockets = new SocketTransport({ appId: world.appId, ackTimeoutMs, pingIntervalMs })
  const core: Core = {
    settings,
    world,
    delivery: new Delivery(sockets, { retryDelaysMs, nowMs: () => clock.nowMs() }),
    triggers: new Triggers(clock),
    responseUrls: new ResponseUrls(clock),
    baseUrl: '',
  }
  install(world, addTeam(world, options.team?.name ?? 'Acme', options.team?.domain), settings.scopes, options.botToken)
  const limits = new RateLimits(clock)
  if (!settings.internalApp) for (const name of ['replies', 'history']) limits.set(`conversations.${name}`, 1)
  const oauth = new OAuthCodes(world, settings)
  const service = { core, sockets, limits, oauth, faults: new Faults(), log: new RequestLog() }
  const server = createSlackServer(service)
  const port = await listen(server, options.port ?? 0)
  core.baseUrl = `http://127.0.0.1:${port}`
  world.filesUrl = core.baseUrl
  return new Slack(service, server, port)
}
