import { isObject } from '../json.ts'
import { findVisibleChannel } from '../channel-access.ts'
import { Refusal, refuseArguments } from '../refusal.ts'
import type { Channel } from '../world.ts'
import { findMessage, threadKey } from '../world.ts'
import type { Call, WebMethod } from './call.ts'

const MAX_LOADING_MESSAGES = 10
const MAX_PROMPTS = 4

export const setStatus: WebMethod = (call) => {
  const { channel, threadTs } = findThread(call)
  const text = call.args.text('status')
  if (text === undefined) throw refuseArguments('missing required field: status')
  const loadingMessages = (call.args.list('loading_messages') ?? []).map(String)
  if (loadingMessages.length > MAX_LOADING_MESSAGES) {
    throw refuseArguments('no more than 10 items allowed [json-pointer:/loading_messages]')
  }
  const key = threadKey(channel.id, threadTs)
  if (text === '') call.world.statuses.delete(key)
  else call.world.statuses.set(key, { text, loadingMessages, setAtMs: call.nowMs })
  return {}
}

export const setTitle: WebMethod = (call) => {
  const { channel, threadTs } = findThread(call)
  call.world.titles.set(threadKey(channel.id, threadTs), call.args.need('title'))
  return {}
}

export const setSuggestedPrompts: WebMethod = (call) => {
  const channel = findVisibleChannel(call, 'channel_id')
  const threadTs = call.args.text('thread_ts') ?? ''
  const prompts = call.args.list('prompts')
  if (!prompts || prompts.length === 0) throw refuseArguments('missing required field: prompts')
  if (prompts.length > MAX_PROMPTS) throw refuseArguments('no more than 4 items allowed [json-pointer:/prompts]')
  if (!prompts.every(isPrompt)) throw refuseArguments('must have title and message [json-pointer:/prompts]')
  call.world.suggestedPrompts.set(threadKey(channel.id, threadTs), { title: call.args.text('title'), prompts })
  return {}
}

function isPrompt(prompt: unknown): boolean {
  return isObject(prompt) && typeof prompt.title === 'string' && typeof prompt.message === 'string'
}

function findThread(call: Call): { channel: Channel; threadTs: string } {
  const channel = findVisibleChannel(call, 'channel_id')
  const threadTs = call.args.need('thread_ts')
  if (!findMessage(channel, threadTs)) throw new Refusal('invalid_thread_ts')
  return { channel, threadTs }
}
