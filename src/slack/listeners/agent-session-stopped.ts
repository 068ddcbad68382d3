import type { App } from '@slack/bolt'
import * as z from 'zod'
import type { ThreadAddress } from '../../turns/inbound.ts'

export interface StopDeps {
  /** Stops the running answer of a thread, on disk before it resolves; false when none runs. */
  stopThread: (thread: ThreadAddress, userId: string) => Promise<boolean>
}

const stopped = z.object({ channel: z.string(), thread_ts: z.string(), user: z.string() })

/** Slack's own Stop button, shown while an agent works in a thread. */
export function listenToStops(app: App, deps: StopDeps): void {
  app.event('agent_session_stopped', async ({ event, context }) => {
    const stop = stopped.safeParse(event)
    if (!stop.success || !context.teamId) return
    await deps.stopThread(
      { teamId: context.teamId, channelId: stop.data.channel, threadTs: stop.data.thread_ts },
      stop.data.user,
    )
  })
}
