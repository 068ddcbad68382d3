import { expect, test } from 'vitest'
import { unlinkRepository } from '../../../src/access/repository-links.ts'
import type { Store } from '../../../src/db/open-store.ts'
import { actOnDecision, recordDecision } from '../../../src/decisions/act-on-decision.ts'
import type { Audience } from '../../../src/decisions/audience.ts'
import { checkForReview, type ReviewedCode } from '../../../src/decisions/checks/check-for-review.ts'
import { readChecks } from '../../../src/decisions/checks/record-checks.ts'
import type { DecisionBody } from '../../../src/decisions/decision.ts'
import { addChannel, bodyOf, newDecision, person } from '../support.ts'
import { openTemporaryStore } from '../../support/temporary-store.ts'
import { manifest, readFiles } from './read-files.ts'

const clean = readFiles({ 'package.json': manifest({}), 'src/a.js': 'export const a = 1\n' })
const broken = readFiles({ 'package.json': manifest({ dependencies: { moment: '2' } }), 'src/a.js': 'a()\n' })

async function accept(store: Store, title: string, channelId: string, changes: Partial<DecisionBody> = {}) {
  const audience = { teamId: 'T1', channelId, shared: false }
  const body = bodyOf(title, ['UB'], changes)
  const link = `https://acme.slack.com/archives/${channelId}/p1`
  const given = newDecision(title, body, { channelId, threadLink: link, checks: ['dependency moment absent'] })
  const drafted = await recordDecision(store, audience, given, person('UA'), 1)
  if ('refused' in drafted) throw new Error(drafted.refused)
  const proposed = await actOnDecision(store, audience, drafted.decision, { kind: 'propose' }, person('UA'), 2)
  if ('refused' in proposed) throw new Error(proposed.refused)
  await actOnDecision(store, audience, proposed.decision, { kind: 'approve' }, person('UB'), 3)
  return drafted.decision.id
}

interface Around {
  linked?: Record<string, string[]>
  mayHear?: (channelId: string) => boolean
}

function check(store: Store, given: Partial<ReviewedCode>, { linked = {}, mayHear = () => true }: Around = {}) {
  const code: ReviewedCode = {
    audience: { teamId: 'T1', channelId: 'C1', shared: false },
    repository: 'Acme/Orders',
    sha: 'abc1234',
    isHead: true,
    path: '',
    head: broken,
    base: undefined,
    ...given,
  }
  const deps = {
    store,
    history: { findIntroduction: async () => undefined },
    listRepositories: async ({ channelId }: { channelId: string }) => linked[channelId] ?? [],
    mayHear: async ({ channelId }: { channelId: string }) => mayHear(channelId),
    now: () => 0,
  }
  return checkForReview(deps, code)
}

const orders = { repository: 'acme/orders' }

test('only decisions that all of the channel may read are named, and only where all can open their thread with a link', async () => {
  const store = openTemporaryStore()
  await addChannel(store, 'C1', 'public')
  await addChannel(store, 'C2', 'public')
  await addChannel(store, 'C3', 'private')
  await accept(store, 'one', 'C1', orders)
  await accept(store, 'two', 'C2', orders)
  await accept(store, 'three', 'C3', orders)
  const seenBy = async (audience: Partial<Audience>) => {
    const found = await check(store, { audience: { teamId: 'T1', channelId: 'C1', shared: false, ...audience } })
    return found.map(({ title, url }) => `${title} ${url?.split('/').at(-2) ?? 'no link'}`)
  }
  expect(await seenBy({})).toEqual(['one C1', 'two C2'])
  expect(await seenBy({ channelId: 'C3' })).toEqual(['one C1', 'two C2', 'three C3'])
  expect(await seenBy({ shared: true })).toEqual(['one C1'])
})

test('one that names no repository governs those of its channel', async () => {
  const store = openTemporaryStore()
  await accept(store, 'one', 'C1')
  expect(await check(store, {})).toEqual([])
  expect(await check(store, {}, { linked: { C1: ['acme/orders'] } })).toHaveLength(1)
})

test('one about paths is left out of a review of other paths', async () => {
  const store = openTemporaryStore()
  await accept(store, 'one', 'C1', { ...orders, affects: { paths: ['src/**'], packages: [], services: [] } })
  expect(await check(store, { path: 'docs' })).toEqual([])
  expect(await check(store, { path: 'src' })).toHaveLength(1)
})

test('only the head of the default branch is kept, and only for channels that may hear of the code', async () => {
  const store = openTemporaryStore()
  await addChannel(store, 'C2', 'public')
  const own = await accept(store, 'own', 'C1', orders)
  const other = await accept(store, 'other', 'C2', orders)
  const kept = async () => (await readChecks(store, 'T1', [own, other])).map(({ decisionId }) => decisionId)
  await check(store, { isHead: false })
  expect(await kept()).toEqual([])
  await check(store, {}, { mayHear: (channelId) => channelId === 'C1' })
  expect(await kept()).toEqual([own])
})

test('of a change it is said what held before', async () => {
  const store = openTemporaryStore()
  await accept(store, 'one', 'C1', orders)
  const before = async (base: ReviewedCode['base']) =>
    (await check(store, { isHead: false, base })).map(({ checks }) => checks[0]?.before)
  expect(await before(clean)).toEqual([false])
  expect(await before(broken)).toEqual([true])
  expect(await before(readFiles({ 'src/a.js': 'a()\n' }))).toEqual([undefined])
})

test('a channel from which a repository was unlinked keeps nothing of its code', async () => {
  const store = openTemporaryStore()
  const id = await accept(store, 'one', 'C1', orders)
  await check(store, {})
  await unlinkRepository(store, { teamId: 'T1', channelId: 'C1' }, 'Acme/Orders')
  expect(await readChecks(store, 'T1', [id])).toMatchObject([{ outcome: 'unknown', places: [], reason: 'no access' }])
})
