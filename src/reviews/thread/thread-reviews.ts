import type { Usage } from '../../claude/usage.ts'
import type { TurnPart } from '../../db/schema.ts'
import { addException } from '../exception-store.ts'
import { depths, type ReviewFinding, type ReviewReport } from '../review.ts'
import { createReview, loadReview, loadThreadReview, type ReviewRow } from '../store.ts'
import { beginQuoted, toReviewId } from './begin-review.ts'
import { ProgressLines } from './describe-progress.ts'
import { refuseCode } from './find-code.ts'
import { findQuote, quoteReview, toValue } from './quote-review.ts'
import { readTyped, readWish } from './read-wish.ts'
import { renderFiles } from './render-files.ts'
import { renderRecall } from './render-recall.ts'
import { renderThreadAnswer } from './render-thread-answer.ts'
import { type Finished, runInThread } from './run-in-thread.ts'
import { reviewSentences } from './sentences.ts'
import type { ThreadReviewDeps } from './thread-deps.ts'

interface Thread {
  teamId: string
  channelId: string
  threadTs: string
}

interface Asked {
  wish: { kind: 'words'; text: string } | { kind: 'stored'; reviewId: string }
  thread: Thread
  turnId: string
  askerId: string
}

interface Showing {
  status: (text: string) => void
  noteUsage: (model: string, usage: Usage) => Promise<void>
}

/** What a thread is told. */
interface Told {
  outcome: 'answered' | 'facts' | 'stopped' | 'failed' | 'refused'
  answer: string
  parts: TurnPart[]
  sources: []
  leftOut: []
  reviewId?: string
}

/** Reviews as a Slack workspace asks for them: quoted, begun, answered in a thread, and questioned. */
export class ThreadReviews {
  readonly #deps: ThreadReviewDeps

  constructor(deps: ThreadReviewDeps) {
    this.#deps = deps
  }

  /** Whether a message asks for a review of code. */
  isWish(text: string): boolean {
    return readWish(text) !== undefined
  }

  /** What there is to review and what each depth costs; a sentence when it cannot be reviewed. */
  quote(ask: { teamId: string; channelId: string; userId: string; text: string; threadTs?: string }) {
    const { text, ...place } = ask
    return quoteReview(this.#deps, { ...place, wish: readTyped(text) }, new AbortController().signal)
  }

  /** The quote behind a button; undefined when it is gone. While it is being reviewed at another depth, it begins as that. */
  async find(teamId: string, value: string) {
    const found = await findQuote(this.#deps, teamId, value)
    if (!found) return undefined
    const { url, channelId, threadTs } = found.quote
    const underWay = await this.#findUnderWay(found.quote)
    return { beginsAs: underWay ?? toReviewId(found), label: found.quote.target ?? url, channelId, threadTs }
  }

  async #findUnderWay(quote: ReviewRow): Promise<string | undefined> {
    const begun = await Promise.all(depths.map((depth) => loadReview(this.#deps.store, toReviewId({ quote, depth }))))
    return begun.find((review) => review?.state === 'running')?.id
  }

  /** Stores that a quoted review is wanted; undefined when the quote is gone. The same button again gives the same review. */
  begin(teamId: string, value: string, asked: { userId: string; threadTs: string }) {
    return beginQuoted(this.#deps, teamId, value, asked)
  }

  /** Reviews, or says what it would cost. An abort ends it with what is verified so far. */
  async answer(asked: Asked, showing: Showing, signal: AbortSignal): Promise<Told> {
    const reviewId = asked.wish.kind === 'stored' ? asked.wish.reviewId : await this.#settle(asked, signal)
    if (typeof reviewId !== 'string') return reviewId
    const row = await loadReview(this.#deps.store, reviewId)
    if (!row) return tell('refused', reviewSentences.gone)
    // Stopped by a restart and not by a person, it goes on with what was kept.
    if (row.report && (row.state !== 'stopped' || signal.aborted)) return this.#answerFrom(row, readFinished(row))
    return this.#review(row, showing, signal)
  }

  /** Why a review must not be said in its channel any more: its private code may not be read there by now, or it is gone with its link. */
  async refusal(reviewId: string): Promise<string | undefined> {
    const row = await loadReview(this.#deps.store, reviewId)
    if (!row?.report) return reviewSentences.gone
    const { pin } = (row.report as ReviewReport).target
    return pin && row.private ? refuseCode(this.#deps, row, pin) : undefined
  }

  /** The files of a finished review; none where its channel may not read them. */
  async files(reviewId: string) {
    const row = await loadReview(this.#deps.store, reviewId)
    if (!row?.report || (await this.refusal(reviewId))) return []
    return renderFiles(row.report as ReviewReport, row.picture)
  }

  /** What the thread's last review came to. */
  async recall(thread: Thread): Promise<string | undefined> {
    const last = await loadThreadReview(this.#deps.store, thread)
    return last && renderRecall(last.report)
  }

  /** The finding behind a button, with where its review was. */
  async findFinding(teamId: string, address: { reviewId: string; fingerprint: string }) {
    const found = await this.#findFinding(teamId, address)
    if (!found) return undefined
    const { finding, row, report } = found
    const pin = report.target.pin
    const facts = { ...finding, repository: pin && `${pin.owner}/${pin.name}`.toLowerCase() }
    return { title: finding.title, facts, channelId: row.channelId, threadTs: row.threadTs }
  }

  /** Keeps a finding from coming back. */
  async dismiss(
    teamId: string,
    address: { reviewId: string; fingerprint: string },
    dismissal: {
      kind: 'wont-fix' | 'wrong'
      reason: string
      ownerId: string
      untilMs: number | undefined
      userId: string
    },
  ): Promise<void> {
    const found = await this.#findFinding(teamId, address)
    const pin = found?.report.target.pin
    if (!found || !pin) return
    const { kind, reason, ownerId, untilMs: until, userId: createdBy } = dismissal
    const { channelId } = found.row
    const repository = `${pin.owner}/${pin.name}`
    const why = { kind, reason, ownerId, until, createdBy }
    await addException(
      this.#deps.store,
      { teamId, channelId, repository, finding: found.finding, ...why },
      this.#deps.now(),
    )
  }

  async #findFinding(
    teamId: string,
    { reviewId, fingerprint }: { reviewId: string; fingerprint: string },
  ): Promise<{ finding: ReviewFinding; row: ReviewRow; report: ReviewReport } | undefined> {
    const row = await loadReview(this.#deps.store, reviewId)
    if (row?.teamId !== teamId || !row.report) return undefined
    const report = row.report as ReviewReport
    const finding = report.findings.find((each) => each.fingerprint === fingerprint)
    return finding && { finding, row, report }
  }

  /** The review that words ask for, stored; or what is said instead: a quote to choose from, or why there is nothing to review. */
  async #settle({ wish, thread, turnId, askerId }: Asked, signal: AbortSignal): Promise<string | Told> {
    const read = wish.kind === 'words' ? readWish(wish.text) : undefined
    if (!read) return tell('refused', reviewSentences.nothingOpen)
    const { teamId, channelId, threadTs } = thread
    const place = { teamId, channelId, threadTs, userId: askerId, quoteId: turnId }
    const quote = await quoteReview(this.#deps, { ...place, wish: read }, signal)
    if (typeof quote === 'string') return tell('refused', quote)
    if (quote.settled === undefined)
      return { ...tell('facts', quote.text), parts: [{ markdown: '', choices: quote.choices }] }
    const begun = await this.begin(teamId, quote.settled, { userId: askerId, threadTs })
    return begun?.reviewId ?? tell('refused', reviewSentences.gone)
  }

  async #review(row: ReviewRow, showing: Showing, signal: AbortSignal): Promise<Told> {
    const lines = new ProgressLines(`Review of ${row.target ?? row.url}`)
    const running = {
      noteUsage: showing.noteUsage,
      onProgress: (progress: Parameters<ProgressLines['add']>[0]) => showing.status(lines.add(progress)),
    }
    const finished = await runInThread(this.#deps, row, running, signal)
    if (typeof finished === 'string') return tell('refused', finished)
    // Its repository may have got another name meanwhile.
    return this.#answerFrom((await loadReview(this.#deps.store, row.id)) ?? row, finished)
  }

  async #answerFrom(row: ReviewRow, finished: Finished): Promise<Told> {
    const { report } = finished
    const { answer, parts } = renderThreadAnswer(report, row.id)
    const choices = await this.#offer(row, finished)
    return {
      outcome: report.ending.kind === 'stopped' ? 'stopped' : report.depth === 'facts' ? 'facts' : 'answered',
      answer,
      sources: [],
      leftOut: [],
      reviewId: row.id,
      parts: [...(choices.length > 0 ? [{ markdown: '', choices }] : []), ...parts],
    }
  }

  /** What can be done next: go on where a cap or the model ended it, or go deeper. */
  async #offer(row: ReviewRow, { report: { ending, depth }, estimates }: Finished): Promise<TurnPart['choices']> {
    if (ending.kind === 'stopped') return []
    const quoteId = `${row.id}-more`
    const { teamId, channelId, threadTs, requestedBy, url, target, sha } = row
    const quote = { id: quoteId, teamId, channelId, threadTs, requestedBy, url, depth, state: 'quoted' as const }
    const pinned = { target: target ?? '', sha: sha ?? undefined, continues: row.id }
    await createReview(this.#deps.store, { ...quote, ...pinned }, this.#deps.now())
    if (ending.kind !== 'complete') {
      const price = ending.continueUsd === undefined ? '' : `, about $${ending.continueUsd.toFixed(2)}`
      return [{ label: `Continue${price}`, act: 'review', value: toValue(quoteId, depth) }]
    }
    const deeper = depth === 'facts' ? (['standard', 'deep'] as const) : depth === 'standard' ? (['deep'] as const) : []
    return deeper.flatMap((next) => {
      const estimate = estimates?.[next]
      if (!estimate || estimate.refused) return []
      const price = estimate.priceUsd === undefined ? '' : `, about $${estimate.priceUsd.toFixed(2)}`
      return [
        {
          label: `${next === 'deep' ? 'Deep' : 'Standard'}${price}`,
          act: 'review' as const,
          value: toValue(quoteId, next),
        },
      ]
    })
  }
}

// Only runInThread writes these columns.
function readFinished({ report, estimates }: ReviewRow): Finished {
  return { report: report as ReviewReport, estimates: (estimates ?? undefined) as Finished['estimates'] }
}

function tell(outcome: Told['outcome'], answer: string): Told {
  return { outcome, answer, parts: [], sources: [], leftOut: [] }
}
