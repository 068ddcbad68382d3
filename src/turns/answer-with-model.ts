import { runAgent } from '../agent/loop.ts'
import { assemblePrompt, type Material } from '../agent/prompt.ts'
import type { AgentEvent } from '../agent/agent-event.ts'
import { listFilesTool } from '../agent/tools/list-files.ts'
import { readFilesTool } from '../agent/tools/read-files.ts'
import { searchCodeTool } from '../agent/tools/search-code.ts'
import { searchThreadsTool, type ThreadSearch } from '../agent/tools/search-threads.ts'
import type { Claude } from '../claude/create-claude.ts'
import type { ModelFailure } from '../claude/failures.ts'
import type { Payer } from '../claude/payer.ts'
import { sentenceFor } from '../claude/sentences.ts'
import type { TurnSource } from '../db/schema.ts'
import { BlockStream } from '../lib/markdown-blocks.ts'
import type { VersionFinder } from '../verify/check-packages.ts'
import type { CodeHost } from './code-host.ts'
import { AnswerGate } from './gate/answer-gate.ts'
import { BlockQueue } from './gate/block-queue.ts'
import { CodeTexts } from './gate/code-texts.ts'
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
  /** What was read of them already, by path by repository. */
  texts: ReadonlyMap<string, ReadonlyMap<string, string>>
  registry: VersionFinder
  threads: ThreadSearch
  /** Called with why the model gave no whole answer; for the log only. */
  failed: (reason: Record<string, unknown>) => void
  /** Called when a block could not be checked; for the log only. */
  checkFailed: (error: unknown) => void
  /** Keeps what was used so far, whatever becomes of the answer. */
  noteUsage: () => Promise<unknown>
  payer: Payer
  signal: AbortSignal
}

/** What came of asking the model; `stopped` when the signal ended it, `unpaid` when nothing was said for want of budget. */
export interface ModelAnswer {
  outcome: 'answered' | 'failed' | 'stopped' | 'unpaid'
  answer: string
  notice?: string
  sources: TurnSource[]
  /** What of the answer did not hold or could not be checked, in short notes. */
  checks: string[]
}

/**
 * Asks the model and says its answer block by block, each once its claims are checked; failures end in a sentence, never
 * in an exception.
 */
export async function answerWithModel(asked: ModelQuestion, speech: Speech, usage: UsageTotal): Promise<ModelAnswer> {
  const texts = new CodeTexts(asked.code, asked.repositories, asked.texts, asked.signal)
  const gate = new AnswerGate({ ...asked, texts, failed: asked.checkFailed })
  const blocks = new BlockStream()
  const queue = new BlockQueue(
    (block) => gate.check(block),
    (text) => speech.append(text),
  )
  try {
    const last = await runToEnd(asked, { speech, usage, texts, blocks, queue })
    queue.push(blocks.end())
    await queue.settle()
    const answer = queue.said
    return { ...conclude(last, answer), answer, sources: last.sources.flatMap(toSource), checks: gate.notes }
  } finally {
    await queue.close()
  }
}

type LastEvent = Extract<AgentEvent, { type: 'finished' | 'failed' }>

interface Run {
  speech: Speech
  usage: UsageTotal
  texts: CodeTexts
  blocks: BlockStream
  queue: BlockQueue
}

async function runToEnd(asked: ModelQuestion, { speech, usage, texts, blocks, queue }: Run): Promise<LastEvent> {
  let lastRound = 0
  for await (const event of startRun(asked, texts)) {
    queue.throwIfFailed()
    queue.after(() => showProgress(event, speech))
    if (event.type === 'text') {
      if (event.round > lastRound && lastRound > 0) queue.push(blocks.feed('\n\n'))
      lastRound = event.round
      queue.push(blocks.feed(event.text))
    }
    if (event.type === 'round-finished') {
      usage.add(event.model, event.usage)
      await asked.noteUsage()
    }
    if (event.type === 'failed' && event.failure.kind !== 'aborted')
      asked.failed({ kind: event.failure.kind, ...event.diagnostic })
    if (event.type === 'finished' || event.type === 'failed') {
      usage.settle(asked.modelName, event.usage)
      return event
    }
  }
  throw new Error('the run ended without a last event')
}

function startRun(asked: ModelQuestion, texts: CodeTexts): AsyncIterable<AgentEvent> {
  const reader = createRepositoryReader(asked.code, asked.repositories, (...read) => texts.note(...read))
  const prompt = assemblePrompt({
    persona: asked.persona,
    workspace: asked.workspace,
    memory: asked.memory,
    turns: asked.past,
    newest: { text: asked.question, material: asked.volatile },
  })
  return runAgent({
    ...prompt,
    model: (request, signal) => asked.claude.answer({ ...request, payer: asked.payer }, signal),
    tools: [listFilesTool(reader), readFilesTool(reader), searchCodeTool(reader), searchThreadsTool(asked.threads)],
    maxRounds,
    maxOutputTokens,
    signal: asked.signal,
  })
}

function showProgress(event: AgentEvent, speech: Speech): void {
  if (event.type === 'thinking') speech.status(statuses.thinking)
  if (event.type === 'tool-started') speech.status(`${event.label}…`)
  if (event.type === 'retrying') speech.status(statuses.modelBusy)
}

function conclude(event: LastEvent, answer: string): Pick<ModelAnswer, 'outcome' | 'notice'> {
  if (event.type === 'failed') return concludeFailed(event.failure, answer)
  if (answer.trim() === '') return { outcome: 'failed', notice: notices.emptyAnswer }
  switch (event.stop) {
    case 'answered':
      return { outcome: 'answered' }
    case 'max-tokens':
      return { outcome: 'answered', notice: notices.cutShort }
    case 'out-of-rounds':
      return { outcome: 'answered', notice: notices.roundsReached }
  }
}

function concludeFailed(failure: ModelFailure, answer: string): Pick<ModelAnswer, 'outcome' | 'notice'> {
  if (failure.kind === 'aborted') return { outcome: 'stopped' }
  if (failure.kind !== 'over-budget') return { outcome: 'failed', notice: sentenceFor(failure) }
  return answer.trim() === '' ? { outcome: 'unpaid' } : { outcome: 'answered', notice: notices.budgetReachedDuring }
}

function toSource({ label, url }: { label: string; url?: string }): TurnSource[] {
  return url ? [{ label, url }] : []
}
