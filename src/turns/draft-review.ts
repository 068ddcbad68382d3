import type { Draft, Drafting } from './answer-turn.ts'
import type { TurnInput } from './load-turn.ts'
import type { Reviewer, ReviewWish } from './reviewer.ts'

/** What the newest messages want reviewed; what a button or a command stored comes before words. */
export function findWish(
  { rows, addressed }: Pick<TurnInput, 'rows' | 'addressed'>,
  reviewer: Reviewer,
): ReviewWish | undefined {
  const reviewId = rows.findLast((row) => row.reviewId !== null)?.reviewId
  if (reviewId) return { kind: 'stored', reviewId }
  const words = addressed.findLast(({ text }) => reviewer.isWish(text))
  return words && { kind: 'words', text: words.text }
}

/** Works out the answer of a turn that asks for a review, showing its steps as it goes. */
export async function draftReview(
  { deps, hold, work, speech, usage }: Drafting,
  wish: ReviewWish,
  signal: AbortSignal,
): Promise<Draft> {
  const { turn } = hold
  const { answer, ...ending } = await deps.reviewer.answer(
    {
      wish,
      thread: turn,
      turnId: turn.id,
      askerId: work.input.rows.at(-1)?.authorId ?? '',
      channel: work.channel,
    },
    {
      status: (text) => speech.status(text),
      noteUsage: async (model, used) => {
        usage.add(model, used)
        await hold.save(usage.columns)
      },
    },
    signal,
  )
  return { answer, ending: { ...ending, offerRetry: ending.outcome === 'failed' }, usage }
}
