import type { App } from '@slack/bolt'
import type { Logger } from '../../log.ts'

export interface RemovalDeps {
  /** Erases what is kept of a workspace and forgets its token, unless it has installed the app again since. */
  forgetWorkspace: (teamId: string, removedAtSeconds: number) => Promise<void>
  /** False where one process serves many workspaces, each of which may leave by taking its token back. */
  servesOne: boolean
  log: Logger
}

/** When a workspace removes the app, what we know of it goes too. The two events come in any order, or only one of them. */
export function listenToRemoval(app: App, deps: RemovalDeps): void {
  app.event('app_uninstalled', async ({ body }) => deps.forgetWorkspace(body.team_id, body.event_time))
  app.event('tokens_revoked', async ({ event, body }) => {
    if (!event.tokens.bot?.length) return
    // Slack takes a token back by itself when it was published by mistake; the operator's own records outlive that.
    if (deps.servesOne) deps.log.error('Slack revoked SLACK_BOT_TOKEN: install the app again and set the new token')
    else await deps.forgetWorkspace(body.team_id, body.event_time)
  })
}
