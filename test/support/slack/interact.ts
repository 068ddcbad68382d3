import { Args } from './args.ts'
import { isObject } from './json.ts'
import type { Core } from './core.ts'
import { showResponse } from './show-response.ts'
import type { ResponseTarget } from './response-urls.ts'
import type { AttemptResult, DeliveryKind } from './transport.ts'
import type { Channel, Ephemeral, Installation, Json, Message, User } from './world.ts'
import { findMessage } from './world.ts'

/** What a person saw come of a command, click or submission. */
export interface Interaction {
  /** What Slack shows when the bot did not acknowledge in time, or answered badly. */
  error?: 'operation_timeout' | 'dispatch_failed'
  /** What the bot put into its acknowledgement. */
  ack: unknown
  triggerId: string
  responseUrl?: string
  /** Messages shown by the ack or the response_url, as they are now; grows as more arrive. */
  readonly shown: (Message | Ephemeral)[]
}

/** Sends a command or interaction once and shows what its acknowledgement holds. */
export async function dispatch(
  core: Core,
  kind: DeliveryKind,
  payload: Json,
  context: { triggerId: string; target?: ResponseTarget },
): Promise<Interaction> {
  const result = await core.delivery.deliverOnce(kind, payload)
  const { target, triggerId } = context
  const error = failureOf(result)
  const ack = result.acked ? result.payload : undefined
  if (target && kind === 'slash_commands' && isObject(ack)) showResponse(core, target, new Args(ack))
  return {
    ...(error && { error }),
    ack,
    triggerId,
    ...(typeof payload.response_url === 'string' && { responseUrl: payload.response_url }),
    get shown() {
      return target ? findShown(core, target) : []
    },
  }
}

function identify(user: User): Json {
  return { id: user.id, username: user.name, name: user.name, team_id: user.teamId }
}

/** The fields every interaction payload has. */
export function interactionBase(core: Core, installation: Installation, user: User, type: string): Json {
  return {
    type,
    team: { id: installation.team.id, domain: installation.team.domain },
    user: identify(user),
    api_app_id: core.world.appId,
    token: core.settings.verificationToken,
    enterprise: null,
    is_enterprise_install: false,
  }
}

export function shapePlace(channel: Channel): Json {
  return { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name }
}

function failureOf(result: AttemptResult): Interaction['error'] {
  if (result.acked) return undefined
  return result.reason === 'http_timeout' || result.reason === 'timeout' ? 'operation_timeout' : 'dispatch_failed'
}

function findShown(core: Core, target: ResponseTarget): (Message | Ephemeral)[] {
  const channel = core.world.channels.get(target.channelId)
  return target.shown.flatMap((ts) => {
    const ephemeral = core.world.ephemerals.find((message) => message.ts === ts)
    return ephemeral ?? (channel && findMessage(channel, ts)) ?? []
  })
}
