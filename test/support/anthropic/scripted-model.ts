import type { ContentBlock, Model, ModelEvent, ModelRequest } from '../../../src/claude/model.ts'
import { noUsage } from '../../../src/claude/usage.ts'

export interface ScriptedModel {
  readonly model: Model
  /** What it was asked, in order. */
  readonly requests: ModelRequest[]
}

/** A model without a network: each call plays the next list of events. */
export function scriptedModel(...calls: readonly (readonly ModelEvent[])[]): ScriptedModel {
  const requests: ModelRequest[] = []
  async function* model(request: ModelRequest): AsyncGenerator<ModelEvent> {
    const events = calls[requests.length]
    requests.push(request)
    if (!events) throw new Error('the script has no more calls')
    yield* events
  }
  return { model, requests }
}

const usage = { ...noUsage, inputTokens: 100, outputTokens: 10 }

/** The events of a plain answer. */
export function says(text: string): ModelEvent[] {
  return [{ type: 'text', text }, finished([{ type: 'text', text }], 'end_turn')]
}

/** The events of a call of tools, each `[name, input]`. */
export function callsTools(...calls: readonly (readonly [string, unknown])[]): ModelEvent[] {
  const blocks = calls.map(([name, input], index) => ({ type: 'tool_use' as const, id: `call_${index}`, name, input }))
  const started = blocks.map(({ id, name }): ModelEvent => ({ type: 'tool-call', id, name }))
  return [...started, finished(blocks, 'tool_use')]
}

export function finished(
  content: readonly ContentBlock[],
  stopReason: Extract<ModelEvent, { type: 'finished' }>['stopReason'],
): ModelEvent {
  return { type: 'finished', content, stopReason, usage, model: 'claude-opus-5-5' }
}
