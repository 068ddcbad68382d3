import type { Core } from './core.ts'
import { dispatch, interactionBase, shapePlace } from './interact.ts'
import type { Interaction } from './interact.ts'
import { shapeMessage } from './message-shape.ts'
import type { Channel, Installation, Message, User } from './world.ts'

/** Types a slash command in a channel. */
export function runCommand(
  core: Core,
  user: User,
  installation: Installation,
  command: { name: string; text: string; channel: Channel },
): Promise<Interaction> {
  const { channel } = command
  const triggerId = core.triggers.issue(user.id, installation.team.id)
  const target = { channelId: channel.id, teamId: installation.team.id, userId: user.id, shown: [] }
  const payload = {
    token: core.settings.verificationToken,
    team_id: installation.team.id,
    team_domain: installation.team.domain,
    channel_id: channel.id,
    channel_name: shapePlace(channel).name,
    user_id: user.id,
    user_name: user.name,
    command: command.name,
    text: command.text,
    api_app_id: core.world.appId,
    is_enterprise_install: 'false',
    response_url: core.baseUrl + core.responseUrls.issue(target),
    trigger_id: triggerId,
  }
  return dispatch(core, 'slash_commands', payload, { triggerId, target })
}

/** Runs a shortcut: a message shortcut when a message is given, else a global one. */
export function runShortcut(
  core: Core,
  user: User,
  installation: Installation,
  shortcut: { callbackId: string; message?: Message | undefined },
): Promise<Interaction> {
  const triggerId = core.triggers.issue(user.id, installation.team.id)
  const common = { callback_id: shortcut.callbackId, trigger_id: triggerId, action_ts: core.world.ids.nextTs() }
  const { message } = shortcut
  const channel = message && core.world.channels.get(message.channelId)
  if (!message || !channel) {
    const payload = { ...interactionBase(core, installation, user, 'shortcut'), ...common }
    return dispatch(core, 'interactive', payload, { triggerId })
  }
  const target = { channelId: channel.id, teamId: installation.team.id, userId: user.id, shown: [] }
  const payload = {
    ...interactionBase(core, installation, user, 'message_action'),
    ...common,
    message_ts: message.ts,
    channel: shapePlace(channel),
    message: shapeMessage(core.world, message),
    response_url: core.baseUrl + core.responseUrls.issue(target),
  }
  return dispatch(core, 'interactive', payload, { triggerId, target })
}
