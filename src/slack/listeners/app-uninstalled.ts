import type { App } from '@slack/bolt'

export interface RemovalDeps {
  /** Erases what is kept of a workspace and forgets its token, unless it has installed the app again since. */
  forgetWorkspace: (teamId: string, removedAtSeconds: number) => Promise<void>
}

/** When a workspace removes the app, what we know of it goes too. The two events come in any order, or only one of them. */
export function listenToRemoval(app: App, deps: RemovalDeps): void {
  app.event('app_uninstalled', async ({ body }) => deps.forgetWorkspace(body.team_id, body.event_time))
  app.event('tokens_revoked', async ({ event, body }) => {
    if (event.tokens.bot?.length) await deps.forgetWorkspace(body.team_id, body.event_time)
  })
}
