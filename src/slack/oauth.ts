import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Installation as OAuthInstallation, InstallProvider } from '@slack/oauth'
import type { Config } from '../config.ts'
import type { Logger } from '../log.ts'
import { quietBoltLogger } from './bolt-logger.ts'
import type { Installations } from './installations.ts'
import { botScopes } from './scopes.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** The two pages through which other workspaces install the app; none when this process serves one workspace. */
export function createOAuthRoutes(
  slack: Config['slack'],
  installations: Installations,
  now: () => number,
  log: Logger,
): Record<string, Handler> {
  if (slack.workspaces.kind === 'one') return {}
  const { clientId, clientSecret, stateSecret } = slack.workspaces
  const provider = new InstallProvider({
    clientId,
    clientSecret,
    stateSecret,
    logger: quietBoltLogger(log),
    clientOptions: { slackApiUrl: slack.apiUrl },
    authorizationUrl: new URL('/oauth/v2/authorize', slack.apiUrl).href,
    installationStore: {
      storeInstallation: async (installation) => {
        await installations.add(readBotToken(installation), now())
      },
      fetchInstallation: async () => {
        throw new Error('installations are read through our own store')
      },
    },
  })
  return {
    'GET /slack/install': async (request, response) => {
      await provider.handleInstallPath(request, response, {}, { scopes: botScopes })
    },
    'GET /slack/oauth_redirect': (request, response) => provider.handleCallback(request, response),
  }
}

function readBotToken({ bot }: OAuthInstallation): string {
  if (!bot) throw new Error('Slack sent no bot token with this installation')
  return bot.token
}
