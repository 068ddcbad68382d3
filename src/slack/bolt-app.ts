import { App, AuthorizationError, type Receiver } from '@slack/bolt'
import type { Logger } from '../log.ts'
import { quietBoltLogger } from './bolt-logger.ts'
import type { Installations } from './installations.ts'
import { type ActionDeps, listenToActions } from './listeners/actions.ts'
import { type CommandDeps, listenToCommands } from './listeners/commands.ts'
import { type HomeDeps, listenToHome } from './listeners/app-home-opened.ts'
import { listenToDecisionForms } from './listeners/decisions/decision-forms.ts'
import { listenToReactions } from './listeners/decisions/reaction-added.ts'
import { type ShortcutDeps, listenToShortcuts } from './listeners/message-shortcuts.ts'
import { listenToStops, type StopDeps } from './listeners/agent-session-stopped.ts'
import { listenToRemoval, type RemovalDeps } from './listeners/app-uninstalled.ts'

/** Thrown by Bolt, inside its own error, for a workspace that has not installed the app or has removed it. */
class NotInstalledError extends Error {
  override name = 'NotInstalledError'
}

export type ListenerDeps = ActionDeps & CommandDeps & HomeDeps & ShortcutDeps & StopDeps & RemovalDeps

/** Bolt with every listener registered, behind our own receivers: it never listens to anything by itself. */
export function createBoltApp(
  deps: ListenerDeps,
  options: { installations: Installations; apiUrl: string; log: Logger },
): App {
  const silent: Receiver = { init: () => {}, start: async () => undefined, stop: async () => undefined }
  const app = new App({
    receiver: silent,
    logger: quietBoltLogger(options.log),
    convoStore: false,
    clientOptions: { slackApiUrl: options.apiUrl, timeout: 10_000, retryConfig: { retries: 1 } },
    authorize: async ({ teamId }) => {
      const installation = teamId ? await options.installations.find(teamId) : undefined
      if (!installation) throw new NotInstalledError(`the app is not installed in workspace ${teamId ?? 'unknown'}`)
      const { botToken, botId, botUserId } = installation
      return { botToken, botId, botUserId, teamId: installation.teamId }
    },
  })
  listenToActions(app, deps)
  listenToCommands(app, deps)
  listenToDecisionForms(app, deps)
  listenToReactions(app, deps)
  listenToShortcuts(app, deps)
  listenToHome(app, deps)
  listenToStops(app, deps)
  listenToRemoval(app, deps)
  return app
}

/** Whether Bolt refused a request because its workspace has not installed the app. */
export function isNotInstalled(error: unknown): boolean {
  return error instanceof AuthorizationError && error.original instanceof NotInstalledError
}
