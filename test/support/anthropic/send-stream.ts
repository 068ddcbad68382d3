import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import type { WireAnswer } from './message.ts'
import type { Reply, StreamFault } from './script.ts'
import type { WireBlock } from './wire.ts'

/** Sends an answer as server-sent events, in the API's order, with the reply's pacing and its fault. */
export async function sendStream(response: ServerResponse, answer: WireAnswer, reply: Reply): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  const usage = { ...answer.usage, output_tokens: 1, service_tier: 'standard' }
  const empty = { ...answer, content: [], stop_reason: null, stop_details: null, usage }
  send(response, 'message_start', { message: empty })
  send(response, 'ping', {})
  let charsSent = 0
  for (const [index, block] of answer.content.entries()) {
    send(response, 'content_block_start', { index, content_block: emptied(block) })
    for (const delta of deltasOf(block, reply.chunkSize ?? 16)) {
      if (reply.fault && block.type === 'text' && charsSent >= reply.fault.afterChars) {
        return await misbehave(response, reply.fault)
      }
      if (reply.chunkMs) await sleep(reply.chunkMs)
      if (response.destroyed) return
      send(response, 'content_block_delta', { index, delta })
      if (delta.type === 'text_delta') charsSent += delta.text.length
    }
    send(response, 'content_block_stop', { index })
  }
  if (reply.fault) return await misbehave(response, reply.fault)
  finish(response, answer)
}

function finish(response: ServerResponse, answer: WireAnswer): void {
  const { stop_reason, stop_sequence, stop_details } = answer
  const { cache_creation: _, ...usage } = answer.usage
  send(response, 'message_delta', {
    delta: { stop_reason, stop_sequence, stop_details, container: null },
    usage: { ...usage, server_tool_use: null },
  })
  send(response, 'message_stop', {})
  response.end()
}

function send(response: ServerResponse, type: string, rest: object): void {
  response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`)
}

/** A block as it looks before its first delta. */
function emptied(block: WireBlock): object {
  if (block.type === 'text') return { type: 'text', text: '', citations: null }
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' }
  return { ...block, input: {}, caller: { type: 'direct' } }
}

type Delta =
  | { readonly type: 'text_delta'; readonly text: string }
  | { readonly type: 'thinking_delta'; readonly thinking: string }
  | { readonly type: 'signature_delta'; readonly signature: string | undefined }
  | { readonly type: 'input_json_delta'; readonly partial_json: string }

function deltasOf(block: WireBlock, size: number): Delta[] {
  if (block.type === 'text') return chunks(block.text ?? '', size).map((text) => ({ type: 'text_delta', text }))
  if (block.type === 'thinking') {
    const thinking = chunks(block.thinking ?? '', size).map((part): Delta => ({
      type: 'thinking_delta',
      thinking: part,
    }))
    return [...thinking, { type: 'signature_delta', signature: block.signature }]
  }
  const json = chunks(JSON.stringify(block.input), size)
  return ['', ...json].map((partial_json) => ({ type: 'input_json_delta', partial_json }))
}

function chunks(text: string, size: number): string[] {
  const parts: string[] = []
  for (let at = 0; at < text.length; at += size) parts.push(text.slice(at, at + size))
  return parts
}

async function misbehave(response: ServerResponse, fault: StreamFault): Promise<void> {
  switch (fault.kind) {
    case 'cut':
      // What was written has to leave the process first, or the client sees no stream at all.
      await sleep(20)
      response.destroy()
      return
    case 'eof':
      response.end()
      return
    case 'error':
      send(response, 'error', { error: { type: fault.errorType ?? 'overloaded_error', message: 'Overloaded' } })
      response.end()
      return
    case 'stall':
      while (!response.destroyed) {
        await sleep(fault.pingMs ?? 10)
        if (fault.pingMs && !response.destroyed) send(response, 'ping', {})
      }
  }
}
