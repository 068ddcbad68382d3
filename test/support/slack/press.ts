import type { Core } from './core.ts'
import { findElement, shapeAction } from './find-element.ts'
import { dispatch, interactionBase, shapePlace } from './interact.ts'
import type { Interaction } from './interact.ts'
import { shapeMessage } from './message-shape.ts'
import type { FoundElement } from './find-element.ts'
import type { Channel, Ephemeral, Installation, Message, User, View } from './world.ts'
import { visibleBlocks } from './visible-blocks.ts'
import { shapeView } from './view-shape.ts'

interface Press {
  core: Core
  user: User
  installation: Installation
  found: FoundElement
  value: string | undefined
}

/** Presses an element in a message, modal or Home tab; throws when the person could not see it there. */
export function press(
  core: Core,
  user: User,
  surface: Message | Ephemeral | View,
  actionId: string,
  value?: string,
): Promise<Interaction> {
  const blocks = visibleBlocks(surface)
  const found = findElement(blocks, actionId, value)
  if (!found) throw new Error(`there is no ${actionId}${value === undefined ? '' : ` with value ${value}`} to press`)
  const teamId = surface.teamId
  const installation = core.world.installations.find((other) => other.team.id === teamId)
  if (!installation) throw new Error(`the app is not installed in ${teamId}`)
  const act = { core, user, installation, found, value }
  return 'content' in surface ? pressInView(act, surface) : pressInMessage(act, surface)
}

function pressInMessage(act: Press, message: Message | Ephemeral): Promise<Interaction> {
  const { core, user, installation } = act
  const channel = needChannel(core, message.channelId)
  const isEphemeral = 'shownTo' in message
  if (isEphemeral && message.shownTo !== user.id) throw new Error(`${user.name} does not see that message`)
  if (!channel.members.has(user.id)) throw new Error(`${user.name} is not in ${channel.name}`)
  const triggerId = core.triggers.issue(user.id, installation.team.id)
  const target = {
    channelId: channel.id,
    teamId: installation.team.id,
    userId: user.id,
    messageTs: message.ts,
    ...(message.threadTs !== undefined && { threadTs: message.threadTs }),
    shown: [],
  }
  const payload = {
    ...interactionBase(core, installation, user, 'block_actions'),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
    },
    trigger_id: triggerId,
    channel: shapePlace(channel),
    // Slack does not hand back the contents of an ephemeral message.
    ...(!isEphemeral && { message: shapeMessage(core.world, message) }),
    state: { values: {} },
    response_url: core.baseUrl + core.responseUrls.issue(target),
    actions: [shapeAction(act.found, act.value, core.world.ids.nextTs())],
  }
  return dispatch(core, 'interactive', payload, { triggerId, target })
}

function pressInView(act: Press, view: View): Promise<Interaction> {
  const { core, user, installation } = act
  if (view.userId !== user.id || !view.isOpen) throw new Error(`${user.name} does not see that view`)
  const triggerId = core.triggers.issue(user.id, installation.team.id)
  const action = shapeAction(act.found, act.value, core.world.ids.nextTs())
  const payload = {
    ...interactionBase(core, installation, user, 'block_actions'),
    container: { type: 'view', view_id: view.id },
    trigger_id: triggerId,
    view: shapeView(core.world, view),
    actions: [action],
  }
  return dispatch(core, 'interactive', payload, { triggerId })
}

function needChannel(core: Core, id: string): Channel {
  const channel = core.world.channels.get(id)
  if (!channel) throw new Error(`there is no channel ${id}`)
  return channel
}
