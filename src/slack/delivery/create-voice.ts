import type { Logger } from '../../log.ts'
import { statuses } from '../../turns/sentences.ts'
import { CannotSpeakError, type Speech, type SpeechRequest, type Voice } from '../../turns/voice.ts'
import { sayable } from './sayable.ts'
import type { Installation, Installations } from '../installations.ts'
import type { AnswerView } from '../views/answer.ts'
import type { BlockStyle } from '../views/rendered.ts'
import { NeutralSpeech } from './neutral-speech.ts'
import { ReplyThread } from './reply-thread.ts'
import { StreamSpeech } from './stream-speech.ts'
import { TurnStatus } from './turn-status.ts'
import { UpdateSpeech } from './update-speech.ts'

/** How long a workspace that refused streams is not asked again. */
const refusalMemoryMs = 60 * 60_000

export interface VoiceOptions {
  installations: Installations
  blocks: BlockStyle
  log: Logger
  now: () => number
}

/** Speaks in Slack: streams where the workspace can, posts and updates where it cannot, and continues what an earlier attempt began. */
export function createVoice(options: VoiceOptions): Voice {
  const refusedUntil = new Map<string, number>()
  return {
    open: async (request) => {
      const installation = await options.installations.find(request.teamId)
      if (!installation) throw new CannotSpeakError('the app is no longer installed in this workspace')
      const speech = await sayable(() => openSpeech(options, request, installation, refusedUntil))
      return new NeutralSpeech(speech, () => ({
        knownUserIds: request.knownUserIds(),
        seenUrls: [...request.seenUrls(), ...installation.ownOrigins],
      }))
    },
  }
}

async function openSpeech(
  options: VoiceOptions,
  request: SpeechRequest,
  { clients, botUserId }: Installation,
  refusedUntil: Map<string, number>,
): Promise<Speech> {
  const client = clients.background
  const thread = new ReplyThread(client, request, { userId: botUserId })
  const view: AnswerView = { style: options.blocks, runId: request.runId }
  const status = new TurnStatus(client, request, options.log)
  const refused = () => refusedUntil.set(request.teamId, options.now() + refusalMemoryMs)
  const mayStream =
    options.blocks === 'modern' && !request.showsSteps && (refusedUntil.get(request.teamId) ?? 0) < options.now()
  const hasStatus = mayStream && (await status.start(statuses.reading))
  if (mayStream && !hasStatus) refused()
  if (hasStatus && request.title) void status.name(request.title)

  if (request.mayHaveSpokenSince !== undefined)
    for (const ts of await thread.findUnrecorded(request.mayHaveSpokenSince)) await thread.adopt(ts)
  if (thread.messages.length > 0) {
    if (hasStatus) for (const ts of thread.messages) await thread.closeStream(ts)
    return new UpdateSpeech(thread, view, '', hasStatus ? status : undefined)
  }
  if (hasStatus && /^[UW]/.test(request.askerId))
    return new StreamSpeech({ client, request, thread, status, view, now: options.now, refused })
  const speech = new UpdateSpeech(thread, view, '', hasStatus ? status : undefined)
  await speech.start(statuses.reading)
  return speech
}
