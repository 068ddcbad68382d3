import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/db/open-store.ts'
import { type Acted, actOnDecision, recordDecision } from '../../src/decisions/act-on-decision.ts'
import type { Act, Decision, DecisionBody } from '../../src/decisions/decision.ts'
import { decisionIndex, findRelevant, remindOnce } from '../../src/decisions/know-decisions.ts'
import { bodyOf, inC1, newDecision, person } from './support.ts'
import { openTemporaryStore } from '../support/temporary-store.ts'

function done(acted: Acted): Decision {
  if ('refused' in acted) throw new Error(acted.refused)
  return acted.decision
}

async function settle(
  store: Store,
  id: string,
  body: DecisionBody,
  word: Act = { kind: 'approve' },
): Promise<Decision> {
  const draft = done(await recordDecision(store, inC1, newDecision(id, body), person('UA'), 1))
  const proposed = done(await actOnDecision(store, inC1, draft, { kind: 'propose' }, person('UA'), 2))
  return done(await actOnDecision(store, inC1, proposed, word, person('UB'), 3))
}

const option = (name: string, against?: string) => ({
  name,
  description: [],
  pros: [],
  neutral: [],
  cons: against === undefined ? [] : [{ text: against, source: { kind: 'written' as const } }],
})

const postgres = bodyOf('Keep orders in PostgreSQL', ['UB'], {
  options: [option('PostgreSQL'), option('MongoDB', 'Refunds need transactions.'), option('Nothing')],
  outcome: { option: 'PostgreSQL', justification: [{ text: 'it has transactions', source: { kind: 'inferred' } }] },
})
const queue = bodyOf('Run jobs on pg-boss', ['UB'], {
  options: [option('pg-boss'), option('PostgreSQL'), option('BullMQ')],
  outcome: { option: 'pg-boss', justification: [] },
  keywords: ['queue'],
})
const graphql = bodyOf('Offer GraphQL', ['UB'], { outcome: { option: 'GraphQL', justification: [] } })

async function openWithDecisions(): Promise<Store> {
  const store = openTemporaryStore()
  await settle(store, 'd1', postgres)
  await settle(store, 'd2', queue)
  await settle(store, 'd3', graphql, { kind: 'reject', reason: 'Partners cannot use it.' })
  return store
}

test('the index has a line for each accepted decision, by number, with what was chosen over what and why', async () => {
  const store = await openWithDecisions()
  expect(await decisionIndex(store, inC1)).toEqual([
    'ADR-1 (accepted): Keep orders in PostgreSQL: PostgreSQL, not MongoDB or Nothing, because it has transactions',
    'ADR-2 (accepted): Run jobs on pg-boss: pg-boss, not PostgreSQL or BullMQ',
  ])
  expect(await decisionIndex(store, { ...inC1, channelId: 'C2' })).toEqual([])
})

test('rejected decisions are found by a question as well', async () => {
  const store = await openWithDecisions()
  const found = await findRelevant(store, inC1, 'may we use graphql?')
  expect(found.map(({ status }) => status)).toEqual(['rejected'])
})

test.each(['ADR-3', 'adr 0003', '#3', '3', 'what did ADR-3 say?'])(
  '%s calls a decision by its number',
  async (words) => {
    const store = await openWithDecisions()
    expect((await findRelevant(store, inC1, words)).map(({ number }) => number)).toEqual([3])
    expect(await findRelevant(store, { ...inC1, channelId: 'C2' }, words)).toEqual([])
  },
)

describe('a message that argues for a rejected option', () => {
  const reminded = async (text: string, thread = '1.0') => {
    const store = await openWithDecisions()
    return (await remindOnce(store, inC1, thread, text, 9)).map(({ decision, option: name, reason }) => [
      decision.id,
      name,
      reason,
    ])
  }

  test.each([
    ["Let's move the orders to Mongo!", [['d1', 'MongoDB', 'Refunds need transactions.']]],
    ['why don’t we use MongoDB?', [['d1', 'MongoDB', 'Refunds need transactions.']]],
    ["let's use MongoDB instead of PostgreSQL", [['d1', 'MongoDB', 'Refunds need transactions.']]],
    ['we should go with MongoDB rather than PostgreSQL', [['d1', 'MongoDB', 'Refunds need transactions.']]],
    ["why don't we replace PostgreSQL with MongoDB?", [['d1', 'MongoDB', 'Refunds need transactions.']]],
    ['we should move away from PostgreSQL to MongoDB', [['d1', 'MongoDB', 'Refunds need transactions.']]],
    ['I would prefer GraphQL for the app', [['d3', 'GraphQL', 'Partners cannot use it.']]],
    ['we should keep the queue in PostgreSQL', [['d2', 'PostgreSQL', '']]],
  ])('%s', async (text, expected) => {
    expect(await reminded(text)).toEqual(expected)
  })

  test.each([
    'MongoDB released a new version',
    'we should not use MongoDB',
    "Let's drop MongoDB",
    'we should use PostgreSQL instead of MongoDB',
    'instead of MongoDB, we should use PostgreSQL',
    'we could replace MongoDB with PostgreSQL',
    "let's not replace PostgreSQL with MongoDB",
    "I'd say we could wait and don't switch to MongoDB",
    'we should move from MongoDB to PostgreSQL',
    'we should upgrade PostgreSQL',
    "let's do nothing",
    '> lets use MongoDB\nno way',
    '',
  ])('is not seen in: %s', async (text) => {
    expect(await reminded(text)).toEqual([])
  })

  test('is answered once in a thread and again in another', async () => {
    const store = await openWithDecisions()
    const remind = (thread: string, at: number) => remindOnce(store, inC1, thread, "let's use MongoDB", at)
    const told = [await remind('1.0', 9), await remind('1.0', 10), await remind('2.0', 11)]
    expect(told.map((each) => each.length)).toEqual([1, 0, 1])
  })

  test('is answered again when the answer to it begins anew', async () => {
    const store = await openWithDecisions()
    const remind = (at: number) => remindOnce(store, inC1, '1.0', "let's use MongoDB", at)
    expect([await remind(9), await remind(9), await remind(10)].map((each) => each.length)).toEqual([1, 1, 0])
  })
})
