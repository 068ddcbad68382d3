import type { Core } from './core.ts'
import { emit } from './events.ts'
import { openDirectMessage } from './open-dm.ts'
import { isStreaming } from './stream-state.ts'
import { shapeView } from './view-shape.ts'
import type { Channel, Installation, User } from './world.ts'
import { threadMessages } from './world.ts'

/** Opens the app's Home or Messages tab. */
export function openHome(core: Core, user: User, installation: Installation, tab: 'home' | 'messages'): void {
  const home = core.world.homes.get(`${installation.team.id}:${user.id}`)
  const event = {
    type: 'app_home_opened',
    user: user.id,
    channel: openDirectMessage(core.world, installation, user.id).id,
    tab,
    ...(tab === 'home' && home && { view: shapeView(core.world, home) }),
    event_ts: core.world.ids.nextTs(),
  }
  void emit(core, installation, 'app_home_opened', event)
}

/** Presses Slack's own Stop button: open streams in the thread end, and the app is told which. */
export function stopSession(
  core: Core,
  user: User,
  installation: Installation,
  channel: Channel,
  threadTs: string,
): void {
  const nowMs = core.world.clock.nowMs()
  const streaming = threadMessages(channel, threadTs).filter((message) => isStreaming(message.stream, nowMs))
  for (const message of streaming) if (message.stream) message.stream.state = 'stopped_by_user'
  const event = {
    type: 'agent_session_stopped',
    channel: channel.id,
    user: user.id,
    thread_ts: threadTs,
    streaming_message_ts: streaming.map((message) => message.ts),
    event_ts: core.world.ids.nextTs(),
  }
  void emit(core, installation, 'agent_session_stopped', event, channel)
}
