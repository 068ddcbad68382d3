import assert from 'node:assert/strict'

import type {
  ContentBlock,
  Effort,
  FailedEvent,
  FinishedEvent,
  Model,
  ModelMessage,
  SystemBlock,
  ToolUseBlock,
} from '../claude/model.ts'
import type { AgentEvent, AgentStop } from './agent-event.ts'
import { RunRecord } from './run-record.ts'
import { runTools } from './run-tools.ts'
import type { Tool } from './tool.ts'

export interface AgentRun {
  readonly model: Model
  readonly tools: readonly Tool[]
  readonly system: readonly SystemBlock[]
  /** Ends with the user's newest message. */
  readonly messages: readonly ModelMessage[]
  /** Model calls at most; in the last one the model is asked to answer without tools. */
  readonly maxRounds: number
  /** Tokens per model call, thinking included. */
  readonly maxOutputTokens: number
  /** Default: the model's own. */
  readonly effort?: Effort
  readonly signal: AbortSignal
  /** How long one tool may take before the model goes on without it, milliseconds. Default 60 000. */
  readonly toolTimeoutMs?: number
}

/** Models sometimes end a turn after tool results without a word. */
const answerAtAll = 'Your last turn was empty. Write the answer for the person who asked.'

const answerNow =
  'This is the last step: no more tools can be used. Answer now from what you have, and say what you could not check.'

/**
 * Lets a model answer with the help of tools. Contract: the last event is `finished` or `failed`; model and tool
 * failures are events, never thrown; aborting ends the run within a second, even when a tool ignores it.
 */
export async function* runAgent(run: AgentRun): AsyncGenerator<AgentEvent, void> {
  assert(run.maxRounds >= 1, 'a run needs at least one round')
  const record = new RunRecord()
  let messages = run.messages
  let nudged = false
  for (;;) {
    const reply = yield* askModel(run, messages, record)
    if (reply.type === 'failed') {
      yield record.fail(reply)
      return
    }
    const calls = reply.content.filter((block) => block.type === 'tool_use')
    yield {
      type: 'round-finished',
      round: record.rounds,
      usage: reply.usage,
      model: reply.model,
      toolCalls: calls.length,
    }
    const isLast = record.rounds >= run.maxRounds
    const stop = whyStop(reply, calls, isLast)
    if (stop === 'answered' && record.isSilent && !isLast && !nudged) {
      nudged = true
      messages = withInstruction(messages, answerAtAll)
      continue
    }
    if (stop) {
      yield record.finish(stop)
      return
    }
    const { results, sources } = yield* runTools({ calls, ...run })
    record.noteSources(sources)
    if (run.signal.aborted) {
      yield record.fail({ failure: { kind: 'aborted' }, diagnostic: {} })
      return
    }
    messages = continued(messages, reply.content, results)
  }
}

/** A call cut off by the token limit has half an input, so it is not carried out. */
function whyStop(reply: FinishedEvent, calls: readonly ToolUseBlock[], isLast: boolean): AgentStop | undefined {
  if (reply.stopReason === 'max_tokens') return 'max-tokens'
  const wantsMore = calls.length > 0 || reply.stopReason === 'pause_turn'
  if (!wantsMore) return 'answered'
  return isLast ? 'out-of-rounds' : undefined
}

async function* askModel(
  { model, tools, system, maxRounds, maxOutputTokens, effort, signal }: AgentRun,
  messages: readonly ModelMessage[],
  record: RunRecord,
): AsyncGenerator<AgentEvent, FinishedEvent | FailedEvent> {
  const round = record.startRound()
  const request = {
    system,
    tools: tools.map((tool) => tool.definition),
    messages: round === maxRounds ? withInstruction(messages, answerNow) : messages,
    maxTokens: maxOutputTokens,
    ...(effort && { effort }),
  }
  for await (const event of model(request, signal)) {
    if (event.type === 'finished' || event.type === 'failed') {
      record.noteUsage(event.usage)
      return event
    }
    if (event.type === 'text') record.noteText(event.text)
    if (event.type === 'text' || event.type === 'thinking') yield { ...event, round }
    if (event.type === 'retrying') yield event
  }
  throw new Error('The model ended without a finished or failed event')
}

/** A turn the provider paused goes back as it is, without a message of ours. */
function continued(
  messages: readonly ModelMessage[],
  reply: readonly ContentBlock[],
  results: readonly ContentBlock[],
): ModelMessage[] {
  const next: ModelMessage[] = [...messages, { role: 'assistant', content: reply }]
  return results.length === 0 ? next : [...next, { role: 'user', content: results }]
}

/** Forcing `tool_choice` is refused by current models, so the model is told, at the very end to keep the cache. */
function withInstruction(messages: readonly ModelMessage[], instruction: string): ModelMessage[] {
  const last = messages.at(-1)
  if (last?.role !== 'user') return [...messages]
  return [...messages.slice(0, -1), { ...last, content: [...last.content, { type: 'text', text: instruction }] }]
}
