import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import type { z } from 'zod'

import type { Diagnostic, ExtractionFailure } from './failures.ts'
import type { Effort, FinishedEvent, Model, ModelEvent, ModelMessage, ModelRequest, SystemBlock } from './model.ts'
import { noUsage, type Usage } from './usage.ts'

export interface ExtractionRequest<T> extends Pick<ModelRequest, 'payer' | 'countsPrompt'> {
  /** An object schema; limits such as a maximum length are told to the model and checked afterwards. */
  readonly schema: z.ZodType<T>
  readonly system: readonly SystemBlock[]
  /** Comes before the prompt, the same in many requests, and is kept in the provider's cache for five minutes. */
  readonly context?: string
  readonly prompt: string
  /** Thinking included. Default 8000. */
  readonly maxTokens?: number
  /** Default 'small'. */
  readonly use?: 'small' | 'main'
  /** Default 'low' for the small model, the model's own for the main one. */
  readonly effort?: Effort
}

export type Extraction<T> =
  | { readonly ok: true; readonly value: T; readonly usage: Usage; readonly model: string }
  | {
      readonly ok: false
      readonly failure: ExtractionFailure
      readonly usage: Usage
      readonly diagnostic: Diagnostic
    }

/** The schema as the API wants it, without the SDK's own parser, which throws the answer away when it does not fit. */
export function toOutputFormat(schema: z.ZodType) {
  const { type, schema: jsonSchema } = zodOutputFormat(schema)
  return { type, schema: jsonSchema }
}

/** Asks `model` for one value of the schema; never throws for what the model or the provider does. */
export async function extract<T>(
  request: ExtractionRequest<T>,
  model: Model,
  signal: AbortSignal,
): Promise<Extraction<T>> {
  const { schema, context, prompt, maxTokens = 8000, use: _chosen, ...asked } = request
  const messages = toMessages(context, prompt)
  const last = await lastEvent(model({ ...asked, tools: [], messages, maxTokens }, signal))
  if (last?.type === 'finished') return readValue(schema, last)
  if (last?.type === 'failed')
    return { ok: false, failure: last.failure, usage: last.usage, diagnostic: last.diagnostic }
  return { ok: false, failure: { kind: 'cut', text: '' }, usage: noUsage, diagnostic: {} }
}

function toMessages(context: string | undefined, prompt: string): ModelMessage[] {
  const shared = context ? [{ type: 'text' as const, text: context, cache: '5m' as const }] : []
  return [{ role: 'user', content: [...shared, { type: 'text', text: prompt }] }]
}

async function lastEvent(events: AsyncIterable<ModelEvent>): Promise<ModelEvent | undefined> {
  let last: ModelEvent | undefined
  for await (const event of events) last = event
  return last
}

function readValue<T>(schema: z.ZodType<T>, { content, stopReason, usage, model }: FinishedEvent): Extraction<T> {
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('')
  if (stopReason === 'max_tokens') return unusable('cut-short', usage)
  const parsed = schema.safeParse(parseJson(text))
  if (!parsed.success) return unusable('not-the-shape', usage)
  return { ok: true, value: parsed.data, usage, model }
}

function unusable(reason: 'cut-short' | 'not-the-shape', usage: Usage): Extraction<never> {
  return { ok: false, failure: { kind: 'unusable-answer', reason }, usage, diagnostic: {} }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
