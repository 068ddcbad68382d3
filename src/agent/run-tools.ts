import type { ToolResultBlock, ToolUseBlock } from '../claude/model.ts'
import type { AgentEvent } from './agent-event.ts'
import { wrapUntrusted } from './envelope.ts'
import type { Source, Tool, ToolOutcome } from './tool.ts'

/** Enough for one answer to read a few things at once without flooding whoever serves them. */
const atOnce = 4
/** About ten thousand tokens of code. */
const maxResultChars = 40_000

export interface ToolCalls {
  readonly calls: readonly ToolUseBlock[]
  readonly tools: readonly Tool[]
  readonly signal: AbortSignal
  /** Default 60 000. */
  readonly toolTimeoutMs?: number
}

export interface ToolRound {
  /** In the order of the calls. */
  readonly results: readonly ToolResultBlock[]
  readonly sources: readonly Source[]
}

interface Done {
  readonly call: ToolUseBlock
  readonly outcome: ToolOutcome
  readonly error?: unknown
}

/** Runs the calls of one round, a few at a time; a tool that throws, is unknown or is aborted gives an error result. */
export async function* runTools(round: ToolCalls): AsyncGenerator<AgentEvent, ToolRound> {
  const { calls, tools, signal } = round
  const all: Done[] = []
  for (let at = 0; at < calls.length && !signal.aborted; at += atOnce) {
    const batch = calls.slice(at, at + atOnce)
    for (const call of batch) yield startedEvent(call, tools)
    const done = await Promise.all(batch.map((call) => runOne(call, round)))
    for (const each of done) yield finishedEvent(each)
    all.push(...done)
  }
  return { results: all.map(toResult), sources: all.flatMap(({ outcome }) => sourcesOf(outcome)) }
}

async function runOne(call: ToolUseBlock, { tools, signal, toolTimeoutMs = 60_000 }: ToolCalls): Promise<Done> {
  const tool = findTool(call, tools)
  if (!tool) return { call, outcome: unknownTool(call.name, tools) }
  const limit = AbortSignal.any([signal, AbortSignal.timeout(toolTimeoutMs)])
  const { promise: ended, resolve: end } = Promise.withResolvers<Done>()
  limit.addEventListener('abort', () => end({ call, outcome: { ok: false, text: whyEnded(signal) } }), { once: true })
  const ran = Promise.try(() => tool.call(call.input, limit)).then(
    (outcome): Done => ({ call, outcome }),
    (error: unknown): Done => ({ call, outcome: { ok: false, text: 'The tool failed. Go on without it.' }, error }),
  )
  return await Promise.race([ran, ended])
}

function whyEnded(signal: AbortSignal): string {
  return signal.aborted ? 'Stopped.' : 'The tool took too long. Go on without it, or ask it for less.'
}

function findTool(call: ToolUseBlock, tools: readonly Tool[]): Tool | undefined {
  return tools.find((tool) => tool.definition.name === call.name)
}

function unknownTool(name: string, tools: readonly Tool[]): ToolOutcome {
  const names = tools.map((tool) => tool.definition.name).join(', ')
  return { ok: false, text: `There is no tool "${name}". The tools are: ${names}.` }
}

function startedEvent(call: ToolUseBlock, tools: readonly Tool[]): AgentEvent {
  const label = findTool(call, tools)?.describe(call.input) ?? 'choosing a tool'
  return { type: 'tool-started', id: call.id, name: call.name, input: call.input, label }
}

function finishedEvent({ call, outcome, error }: Done): AgentEvent {
  const { id, name } = call
  const event = { type: 'tool-finished', id, name, ok: outcome.ok, sources: sourcesOf(outcome) } as const
  return error === undefined ? event : { ...event, error }
}

function sourcesOf(outcome: ToolOutcome): readonly Source[] {
  return outcome.ok ? outcome.sources : []
}

function toResult({ call, outcome }: Done): ToolResultBlock {
  const { text } = wrapUntrusted(outcome.text, 'tool', maxResultChars)
  return { type: 'tool_result', toolUseId: call.id, text, isError: !outcome.ok }
}
