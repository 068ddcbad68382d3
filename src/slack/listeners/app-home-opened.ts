import type { App } from '@slack/bolt'
import type { WorkspaceWeek } from '../../turns/feedback.ts'
import type { Installations } from '../installations.ts'
import { type HomeFacts, renderHome } from '../views/home.ts'

export interface HomeDeps {
  installations: Installations
  summariseWeek: (teamId: string) => Promise<WorkspaceWeek>
  homeFacts: Omit<HomeFacts, 'week'>
  /** Runs work that nobody waits for; its failure is logged. */
  inBackground: (work: Promise<unknown>, what: string) => void
}

/** Publishes the Home tab when somebody opens it. */
export function listenToHome(app: App, deps: HomeDeps): void {
  app.event('app_home_opened', async ({ event, context }) => {
    if (event.tab !== 'home' || !context.teamId) return
    deps.inBackground(publishHome(deps, context.teamId, event.user), 'home tab')
  })
}

async function publishHome(deps: HomeDeps, teamId: string, userId: string): Promise<void> {
  const installation = await deps.installations.find(teamId)
  const week = await deps.summariseWeek(teamId)
  await installation?.clients.interactive.views.publish({
    user_id: userId,
    view: renderHome({ ...deps.homeFacts, week }),
  })
}
