import { expect, test } from 'vitest'
import type { Store } from '../../../src/db/open-store.ts'
import { findingExceptions, threadFacts } from '../../../src/db/schema.ts'
import { type Acted, actOnDecision, recordDecision } from '../../../src/decisions/act-on-decision.ts'
import type { Act, Decision } from '../../../src/decisions/decision.ts'
import { checkDecisions } from '../../../src/decisions/checks/check-decisions.ts'
import { recordChecks } from '../../../src/decisions/checks/record-checks.ts'
import { buildDigest } from '../../../src/decisions/digest/build-digest.ts'
import { readDigestFacts } from '../../../src/decisions/digest/read-facts.ts'
import { manifest, readFiles } from '../checks/read-files.ts'
import { addChannel, bodyOf, newDecision, person } from '../support.ts'
import { openTemporaryStore } from '../../support/temporary-store.ts'

const dayMs = 86_400_000
const to = Date.parse('2026-11-23T08:00:00Z')
const window = { from: to - 7 * dayMs, to, zone: 'UTC', before: undefined }
const inC1 = { teamId: 'T1', channelId: 'C1', shared: false }

function done(acted: Acted): Decision {
  if ('refused' in acted) throw new Error(acted.refused)
  return acted.decision
}

/** Carries out acts one after another, by the person who may. */
async function live(store: Store, id: string, channelId: string, acts: readonly [Act, number][], reviewBy?: number) {
  const audience = { ...inC1, channelId }
  const link = `https://team.slack.com/archives/${channelId}/p1`
  const given = newDecision(id, bodyOf(`Decision ${id}`, ['UB']), {
    channelId,
    threadLink: link,
    threadTs: '1.0',
    reviewBy,
  })
  let decision = done(await recordDecision(store, audience, given, person('UA'), to - 40 * dayMs))
  for (const [act, at] of acts) {
    const who = act.kind === 'propose' ? 'UA' : 'UB'
    decision = done(await actOnDecision(store, audience, decision, act, person(who), at))
  }
  return decision
}

const propose = (at: number): [Act, number] => [{ kind: 'propose' }, at]
const approve = (at: number): [Act, number] => [{ kind: 'approve' }, at]

async function digestFor(store: Store, audience = inC1) {
  return buildDigest(await readDigestFacts(store, audience, window))
}

test('a channel is told what was decided, closed and waits there, with those it waits for', async () => {
  const store = openTemporaryStore()
  await live(store, 'new', 'C1', [propose(to - 3 * dayMs), approve(to - 2 * dayMs)])
  await live(store, 'old', 'C1', [propose(to - 30 * dayMs), approve(to - 29 * dayMs)], to - dayMs)
  await live(store, 'waits', 'C1', [propose(to - 6 * dayMs)])
  await live(store, 'gone', 'C1', [
    propose(to - 30 * dayMs),
    approve(to - 29 * dayMs),
    [{ kind: 'deprecate', reason: 'Nobody uses it.' }, to - dayMs],
  ])
  const digest = await digestFor(store)
  expect(digest.decided.items).toMatchObject([{ outcome: 'accepted', decision: { title: 'Decision new' } }])
  expect(digest.closed.items).toMatchObject([{ outcome: 'deprecated', decision: { title: 'Decision gone' } }])
  expect(digest.needsAction.items).toMatchObject([
    { kind: 'review', decision: { title: 'Decision old' }, owners: ['UB'] },
    { kind: 'proposed', decision: { title: 'Decision waits' }, days: 6, owners: ['UB'] },
  ])
})

test('nothing of a private channel is told outside it, unless a decider opened it, and then without its link', async () => {
  const store = openTemporaryStore()
  await addChannel(store, 'C1', 'public')
  await addChannel(store, 'C2', 'private')
  await live(store, 'secret', 'C2', [propose(to - 2 * dayMs), approve(to - dayMs)])
  await live(store, 'opened', 'C2', [propose(to - 2 * dayMs), approve(to - dayMs), [{ kind: 'widen' }, to - dayMs]])
  await live(store, 'pending', 'C2', [propose(to - 6 * dayMs)])
  const digest = await digestFor(store)
  expect(JSON.stringify(digest)).not.toMatch(/secret|pending|archives\/C2/)
  expect(digest.decided.items).toMatchObject([{ decision: { title: 'Decision opened', link: undefined } }])
  expect(digest.needsAction.total).toBe(0)
})

test('a channel shared with another company is told of its own decisions only', async () => {
  const store = openTemporaryStore()
  await addChannel(store, 'C1', 'public', true)
  await addChannel(store, 'C2', 'public')
  await live(store, 'other', 'C2', [propose(to - 2 * dayMs), approve(to - dayMs), [{ kind: 'widen' }, to - dayMs]])
  await live(store, 'own', 'C1', [propose(to - 2 * dayMs), approve(to - dayMs)])
  const digest = await digestFor(store, { ...inC1, shared: true })
  expect(digest.decided.items).toMatchObject([{ decision: { title: 'Decision own' } }])
})

test('drift is told with its place, and in a shared channel without any', async () => {
  const store = openTemporaryStore()
  const decision = await live(store, 'd1', 'C1', [propose(to - 30 * dayMs), approve(to - 29 * dayMs)])
  const read = readFiles({ 'package.json': manifest({ dependencies: { moment: '2' } }) })
  const governing = {
    ...decision,
    title: '',
    repositories: ['acme/orders'],
    paths: [],
    checks: ['dependency moment absent'],
  }
  const results = checkDecisions([governing], { repository: 'acme/orders', sha: 'abc', read })
  const history = { findIntroduction: async () => undefined }
  await recordChecks({ store, history, now: () => to }, 'T1', results)
  const digest = await digestFor(store)
  expect(digest.needsAction.items).toMatchObject([
    { kind: 'drift', drift: { places: [{ path: 'package.json', line: 5 }] } },
  ])
  expect(JSON.stringify(await digestFor(store, { ...inC1, shared: true }))).not.toMatch(/package\.json|acme/)
})

test('an exception is told when its date has passed, not one that was withdrawn before', async () => {
  const store = openTemporaryStore()
  const exception = {
    teamId: 'T1',
    channelId: 'C1',
    repository: 'acme/orders',
    fingerprint: 'f',
    rule: 'redos',
    title: 'A pattern',
    place: 'src/a.js:1',
    kind: 'wont-fix' as const,
    reason: 'Later.',
    ownerId: 'U1',
    createdBy: 'U1',
    createdAt: 0,
  }
  await store.write(async (tx) => {
    await tx.insert(findingExceptions).values([
      { ...exception, id: 'passed', until: to - dayMs },
      { ...exception, id: 'withdrawn', until: to - dayMs, endedAt: to - 2 * dayMs },
      { ...exception, id: 'runs', until: to + dayMs },
      { ...exception, id: 'elsewhere', channelId: 'C2', until: to - dayMs },
    ])
  })
  expect((await digestFor(store)).needsAction).toMatchObject({ total: 1, items: [{ kind: 'exception' }] })
})

test('open questions are those of the channel’s threads, less what was decided since', async () => {
  const store = openTemporaryStore()
  const seconds = (ms: number) => (ms / 1000).toFixed(6)
  const question = { teamId: 'T1', channelId: 'C1', kind: 'question' as const }
  await live(store, 'd1', 'C1', [propose(to - 3 * dayMs), approve(to - 2 * dayMs)])
  await store.write(async (tx) => {
    await tx.insert(threadFacts).values([
      { ...question, threadTs: '2.0', text: 'Who runs the backups?', messageTs: seconds(to - 4 * dayMs) },
      { ...question, threadTs: '1.0', text: 'Which database?', messageTs: seconds(to - 4 * dayMs) },
      { ...question, threadTs: '2.0', text: 'Long forgotten?', messageTs: seconds(to - 60 * dayMs) },
      { ...question, channelId: 'C2', threadTs: '2.0', text: 'Elsewhere?', messageTs: seconds(to - 4 * dayMs) },
      { ...question, kind: 'number', threadTs: '2.0', text: '120 a second', messageTs: seconds(to - 4 * dayMs) },
    ])
  })
  expect((await digestFor(store)).questions.items.map(({ text }) => text)).toEqual(['Who runs the backups?'])
})
