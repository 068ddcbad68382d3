import type { App } from '@slack/bolt'
import type { WorkspaceWeek } from '../../turns/feedback.ts'
import { listDecisions, listDueForReview, listWaitingFor } from '../../decisions/store.ts'
import { countWrongByRule } from '../../reviews/exception-store.ts'
import type { DeskDeps } from './decisions/decision-desk.ts'
import { type HomeFacts, renderHome } from '../views/home.ts'

export interface HomeDeps extends DeskDeps {
  summariseWeek: (teamId: string) => Promise<WorkspaceWeek>
  homeFacts: Omit<HomeFacts, 'workspace' | 'decisions'>
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
  const { standing } = await deps.directory.person(teamId, userId)
  await installation?.clients.interactive.views.publish({
    user_id: userId,
    view: renderHome({
      ...deps.homeFacts,
      workspace: standing === 'member' ? await readWorkspace(deps, teamId) : undefined,
      decisions: await readDecisions(deps, teamId, userId),
    }),
  })
}

async function readWorkspace({ summariseWeek, store }: HomeDeps, teamId: string): Promise<HomeFacts['workspace']> {
  return { week: await summariseWeek(teamId), calledWrong: await countWrongByRule(store, teamId) }
}

const recentAtMost = 8
/** How long before its day a review is shown as due. */
const dueWithinMs = 14 * 24 * 60 * 60_000

async function readDecisions(deps: HomeDeps, teamId: string, userId: string): Promise<HomeFacts['decisions']> {
  // Not needed to start.
  const { audienceOf } = await import('./decisions/decision-desk.ts')
  const audience = await audienceOf(deps, { teamId, userId, channelId: '' })
  return {
    waiting: await listWaitingFor(deps.store, audience, userId),
    recent: await listDecisions(deps.store, audience, {}, recentAtMost),
    due: await listDueForReview(deps.store, audience, deps.now() + dueWithinMs),
  }
}
