import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/db/open-store.ts'
import { type Acted, actOnDecision, recordDecision, reopenDecision } from '../../src/decisions/act-on-decision.ts'
import type { Audience } from '../../src/decisions/audience.ts'
import type { Act, Actor, Decision } from '../../src/decisions/decision.ts'
import {
  findByCard,
  findByNumber,
  listCards,
  listDueForReview,
  listOfThread,
  rememberCard,
  findDecision,
  listDecisions,
  listWaitingFor,
  readHistory,
} from '../../src/decisions/store.ts'
import { addChannel, bodyOf, inC1, newDecision, person } from './support.ts'
import { openTemporaryStore, openTemporaryStores } from '../support/temporary-store.ts'

function done(acted: Acted): Decision {
  if ('refused' in acted) throw new Error(acted.refused)
  return acted.decision
}

const everyone = { statuses: ['draft', 'proposed', 'accepted', 'rejected', 'superseded'] as const }

async function record(store: Store, id: string, changes: Parameters<typeof newDecision>[2] = {}): Promise<Decision> {
  const given = newDecision(id, bodyOf(`Decision ${id}`, ['UB']), changes)
  return done(await recordDecision(store, inC1, given, person('UA'), 1))
}

async function accept(store: Store, id: string, changes: Parameters<typeof newDecision>[2] = {}): Promise<Decision> {
  const draft = await record(store, id, changes)
  const own = { ...inC1, channelId: draft.channelId }
  const proposed = done(await actOnDecision(store, own, draft, { kind: 'propose' }, person('UA'), 2))
  return done(await actOnDecision(store, own, proposed, { kind: 'approve' }, person('UB'), 3))
}

describe('records', () => {
  test('numbers are given when a decision is proposed, so a withdrawn draft leaves no hole', async () => {
    const store = openTemporaryStore()
    const dropped = await record(store, 'd1')
    await actOnDecision(store, inC1, dropped, { kind: 'withdraw', reason: '' }, person('UA'), 2)
    expect((await accept(store, 'd2')).number).toBe(1)
    expect((await accept(store, 'd3')).number).toBe(2)
  })

  test('the second of two people who act on what they both saw is told to look again', async () => {
    const store = openTemporaryStore()
    const draft = await record(store, 'd1')
    const both = await Promise.all([
      actOnDecision(store, inC1, draft, { kind: 'propose' }, person('UA'), 2),
      actOnDecision(store, inC1, draft, { kind: 'withdraw', reason: '' }, person('UA'), 2),
    ])
    expect(both.filter((acted) => 'refused' in acted)).toHaveLength(1)
    expect(await readHistory(store, inC1, 'd1')).toHaveLength(2)
  })

  test('two deciders who press at once both have their word, but not after an edit', async () => {
    const store = openTemporaryStore()
    const body = bodyOf('Two', ['UB', 'UC'])
    const draft = await record(store, 'd1', { body })
    const proposed = done(await actOnDecision(store, inC1, draft, { kind: 'propose' }, person('UA'), 2))
    const approve = (who: string) => actOnDecision(store, inC1, proposed, { kind: 'approve' }, person(who), 3)
    const both = (await Promise.all([approve('UB'), approve('UC')])).map(done)
    expect(both.map(({ status }) => status)).toEqual(['proposed', 'accepted'])

    const other = await record(store, 'd2', { body })
    const seen = done(await actOnDecision(store, inC1, other, { kind: 'propose' }, person('UA'), 2))
    const edit: Act = { kind: 'edit', draft: { ...seen, body: { ...body, title: 'Three' } } }
    await actOnDecision(store, inC1, seen, edit, person('UA'), 3)
    expect(await actOnDecision(store, inC1, seen, { kind: 'approve' }, person('UB'), 4)).toHaveProperty('refused')
  })

  test('accepting a successor supersedes the old decision in the same step, with a line in both histories', async () => {
    const store = openTemporaryStore()
    await accept(store, 'd1')
    const successor = await accept(store, 'd2', { supersedes: ['d1'] })
    expect(successor.status).toBe('accepted')
    expect(await findByNumber(store, inC1, 1)).toMatchObject({ status: 'superseded', supersededBy: 'd2' })
    const history = await readHistory(store, inC1, 'd1')
    expect(history.at(-1)).toMatchObject({ kind: 'superseded', actorId: 'UB', origin: 'button', at: 3 })
  })

  test('nothing changes when what a successor replaces was replaced already', async () => {
    const store = openTemporaryStore()
    await accept(store, 'd1')
    const late = await record(store, 'd3', { supersedes: ['d1'] })
    const proposed = done(await actOnDecision(store, inC1, late, { kind: 'propose' }, person('UA'), 2))
    await accept(store, 'd2', { supersedes: ['d1'] })
    expect(await actOnDecision(store, inC1, proposed, { kind: 'approve' }, person('UB'), 4)).toHaveProperty('refused')
    expect(await findDecision(store, inC1, 'd3')).toMatchObject({ status: 'proposed', votes: [] })
  })

  test('a supersession that is declared afterwards is written on both sides', async () => {
    const store = openTemporaryStore()
    const old = await accept(store, 'd1')
    const by = await accept(store, 'd2')
    done(await actOnDecision(store, inC1, old, { kind: 'supersede', by }, person('UB'), 4))
    expect(await findDecision(store, inC1, 'd2')).toMatchObject({ supersedes: ['d1'] })
    expect(await findDecision(store, inC1, 'd1')).toMatchObject({ supersededBy: 'd2' })
  })

  test('a decision waits for its deciders until they have spoken', async () => {
    const store = openTemporaryStore()
    const draft = await record(store, 'd1')
    expect(await listWaitingFor(store, inC1, 'UB')).toEqual([])
    const proposed = done(await actOnDecision(store, inC1, draft, { kind: 'propose' }, person('UA'), 2))
    expect(await listWaitingFor(store, inC1, 'UB')).toHaveLength(1)
    await actOnDecision(store, inC1, proposed, { kind: 'approve' }, person('UB'), 3)
    expect(await listWaitingFor(store, inC1, 'UB')).toEqual([])
  })

  test('a rejected decision that is taken up again keeps its history and the new one points at it', async () => {
    const store = openTemporaryStore()
    const draft = await record(store, 'd1')
    const proposed = done(await actOnDecision(store, inC1, draft, { kind: 'propose' }, person('UA'), 2))
    const no: Act = { kind: 'reject', reason: 'costs too much' }
    const rejected = done(await actOnDecision(store, inC1, proposed, no, person('UB'), 3))
    const again = done(await reopenDecision(store, inC1, rejected, 'd2', person('UC'), 4))
    expect(again).toMatchObject({ id: 'd2', reopens: 'd1', status: 'draft' })
    const kinds = (await readHistory(store, inC1, 'd1')).map(({ kind }) => kind)
    expect(kinds).toEqual(['created', 'proposed', 'objected', 'rejected', 'reopened'])
  })

  test('a thread knows the decisions recorded from it, and a card the one it shows', async () => {
    const store = openTemporaryStore()
    await record(store, 'd1', { threadTs: '1.0' })
    await record(store, 'd2', { threadTs: '2.0' })
    expect((await listOfThread(store, inC1, '1.0')).map(({ id }) => id)).toEqual(['d1'])
    expect(await listOfThread(store, { ...inC1, channelId: 'C2' }, '1.0')).toEqual([])
    const card = { teamId: 'T1', channelId: 'C1', ts: '9.0' }
    await rememberCard(store, card, { id: 'd2', version: 1 })
    await rememberCard(store, card, { id: 'd2', version: 1 })
    expect(await listCards(store, 'd2')).toEqual([card])
    expect(await findByCard(store, inC1, '9.0')).toMatchObject({ decision: { id: 'd2' }, shownVersion: 1 })
  })

  test('an accepted decision is due for review until somebody has looked at it', async () => {
    const store = openTemporaryStore()
    const decision = await accept(store, 'd1', { reviewBy: 50 })
    expect(await listDueForReview(store, inC1, 60)).toHaveLength(1)
    expect(await listDueForReview(store, inC1, 40)).toEqual([])
    done(await actOnDecision(store, inC1, decision, { kind: 'review', reviewBy: 90 }, person('UA'), 55))
    expect(await listDueForReview(store, inC1, 60)).toEqual([])
  })

  test('a list is narrowed by status, tag and repository', async () => {
    const store = openTemporaryStore()
    const tagged = bodyOf('Tagged', ['UB'], { tags: ['Database'], repository: 'Acme/Orders' })
    await accept(store, 'd1', { body: tagged })
    await accept(store, 'd2')
    await record(store, 'd3')
    const titles = async (filter: Parameters<typeof listDecisions>[2]) =>
      (await listDecisions(store, inC1, filter, 10)).map(({ id }) => id)
    expect(await titles({ tag: 'database' })).toEqual(['d1'])
    expect(await titles({ tag: 'data' })).toEqual([])
    expect(await titles({ repository: 'acme/orders' })).toEqual(['d1'])
    expect(await titles({ statuses: ['draft'] })).toEqual(['d3'])
    expect(await titles({})).toEqual(['d2', 'd1'])
  })
})

describe('who sees a decision', () => {
  const at = (channelId: string, shared = false) => ({ teamId: 'T1', channelId, shared })
  const made = [
    ['public', false, { same: true, other: true, external: false }],
    ['private', false, { same: true, other: false, external: false }],
    ['direct', false, { same: true, other: false, external: false }],
    ['public', true, { same: true, other: false, external: false }],
  ] as const
  test.each(made)('made in a %s channel (shared: %s)', async (kind, shared, seen) => {
    const store = openTemporaryStore()
    await addChannel(store, 'CHOME', kind, shared)
    await record(store, 'd1', { channelId: 'CHOME' })
    const sees = async (audience: Audience) => (await findDecision(store, audience, 'd1')) !== undefined
    expect({
      same: await sees(at('CHOME', shared)),
      other: await sees(at('COTHER')),
      external: await sees(at('CEXTERNAL', true)),
    }).toEqual(seen)
    expect(await sees({ ...at('CHOME'), teamId: 'T2' })).toBe(false)
    expect(await sees({ ...at(''), readerId: 'UB' })).toBe(true)
    expect(await sees({ ...at(''), readerId: 'UX' })).toBe(seen.other)
  })

  test('only a decider widens it, and then the workspace reads it but no shared channel does', async () => {
    const store = openTemporaryStore()
    await addChannel(store, 'CP', 'private')
    const decision = await accept(store, 'd1', { channelId: 'CP' })
    expect(await actOnDecision(store, at('CP'), decision, { kind: 'widen' }, person('UA', true), 4)).toHaveProperty(
      'refused',
    )
    done(await actOnDecision(store, at('CP'), decision, { kind: 'widen' }, person('UB'), 4))
    expect(await findDecision(store, at('COTHER'), 'd1')).toBeDefined()
    expect(await findDecision(store, at('CEXTERNAL', true), 'd1')).toBeUndefined()
  })

  test('nobody acts on a decision from where they may not read it', async () => {
    const store = openTemporaryStore()
    await addChannel(store, 'CP', 'private')
    const draft = await record(store, 'd1', { channelId: 'CP' })
    const acted = await actOnDecision(store, at('COTHER'), draft, { kind: 'propose' }, person('UA'), 2)
    expect(acted).toEqual({ refused: expect.stringContaining('no such decision') })
  })
})

const people = ['UA', 'UB', 'UC']
const anyActor: fc.Arbitrary<Actor> = fc.record({
  userId: fc.constantFrom(...people),
  isAdmin: fc.boolean(),
  origin: fc.constantFrom('button' as const, 'command' as const),
})
const anyStep = fc.record({
  target: fc.nat(4),
  actor: anyActor,
  second: fc.nat(1),
  deed: fc.constantFrom(
    'record',
    'propose',
    'propose',
    'approve',
    'approve',
    'reject',
    'edit',
    'withdraw',
    'amend',
    'supersede',
    'reopen',
  ),
})
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never

test('whatever random people do at once, numbers stay unique and without holes and no audit line is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 10, maxLength: 60 }), async (steps) => {
      const stores = openTemporaryStores(2)
      const [store] = stores
      if (!store) throw new Error('no store')
      let created = 0
      for (let start = 0; start < steps.length; start += 5) {
        const known = await listDecisions(store, inC1, everyone, 100)
        const act = (step: Step) => perform(stores[step.second] ?? store, step, known, `d${++created}`)
        await Promise.all(steps.slice(start, start + 5).map(act))
      }
      const all = await listDecisions(store, inC1, { statuses: [...everyone.statuses, 'withdrawn', 'deprecated'] }, 500)
      const numbers = all.flatMap(({ number }) => number ?? []).sort((a, b) => a - b)
      expect(numbers).toEqual(numbers.map((_, index) => index + 1))
      for (const decision of all) {
        const versions = new Set((await readHistory(store, inC1, decision.id)).map(({ version }) => version))
        expect([...versions]).toEqual(Array.from({ length: decision.version }, (_, index) => index + 1))
        const successors = all.filter(
          ({ supersedes, status }) => status !== 'draft' && supersedes.includes(decision.id),
        )
        expect(decision.supersededBy === undefined || successors.some(({ id }) => id === decision.supersededBy)).toBe(
          true,
        )
      }
    }),
    { numRuns: 15 },
  )
})

async function perform(store: Store, step: Step, known: readonly Decision[], id: string): Promise<void> {
  const { actor, deed } = step
  const target = known[step.target]
  if (!target || deed === 'record') {
    const supersedes = known.filter(({ status }) => status === 'accepted').slice(0, 1)
    const given = newDecision(id, bodyOf(id, ['UB']), { supersedes: supersedes.map((old) => old.id) })
    await recordDecision(store, inC1, given, actor, 1)
  } else if (deed === 'reopen') await reopenDecision(store, inC1, target, id, actor, 1)
  else await actOnDecision(store, inC1, target, toAct(deed, target, known), actor, 1)
}

function toAct(deed: string, target: Decision, known: readonly Decision[]): Act {
  const by = known.find(({ status, id }) => status === 'accepted' && id !== target.id) ?? target
  const acts: Record<string, Act> = {
    propose: { kind: 'propose' },
    approve: { kind: 'approve' },
    reject: { kind: 'reject', reason: 'no' },
    edit: { kind: 'edit', draft: { ...target, body: { ...target.body, title: 'other' } } },
    withdraw: { kind: 'withdraw', reason: '' },
    amend: { kind: 'amend', text: 'later' },
    supersede: { kind: 'supersede', by },
  }
  return acts[deed] ?? { kind: 'propose' }
}
