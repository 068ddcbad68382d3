import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DayBudget } from '../../src/access/day-budget.ts'
import { openStore } from '../../src/db/open-store.ts'
import { sharedAnalyst } from '../support/shared-analyst.ts'
import type { Narrate } from '../../src/reviews/narrate.ts'
import { ThreadReviews } from '../../src/reviews/thread/thread-reviews.ts'
import { openClient } from '../github/open-client.ts'
import { placeNewDatabase } from '../support/temporary-store.ts'
import { shop } from './open-review.ts'
import { createTemporaryFolder } from '../support/temporary-folder.ts'

test('a review whose process dies before it answers still offers to go deeper', async () => {
  await using scene = await openReviews()
  const first = await scene.answer('turn')
  const again = await scene.answer('turn')
  expect(first.labels).toEqual([expect.stringMatching(/^Standard, about \$/), expect.stringMatching(/^Deep, about \$/)])
  expect(again).toEqual(first)
})

test('code that was pushed to since it was priced is read as it was, and compared with what comes later', async () => {
  await using scene = await openReviews()
  const { value } = await scene.quoteOf('https://github.com/acme/shop', 0)
  scene.push({ 'src/late.js': 'eval(process.argv[2])\n' })
  const answer = await scene.begin(value)
  expect(answer).toContain('Review of')
  expect(answer).not.toContain('src/late.js')
  expect(answer).not.toContain('fixed commit')
})

test('a change that grows after it was priced costs no more than was said', async () => {
  const caps: (number | undefined)[] = []
  const narrate: Narrate = async ({ capUsd }) => {
    caps.push(capUsd)
    throw new Error('Nobody paid')
  }
  await using scene = await openReviews(narrate)
  scene.push({ 'src/new.js': 'export const one = 1\n' }, 'next')
  const { text, value } = await scene.quoteOf('https://github.com/acme/shop/pull/1', 1)
  const promised = Number(/Standard.*never more than \$(\d+\.\d\d)/.exec(text)?.[1])
  const many = Array.from({ length: 90 }, (_, index) => [`src/routes/${index}.js`, 'export const x = 1\n'.repeat(300)])
  scene.push(Object.fromEntries(many), 'next')
  await expect(scene.begin(value)).rejects.toThrow('Nobody paid')
  expect(caps[0]).toBeLessThanOrEqual(promised + 0.005)
})

async function openReviews(narrate: Narrate = () => Promise.reject(new Error('Nobody paid'))) {
  const folder = createTemporaryFolder()
  const store = openStore(placeNewDatabase(folder))
  const client = await openClient({
    repositories: [
      {
        owner: 'acme',
        name: 'shop',
        commits: [
          { message: 'Start', files: shop },
          { message: 'Next', branch: 'next', files: { 'next.js': '' } },
        ],
        pulls: [{ number: 1, title: 'Next', head: 'next' }],
      },
    ],
  })
  const reviews = new ThreadReviews({
    store,
    host: client.github,
    analyst: sharedAnalyst,
    checkDecisions: async () => undefined,
    readPackages: async () => ({ advice: [], notAssessed: [] }),
    model: { name: 'claude-opus-5-5', allowUnpriced: false, narrate },
    privateCode: false,
    isShared: async () => false,
    budget: new DayBudget({ store, limitUsd: 20, allowUnpriced: false, now: Date.now }),
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
    /** What a quote says, and what one of its buttons carries. */
    async quoteOf(text: string, button: number) {
      const quote = await reviews.quote({ teamId: 'T1', channelId: 'C1', userId: 'U1', text })
      return typeof quote === 'string'
        ? { text: quote, value: '' }
        : { text: quote.text, value: quote.choices[button]?.value ?? '' }
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
    push: (files: Record<string, string>, branch = 'main') =>
      client.standIn.push('acme/shop', { message: 'More', branch, files }),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}
