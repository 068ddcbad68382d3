import { draftAnswer, type Draft, prepareTurn, tidyThread, type TurnWork } from './answer-turn.ts'
import type { Claim, Turn } from './claim-turn.ts'
import type { TurnEnding } from '../db/schema.ts'
import type { TurnDeps } from './deps.ts'
import { findWish } from './draft-review.ts'
import { architectId } from './inbound.ts'
import { LostLeaseError, TurnHold } from './hold-turn.ts'
import { loadTurn, type TurnInput } from './load-turn.ts'
import { planAside } from './plan-aside.ts'
import { notices } from './sentences.ts'
import { UsageTotal } from './usage-total.ts'
import { type AnswerFile, NotNowError, type Speech, type SpeechRequest } from './voice.ts'

/** Why work on a turn ends before its answer is whole. */
type Interruption = { kind: 'stopped'; by: string } | { kind: 'lost' } | { kind: 'handed-over' }

/** Heartbeats in one lease. */
const heartbeats = 5
/** How often files are tried where only they do not get through. */
const fileTries = 5
/** Documentation that answers may link with an anchor: nobody but its owner reads what such a link carries. */
const documentation = ['https://nodejs.org', 'https://www.npmjs.com', 'https://developer.mozilla.org']

/** One turn at work, from its claim to its last word. */
export class TurnRun {
  readonly done: Promise<void>
  readonly #deps: TurnDeps
  readonly #hold: TurnHold
  readonly #exhausted: boolean
  readonly #abort = new AbortController()
  readonly #usage: UsageTotal
  #interruption: Interruption | undefined
  /** What is known of the turn once Slack was asked. */
  #work: TurnWork | undefined

  constructor(deps: TurnDeps, { turn, exhausted }: Claim) {
    this.#deps = deps
    this.#hold = new TurnHold(deps, turn)
    this.#exhausted = exhausted
    this.#usage = usageOf(turn)
    if (turn.stopRequestedBy) this.#interrupt({ kind: 'stopped', by: turn.stopRequestedBy })
    const heartbeat = setInterval(() => this.checkStop(), deps.leaseMs / heartbeats)
    this.done = this.#run()
      .catch((error: unknown) => this.#setAside(error))
      .finally(() => clearInterval(heartbeat))
  }

  /** Extends the lease, and ends the work when somebody asked for that. */
  checkStop(): void {
    this.#hold.renew().then(
      ({ stopRequestedBy }) => stopRequestedBy && this.#interrupt({ kind: 'stopped', by: stopRequestedBy }),
      (error: unknown) => {
        if (error instanceof LostLeaseError) this.#interrupt({ kind: 'lost' })
        else this.#deps.log.warn({ err: error }, 'lease not renewed')
      },
    )
  }

  /** Ends the work with an honest word and leaves the turn to the next start. */
  handOver(): void {
    this.#interrupt({ kind: 'handed-over' })
  }

  #interrupt(interruption: Interruption): void {
    this.#interruption ??= interruption
    this.#abort.abort()
  }

  async #run(): Promise<void> {
    const { turn } = this.#hold
    const input = await loadTurn(this.#deps.store, turn)
    if (!mayBeAnswered(input.rows)) return this.#hold.finish({ outcome: 'silent' }, undefined)
    await this.#hold.renew()
    // Nobody waits in silence for what has to be asked of Slack first.
    const speech = await this.#deps.voice.open(this.#speechRequest(input))
    let work: TurnWork
    try {
      work = await prepareTurn(this.#deps, this.#hold)
      this.#work = work
      const draft = await this.#unlessRefused(await this.#draft(work, speech))
      const unfinished = draft.ending.outcome === 'stopped'
      if (unfinished && this.#interruption?.kind === 'handed-over') return await this.#leaveForNextStart(speech, draft)
      const ts = await speech.finish(toSpeechEnding(draft))
      await this.#attachFiles(speech, draft)
      const state = this.#exhausted ? ('dead' as const) : ('done' as const)
      await this.#hold.finish(
        { state, outcome: draft.ending.outcome },
        { ts, authorId: architectId, text: draft.answer },
      )
      this.#deps.log.info({ turn: turn.id, outcome: draft.ending.outcome, attempts: turn.attempts }, 'turn finished')
    } catch (error) {
      await speech.leave()
      throw error
    }
    await tidyThread(this.#deps, this.#hold, work.names, this.#abort.signal)
    return undefined
  }

  async #draft(work: TurnWork, speech: Speech): Promise<Draft> {
    if (this.#exhausted) return giveUp(this.#usage)
    const kept = keptDraft(this.#hold.turn, this.#usage)
    if (kept) return kept
    const draft = await draftAnswer(
      { deps: this.#deps, hold: this.#hold, work, speech, usage: this.#usage },
      this.#abort.signal,
    ).catch((error: unknown) => {
      if (this.#abort.signal.aborted && this.#interruption?.kind !== 'lost') return stoppedDraft(this.#usage)
      throw error
    })
    const settled = this.#settle(draft)
    if (this.#interruption?.kind === 'lost') throw new LostLeaseError('the lease ended while the answer was written')
    const handedOver = settled.ending.outcome === 'stopped' && this.#interruption?.kind === 'handed-over'
    const words = handedOver ? {} : { answer: settled.answer, ending: settled.ending }
    await this.#hold.save({ ...words, ...settled.usage.columns })
    return settled
  }

  /** What a review says of private code stays unsaid in a channel that may not read that code any more. */
  async #unlessRefused(draft: Draft): Promise<Draft> {
    const { reviewId } = draft.ending
    const answer = reviewId && (await this.#deps.reviewer.refusal(reviewId))
    if (!answer) return draft
    const ending = { outcome: 'refused' as const, offerRetry: false, sources: [], leftOut: [] }
    await this.#hold.save({ answer, ending })
    return { ...draft, answer, ending }
  }

  /** Where the files cannot be had, the answer that promises them says so. */
  async #attachFiles(speech: Speech, draft: Draft): Promise<void> {
    const { reviewId, filesAttached } = draft.ending
    if (!reviewId || filesAttached) return
    const files = await this.#deps.reviewer.files(reviewId)
    const attached = files.length === 0 || (await this.#tryToAttach(speech, files, draft.ending))
    const notice = [draft.ending.notice, notices.noFiles].filter(Boolean).join(' ')
    const ending = { ...draft.ending, ...(!attached && { notice }), filesAttached: true }
    await this.#hold.save({ ending })
    if (attached) return
    this.#deps.log.warn({ turn: this.#hold.turn.id }, 'Slack did not take the files of a review')
    await speech.finish(toSpeechEnding({ ...draft, ending }))
  }

  /** An answer is not held up for long by its files: others of the thread wait behind it. */
  async #tryToAttach(speech: Speech, files: readonly AnswerFile[], ending: TurnEnding): Promise<boolean> {
    try {
      return await speech.attach(files)
    } catch (error) {
      const filesTried = (ending.filesTried ?? 0) + 1
      if (!(error instanceof NotNowError)) throw error
      if (filesTried >= fileTries) return false
      await this.#hold.save({ ending: { ...ending, filesTried } })
      throw error
    }
  }

  #settle(draft: Draft): Draft {
    if (draft.ending.outcome !== 'stopped' || this.#interruption?.kind !== 'stopped') return draft
    const { by } = this.#interruption
    const notice = draft.answer.trim() === '' ? notices.stoppedEarly(by) : notices.stopped(by)
    return { ...draft, ending: { ...draft.ending, notice } }
  }

  async #leaveForNextStart(speech: Speech, draft: Draft): Promise<void> {
    const ending = { ...draft.ending, notice: notices.shuttingDown, offerRetry: false, parts: [] }
    await speech.finish({ ...toSpeechEnding({ ...draft, ending }), askFeedback: false })
    await this.#hold.save({ state: 'waiting', runAfter: this.#deps.now(), attempts: this.#hold.turn.attempts - 1 })
  }

  async #setAside(error: unknown): Promise<void> {
    const { turn } = this.#hold
    if (error instanceof LostLeaseError) return
    const aside = planAside(error, { ...turn, exhausted: this.#exhausted }, this.#deps.now())
    this.#deps.log.error({ err: error, turn: turn.id, ...aside }, 'turn not finished')
    try {
      await this.#hold.save({
        ...aside,
        ...this.#usage.columns,
        lastError: error instanceof Error ? error.message : String(error),
      })
    } catch (failure) {
      this.#deps.log.error({ err: failure, turn: turn.id }, 'turn not set aside')
    }
  }

  #speechRequest(input: TurnInput): SpeechRequest {
    const { turn } = this.#hold
    const { teamId, channelId, threadTs } = turn
    return {
      teamId,
      channelId,
      threadTs,
      runId: turn.id,
      title: channelId.startsWith('D') && input.past.length === 0 ? input.asked[0]?.text : undefined,
      askerId: input.rows.at(-1)?.authorId ?? '',
      earlier: input.earlierReplies,
      mayHaveSpokenSince: turn.sendingSince ?? undefined,
      others: input.otherReplies,
      knownUserIds: () => [...(this.#work?.names.keys() ?? [])],
      seenUrls: () => [this.#deps.code.hosts.webOrigin, ...documentation, ...listUrls(this.#work?.input ?? input)],
      showsSteps: findWish(input, this.#deps.reviewer) !== undefined,
      isHeld: () => this.#hold.isHeld(),
      beforeSaying: () => this.#hold.beforeSaying(),
      said: (ts) => this.#hold.said(ts),
      stopped: () => this.#interrupt({ kind: 'stopped', by: input.rows.at(-1)?.authorId ?? architectId }),
    }
  }
}

/** Whether anything is to be said at all: not when all was deleted, nor when people of another company talk in a thread of ours. */
function mayBeAnswered(rows: TurnInput['rows']): boolean {
  return rows.some(({ mentioned, foreignAuthor }) => mentioned || !foreignAuthor)
}

function listUrls({ past, newMessages }: TurnInput): string[] {
  const messages = [...past.flatMap((each) => each.messages), ...newMessages]
  return messages.flatMap(({ text }) => text.match(/https?:\/\/[^\s<>|]+/g) ?? [])
}

function keptDraft({ answer, ending }: Turn, usage: UsageTotal): Draft | undefined {
  return answer === null || !ending ? undefined : { answer, ending, usage }
}

/** What earlier attempts at a turn have used: it is paid for whether or not anybody saw an answer. */
function usageOf({ model, costUsd, ...tokens }: Turn): UsageTotal {
  const usage = new UsageTotal()
  const { inputTokens, cacheReadTokens, cacheWriteTokens: cacheWrite5mTokens, outputTokens } = tokens
  const used = { inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens: 0, outputTokens }
  if (model) usage.restore(model, used, costUsd)
  return usage
}

function stoppedDraft(usage: UsageTotal): Draft {
  const ending = { outcome: 'stopped' as const, offerRetry: false, sources: [], leftOut: [] }
  return { answer: '', ending, usage }
}

function giveUp(usage: UsageTotal): Draft {
  const ending = { outcome: 'failed' as const, notice: notices.gaveUp, offerRetry: true, sources: [], leftOut: [] }
  return { answer: '', ending, usage }
}

function toSpeechEnding({ answer, ending, usage }: Draft) {
  const { notice, offerRetry, outcome, sources, leftOut, parts } = ending
  const askFeedback = outcome === 'answered' || outcome === 'facts'
  return { answer, parts, notice, offerRetry, askFeedback, footer: { sources, leftOut, model: usage.summary } }
}
