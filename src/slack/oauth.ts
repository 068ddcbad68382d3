import type { IncomingMessage, ServerResponse } from 'node:http'
import { ErrorCode, type Installation as OAuthInstallation, InstallProvider } from '@slack/oauth'
import type { Config } from '../config.ts'
import type { Logger } from '../log.ts'
import { quietBoltLogger } from './bolt-logger.ts'
import { readFailure } from './delivery/slack-failure.ts'
import type { InstallationIdentity, Installations } from './installations.ts'
import { botScopes } from './scopes.ts'
import { type InstallPage, installPages, renderInstallPage } from './views/install-page.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

const installPath = '/slack/install'

const pagesByCode = new Map<string, InstallPage>([
  [ErrorCode.AuthorizationError, installPages.cancelled],
  [ErrorCode.MissingStateError, installPages.otherBrowser],
  [ErrorCode.InvalidStateError, installPages.otherBrowser],
  [ErrorCode.MissingCodeError, installPages.noCode],
])

/** Thrown when somebody installs the app in a whole organisation. */
class WholeOrganisationError extends Error {
  override name = 'WholeOrganisationError'
}

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
    directInstall: true,
    logger: quietBoltLogger(log),
    // Somebody waits in front of a browser.
    clientOptions: { slackApiUrl: slack.apiUrl, timeout: 10_000, retryConfig: { retries: 1 } },
    authorizationUrl: new URL('/oauth/v2/authorize', slack.apiUrl).href,
    installationStore: {
      storeInstallation: (installation) => installations.add(readInstallation(installation), now()),
      fetchInstallation: async () => {
        throw new Error('installations are read through our own store')
      },
    },
  })
  return {
    [`GET ${installPath}`]: (request, response) =>
      provider.handleInstallPath(request, response, {}, { scopes: botScopes }),
    'GET /slack/oauth_redirect': (request, response) =>
      provider.handleCallback(request, response, {
        success: ({ team }) => showPage(response, installPages.installed(team?.name ?? 'your workspace')),
        failure: (error) => showPage(response, explainFailure(error)),
      }),
  }
}

function readInstallation({ team, bot }: OAuthInstallation): InstallationIdentity {
  if (!team) throw new WholeOrganisationError('the app was installed in a whole organisation')
  if (!bot) throw new Error('Slack sent no bot token with this installation')
  return {
    teamId: team.id,
    teamName: team.name ?? '',
    botUserId: bot.userId,
    botId: bot.id ?? '',
    botToken: bot.token,
    scopes: bot.scopes,
  }
}

function explainFailure(error: Error & { code?: string }): InstallPage {
  if (error instanceof WholeOrganisationError) return installPages.wholeOrganisation
  const failure = readFailure(error)
  if (failure?.kind === 'refused')
    return /code/.test(failure.code) ? installPages.codeRefused : installPages.refused(failure.code)
  if (failure) return installPages.unreachable
  return (error.code && pagesByCode.get(error.code)) || installPages.broken
}

function showPage(response: ServerResponse, page: InstallPage): void {
  response.writeHead(page.status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    // The address carries the code and the state.
    'referrer-policy': 'no-referrer',
  })
  response.end(renderInstallPage(page, page.status === 200 ? undefined : installPath))
}
