import { isObject } from '../json.ts'
import { checkMessageBlocks } from '../blocks/check-blocks.ts'
import { findVisibleChannel, findWritableChannel, needMessage } from '../channel-access.ts'
import { readMetadata } from '../contents.ts'
import { emitChanged } from '../events.ts'
import { shapeMessage } from '../message-shape.ts'
import { createBotMessage, showMessage } from '../post.ts'
import { Refusal, refuseArguments } from '../refusal.ts'
import { isStreaming, MARKDOWN_TEXT_LIMIT, streamedMarkdown } from '../stream-state.ts'
import type { StreamPart, StreamState } from '../stream-state.ts'
import type { Channel, Message } from '../world.ts'
import { changeSession } from './agent-sessions.ts'
import type { Call, WebMethod } from './call.ts'
import { readAuthorship, readThreadTs } from './chat.ts'

const TASK_STATUSES = ['pending', 'in_progress', 'complete', 'error']

export const startStream: WebMethod = (call) => {
  const channel = findWritableChannel(call)
  call.args.need('thread_ts')
  const threadTs = readThreadTs(call, channel)
  const recipientUserId = readRecipient(call, channel)
  const parts = readParts(call)
  const message = createBotMessage(call.core, channel, call.installation, {
    contents: { text: '', blocks: [], attachments: [] },
    ...(threadTs !== undefined && { threadTs }),
    ...readAuthorship(call),
  })
  const stream: StreamState = { startedAtMs: call.nowMs, state: 'open', parts: [], ...recipientUserId }
  addParts(stream, parts)
  message.stream = stream
  showMessage(call.core, channel, message)
  return { channel: channel.id, ts: message.ts }
}

export const appendStream: WebMethod = (call) => {
  const channel = findVisibleChannel(call)
  const message = findOwnMessage(call, channel)
  const parts = readParts(call)
  if (parts.length === 0) throw new Refusal('no_text')
  if (message.stream?.state === 'stopped_by_user') throw new Refusal('stopped_by_user')
  addParts(needOpenStream(call, message), parts)
  return { channel: channel.id, ts: message.ts }
}

export const stopStream: WebMethod = (call) => {
  const { args, core, world } = call
  const channel = findVisibleChannel(call)
  const message = findOwnMessage(call, channel)
  const stream = needOpenStream(call, message)
  const parts = readParts(call)
  const blocks = checkMessageBlocks(args.json('blocks', 'invalid_blocks_format'))
  const metadata = readMetadata(args)
  const finished = { ...stream, parts: [...stream.parts] }
  addParts(finished, parts)
  if (streamedMarkdown(finished).length > MARKDOWN_TEXT_LIMIT) throw new Refusal('msg_too_long')
  const status = args.text('session_status')
  if (status !== undefined) changeSession(call, channel, message.threadTs ?? message.ts, status)
  const previous = shapeMessage(world, message)
  message.stream = { ...finished, state: 'stopped' }
  message.blocks = blocks
  if (metadata) message.metadata = metadata
  emitChanged(core, channel, message, previous)
  return { channel: channel.id, ts: message.ts, message: shapeMessage(world, message, { metadata: true }) }
}

function findOwnMessage(call: Call, channel: Channel): Message {
  const message = needMessage(channel, call.args.need('ts'))
  if (message.userId !== call.installation.botUserId) throw new Refusal('message_not_owned_by_app')
  return message
}

function needOpenStream(call: Call, message: Message): StreamState {
  const { stream } = message
  if (!stream || !isStreaming(stream, call.nowMs)) throw new Refusal('message_not_in_streaming_state')
  return stream
}

/** Outside DMs Slack must know whom it streams to, and only people can be streamed to. */
function readRecipient(call: Call, channel: Channel): { recipientUserId?: string } {
  if (channel.kind === 'im') return {}
  if (!call.args.has('recipient_team_id')) throw new Refusal('missing_recipient_team_id')
  if (!call.args.has('recipient_user_id')) throw new Refusal('missing_recipient_user_id')
  const recipientUserId = call.args.need('recipient_user_id')
  if (!/^[UW]/.test(recipientUserId)) throw refuseArguments('failed to match pattern [json-pointer:/recipient_user_id]')
  if (!call.world.users.has(recipientUserId)) throw new Refusal('user_not_found')
  return { recipientUserId }
}

function readParts(call: Call): StreamPart[] {
  const markdown = call.args.text('markdown_text') ?? ''
  const chunks = call.args.list('chunks', 'invalid_chunks') ?? []
  if (markdown !== '' && chunks.length > 0) throw new Refusal('markdown_text_conflict')
  if (markdown.length > MARKDOWN_TEXT_LIMIT) throw new Refusal('msg_too_long')
  return markdown === '' ? chunks.map(readChunk) : [{ kind: 'markdown', text: markdown }]
}

function readChunk(chunk: unknown): StreamPart {
  if (!isObject(chunk)) throw new Refusal('invalid_chunks')
  switch (chunk.type) {
    case 'markdown_text':
      if (typeof chunk.text !== 'string') throw new Refusal('invalid_chunks')
      if (chunk.text.length > MARKDOWN_TEXT_LIMIT) throw new Refusal('msg_too_long')
      return { kind: 'markdown', text: chunk.text }
    case 'plan_update':
      if (typeof chunk.title !== 'string') throw new Refusal('invalid_chunks')
      return { kind: 'plan', title: chunk.title }
    case 'blocks':
      return { kind: 'blocks', blocks: checkMessageBlocks(chunk.blocks ?? null) }
    case 'task_update':
      return readTask(chunk)
    default:
      throw new Refusal('invalid_chunks')
  }
}

function readTask(chunk: Record<string, unknown>): StreamPart {
  const { id, title, status, details, output, sources } = chunk
  const isWellFormed = typeof id === 'string' && typeof title === 'string' && TASK_STATUSES.includes(String(status))
  if (!isWellFormed) throw new Refusal('invalid_chunks')
  return {
    kind: 'task',
    id,
    title,
    status: String(status),
    ...(typeof details === 'string' && { details }),
    ...(typeof output === 'string' && { output }),
    sources: readSources(sources),
  }
}

function readSources(sources: unknown): { url: string; text: string }[] {
  if (sources === undefined) return []
  if (!Array.isArray(sources)) throw new Refusal('invalid_chunks')
  return sources.map((source: unknown) => {
    if (!isObject(source) || typeof source.url !== 'string') throw new Refusal('invalid_chunks')
    return { url: source.url, text: typeof source.text === 'string' ? source.text : '' }
  })
}

/** Adds to a stream in order; a task or plan sent again replaces what it was. */
function addParts(stream: StreamState, parts: StreamPart[]): void {
  for (const part of parts) {
    const known = stream.parts.findIndex((other) => isSamePart(other, part))
    if (known === -1) stream.parts.push(part)
    else stream.parts[known] = part
  }
}

function isSamePart(left: StreamPart, right: StreamPart): boolean {
  if (left.kind === 'plan') return right.kind === 'plan'
  return left.kind === 'task' && right.kind === 'task' && left.id === right.id
}
