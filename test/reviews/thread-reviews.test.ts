import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DayBudget } from '../../src/access/day-budget.ts'
import { openStore } from '../../src/db/open-store.ts'
import { BackgroundAnalyst } from '../../src/evidence/background-analyst.ts'
import { ThreadReviews } from '../../src/reviews/thread/thread-reviews.ts'
import { openClient } from '../github/open-client.ts'
import { shop } from './open-review.ts'

test('a review whose process dies before it answers still offers to go deeper', async () => {
  await using scene = await openReviews()
  const first = await scene.answer('turn')
  const again = await scene.answer('turn')
  expect(first.labels).toEqual([expect.stringMatching(/^Standard, about \$/), expect.stringMatching(/^Deep, about \$/)])
  expect(again).toEqual(first)
})

test('code that was pushed to since it was priced is read as it was, and compared with what comes later', async () => {
  await using scene = await openReviews()
  const value = await scene.quote()
  scene.push({ 'src/late.js': 'eval(process.argv[2])\n' })
  const answer = await scene.begin(value)
  expect(answer).toContain('Review of')
  expect(answer).not.toContain('src/late.js')
  expect(answer).not.toContain('fixed commit')
})

async function openReviews() {
  const folder = mkdtempSync(join(tmpdir(), 'architect-'))
  const store = openStore(join(folder, 'architect.db'))
  const client = await openClient({
    repositories: [{ owner: 'acme', name: 'shop', commits: [{ message: 'Start', files: shop }] }],
  })
  const analyst = new BackgroundAnalyst()
  const reviews = new ThreadReviews({
    store,
    host: client.github,
    analyst,
    checkDecisions: async () => undefined,
    readPackages: async () => ({ advice: [], notAssessed: [] }),
    model: { name: 'claude-opus-5-5', allowUnpriced: false, narrate: () => Promise.reject(new Error('Nobody paid')) },
    privateCode: false,
    isShared: async () => false,
    budget: new DayBudget({ store, limitUsd: 20, now: Date.now }),
    now: Date.now,
  })
  return {
    /** What the thread is told, and what it can press under the report; the same turn asks again after a restart. */
    async answer(turnId: string) {
      const asked = {
        wish: { kind: 'words' as const, text: 'review https://github.com/acme/shop facts' },
        thread: { teamId: 'T1', channelId: 'C1', threadTs: '1.1' },
        turnId,
        askerId: 'U1',
      }
      const showing = { status: () => undefined, noteUsage: async () => undefined }
      const { answer, parts } = await reviews.answer(asked, showing, new AbortController().signal)
      return { answer, labels: parts[0]?.choices.map(({ label }) => label) }
    },
    /** What the first button of a quote carries. */
    async quote() {
      const ask = { teamId: 'T1', channelId: 'C1', userId: 'U1', text: 'https://github.com/acme/shop' }
      const quote = await reviews.quote(ask)
      return typeof quote === 'string' ? quote : (quote.choices[0]?.value ?? '')
    },
    async begin(value: string) {
      const begun = await reviews.begin('T1', value, { userId: 'U1', threadTs: '1.1' })
      const thread = { teamId: 'T1', channelId: 'C1', threadTs: '1.1' }
      const asked = {
        wish: { kind: 'stored' as const, reviewId: begun?.reviewId ?? '' },
        thread,
        turnId: 't',
        askerId: 'U1',
      }
      const showing = { status: () => undefined, noteUsage: async () => undefined }
      return (await reviews.answer(asked, showing, new AbortController().signal)).answer
    },
    push: (files: Record<string, string>) => client.standIn.push('acme/shop', { message: 'More', files }),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await analyst[Symbol.asyncDispose]()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}
