import type { Anthropic, Middleware } from '@anthropic-ai/sdk'

import { classifyError, diagnose } from './classify-error.ts'
import { estimateTokens } from './estimate-tokens.ts'
import type { Diagnostic, ModelFailure, RefusalCategory } from './failures.ts'
import type { FailedEvent, FinishedEvent, ModelEvent, StopReason } from './model.ts'
import { fromContent, fromUsage } from './response.ts'
import { addUsage, noUsage, type Usage } from './usage.ts'
import { Watchdog } from './watchdog.ts'

const stopReasons: readonly StopReason[] = ['end_turn', 'max_tokens', 'stop_sequence', 'tool_use', 'pause_turn']

export interface Call {
  readonly client: Anthropic
  readonly body: Anthropic.MessageCreateParamsNonStreaming
  /** How long a started answer may stay silent, milliseconds. */
  readonly idleTimeoutMs: number
}

/** One attempt at one answer, as events; never throws for what the network or the API does. */
export async function* streamOnce(call: Call, signal: AbortSignal): AsyncGenerator<ModelEvent, void> {
  const watchdog = new Watchdog(call.idleTimeoutMs)
  const progress = new Progress()
  try {
    const stream = openStream(call, watchdog, AbortSignal.any([signal, watchdog.signal]))
    for await (const event of stream) {
      const seen = progress.read(event)
      if (seen) yield seen
    }
    const message = await stream.finalMessage()
    yield progress.conclude(message)
  } catch (error) {
    yield progress.fail(whyItFailed(error, { call, signal, watchdog, progress }), diagnose(error))
  } finally {
    watchdog.stop()
  }
}

function openStream(call: Call, watchdog: Watchdog, signal: AbortSignal) {
  const middleware: Middleware = async (request, next) => watchBytes(await next(request), watchdog)
  const stream = call.client.messages.stream(call.body, { signal, middleware: [middleware] })
  // Noted as they arrive: whoever reads this generator may be slow.
  return stream.on('streamEvent', () => watchdog.noteEvent())
}

function watchBytes(response: Response, watchdog: Watchdog): Response {
  if (!response.ok || !response.body) return response
  watchdog.noteBytes()
  watchdog.noteEvent()
  const tap = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      watchdog.noteBytes()
      controller.enqueue(chunk)
    },
  })
  return new Response(response.body.pipeThrough(tap), response)
}

interface Circumstances {
  readonly call: Call
  readonly signal: AbortSignal
  readonly watchdog: Watchdog
  readonly progress: Progress
}

function whyItFailed(error: unknown, { call, signal, watchdog, progress }: Circumstances): ModelFailure {
  if (signal.aborted) return { kind: 'aborted' }
  if (watchdog.fired) return { kind: 'stalled', text: progress.text }
  const failure = classifyError(error, call.body.model, Date.now())
  return failure.kind === 'connection' && progress.started ? { kind: 'cut', text: progress.text } : failure
}

/** What is known so far about an answer that is still arriving. */
class Progress {
  text = ''
  started = false
  #usage = noUsage
  #thinking = ''

  read(event: Anthropic.RawMessageStreamEvent): ModelEvent | undefined {
    if (event.type === 'message_start') {
      this.started = true
      this.#usage = { ...fromUsage(event.message.usage), outputTokens: 0 }
    }
    if (event.type === 'content_block_start' && event.content_block.type === 'tool_use') {
      return { type: 'tool-call', id: event.content_block.id, name: event.content_block.name }
    }
    return event.type === 'content_block_delta' ? this.#readDelta(event.delta) : undefined
  }

  conclude(message: Anthropic.Message): FinishedEvent | FailedEvent {
    const usage = fromUsage(message.usage)
    const reason = message.stop_reason
    if (reason === null) return this.fail({ kind: 'cut', text: this.text }, {}, usage)
    if (reason === 'refusal') return this.fail(refusal(message.stop_details), {}, usage)
    if (reason === 'model_context_window_exceeded') return this.fail({ kind: 'context-too-long' }, {}, usage)
    return {
      type: 'finished',
      content: fromContent(message.content),
      stopReason: toStopReason(reason),
      usage,
      model: message.model,
    }
  }

  fail(failure: ModelFailure, diagnostic: Diagnostic, usage?: Usage): FailedEvent {
    const known =
      usage ?? addUsage(this.#usage, { ...noUsage, outputTokens: estimateTokens(this.#thinking + this.text) })
    return { type: 'failed', failure, usage: known, diagnostic }
  }

  #readDelta(delta: Anthropic.RawContentBlockDelta): ModelEvent | undefined {
    if (delta.type === 'text_delta' && delta.text !== '') {
      this.text += delta.text
      return { type: 'text', text: delta.text }
    }
    if (delta.type === 'thinking_delta' && delta.thinking !== '') {
      this.#thinking += delta.thinking
      return { type: 'thinking', text: delta.thinking }
    }
    return undefined
  }
}

/** The API may add reasons; an answer that ended for one we do not know has still ended. */
function toStopReason(reason: string): StopReason {
  return stopReasons.find((known) => known === reason) ?? 'end_turn'
}

function refusal(details: Anthropic.RefusalStopDetails | null | undefined): ModelFailure {
  const category: RefusalCategory | null | undefined = details?.category
  return category ? { kind: 'refusal', category } : { kind: 'refusal' }
}
