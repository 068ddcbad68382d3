import { runAgent } from '../agent/loop.ts'
import { assemblePrompt, type Material } from '../agent/prompt.ts'
import type { AgentEvent } from '../agent/agent-event.ts'
import { listFilesTool } from '../agent/tools/list-files.ts'
import { readFilesTool } from '../agent/tools/read-files.ts'
import { searchCodeTool } from '../agent/tools/search-code.ts'
import { searchThreadsTool, type ThreadSearch } from '../agent/tools/search-threads.ts'
import type { Claude } from '../claude/create-claude.ts'
import { sentenceFor } from '../claude/sentences.ts'
import type { TurnSource } from '../db/schema.ts'
import { BlockStream } from '../lib/markdown-blocks.ts'
import type { CodeHost } from './code-host.ts'
import type { OpenRepository } from './open-code.ts'
import type { FinishedTurn } from '../agent/prompt.ts'
import { createRepositoryReader } from './repository-reader.ts'
import { notices, statuses } from './sentences.ts'
import type { UsageTotal } from './usage-total.ts'
import type { Speech } from './voice.ts'

const maxRounds = 12
const maxOutputTokens = 16_000

export interface ModelQuestion {
  claude: Claude
  /** For pricing a call that broke off. */
  modelName: string
  persona: string
  workspace: readonly Material[]
  memory: readonly Material[]
  past: readonly FinishedTurn[]
  question: string
  volatile: readonly Material[]
  code: CodeHost
  repositories: readonly OpenRepository[]
  threads: ThreadSearch
  /** Called with why the model gave no whole answer; for the log only. */
  failed: (reason: Record<string, unknown>) => void
  /** Keeps what was used so far, whatever becomes of the answer. */
  noteUsage: () => Promise<unknown>
  /** False once the day's budget is used up by `costUsd` more. */
  affords: (costUsd: number) => boolean
  signal: AbortSignal
}

/** What came of asking the model; `stopped` when the signal ended it. */
export interface ModelAnswer {
  outcome: 'answered' | 'failed' | 'stopped'
  answer: string
  notice?: string
  sources: TurnSource[]
}

/** Asks the model and says its answer block by block as it comes; failures end in a sentence, never in an exception. */
export async function answerWithModel(asked: ModelQuestion, speech: Speech, usage: UsageTotal): Promise<ModelAnswer> {
  const blocks = new BlockStream()
  let answer = ''
  let lastRound = 0
  const say = async (released: ReturnType<BlockStream['feed']>) => {
    for (const { text } of released) {
      answer += text
      await speech.append(text)
    }
  }
  for await (const event of startRun(asked, usage)) {
    showProgress(event, speech)
    if (event.type === 'text') {
      if (event.round > lastRound && answer !== '') await say(blocks.feed('\n\n'))
      lastRound = event.round
      await say(blocks.feed(event.text))
    }
    if (event.type === 'round-finished') {
      usage.add(event.model, event.usage)
      await asked.noteUsage()
    }
    if (event.type === 'failed' && event.failure.kind !== 'aborted')
      asked.failed({ kind: event.failure.kind, ...event.diagnostic })
    if (event.type === 'finished' || event.type === 'failed') {
      usage.settle(asked.modelName, event.usage)
      await say(blocks.end())
      return { ...conclude(event, answer), answer, sources: event.sources.flatMap(toSource) }
    }
  }
  throw new Error('the run ended without a last event')
}

function startRun(asked: ModelQuestion, usage: UsageTotal): AsyncIterable<AgentEvent> {
  const reader = createRepositoryReader(asked.code, asked.repositories)
  const prompt = assemblePrompt({
    persona: asked.persona,
    workspace: asked.workspace,
    memory: asked.memory,
    turns: asked.past,
    newest: { text: asked.question, material: asked.volatile },
  })
  return runAgent({
    ...prompt,
    model: asked.claude.answer,
    tools: [listFilesTool(reader), readFilesTool(reader), searchCodeTool(reader), searchThreadsTool(asked.threads)],
    maxRounds,
    maxOutputTokens,
    signal: asked.signal,
    mayContinue: () => asked.affords(usage.knownCostUsd),
  })
}

function showProgress(event: AgentEvent, speech: Speech): void {
  if (event.type === 'thinking') speech.status(statuses.thinking)
  if (event.type === 'tool-started') speech.status(`${event.label}…`)
  if (event.type === 'retrying') speech.status(statuses.modelBusy)
}

function conclude(
  event: Extract<AgentEvent, { type: 'finished' | 'failed' }>,
  answer: string,
): Pick<ModelAnswer, 'outcome' | 'notice'> {
  if (event.type === 'failed')
    return event.failure.kind === 'aborted'
      ? { outcome: 'stopped' }
      : { outcome: 'failed', notice: sentenceFor(event.failure) }
  switch (event.stop) {
    case 'answered':
      return answer.trim() === '' ? { outcome: 'failed', notice: notices.emptyAnswer } : { outcome: 'answered' }
    case 'max-tokens':
      return { outcome: 'answered', notice: notices.cutShort }
    case 'out-of-rounds':
      return { outcome: 'answered', notice: notices.roundsReached }
    case 'over-budget':
      return { outcome: 'answered', notice: notices.budgetReachedDuring }
  }
}

function toSource({ label, url }: { label: string; url?: string }): TurnSource[] {
  return url ? [{ label, url }] : []
}
