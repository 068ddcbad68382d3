import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/db/open-store.ts'
import { actOnDecision, recordDecision } from '../../src/decisions/act-on-decision.ts'
import type { Audience } from '../../src/decisions/audience.ts'
import type { Statement } from '../../src/decisions/decision.ts'
import { searchDecisions } from '../../src/decisions/search-decisions.ts'
import { questions } from '../cases/decisions/questions.ts'
import { type RecordCase, records } from '../cases/decisions/records.ts'
import { addChannel, bodyOf, inC1, newDecision, person } from './support.ts'
import { openTemporaryStore } from '../support/temporary-store.ts'

const drafts = { statuses: ['draft'] as const }

function bodyOfRecord({ title, chosen, rejected, context, because, follows, keywords }: RecordCase) {
  const say = (text: string): Statement[] => [{ text, source: { kind: 'written' } }]
  const option = (name: string) => ({ name, description: [], pros: [], neutral: [], cons: [] })
  return bodyOf(title, ['UB'], {
    context: say(context),
    options: [chosen, ...rejected].map(option),
    outcome: { option: chosen, justification: say(because) },
    good: say(follows),
    keywords,
  })
}

async function recordAll(store: Store): Promise<void> {
  for (const [index, record] of records.entries()) {
    await recordDecision(store, inC1, newDecision(`d${index}`, bodyOfRecord(record)), person('UA'), index)
  }
}

async function findTitles(store: Store, question: string): Promise<string[]> {
  return (await searchDecisions(store, inC1, question, drafts, 5)).map(({ body }) => body.title)
}

test('at least nine in ten questions in other words find their decision among the first five', async () => {
  expect(records.length).toBeGreaterThanOrEqual(100)
  expect(questions.length).toBeGreaterThanOrEqual(40)
  const store = openTemporaryStore()
  await recordAll(store)
  const known = new Set(records.map(({ title }) => title))
  expect(questions.filter(({ answer }) => !known.has(answer))).toEqual([])
  const missed: string[] = []
  for (const { question, answer } of questions)
    if (!(await findTitles(store, question)).includes(answer)) missed.push(question)
  expect(missed.slice(Math.floor(questions.length / 10))).toEqual([])
})

describe('search', () => {
  const at = (channelId: string, shared = false) => ({ teamId: 'T1', channelId, shared })
  const search = async (store: Store, audience: Audience, words: string) =>
    (await searchDecisions(store, audience, words, drafts, 5)).map(({ id }) => id)

  test('what was edited is found by its new words and no longer by its old ones', async () => {
    const store = openTemporaryStore()
    const draft = newDecision('d1', bodyOf('Use Memcached', ['UB']))
    await recordDecision(store, inC1, draft, person('UA'), 1)
    expect(await search(store, inC1, 'memcached')).toEqual(['d1'])
    const body = bodyOf('Use Valkey', ['UB'])
    const edit = { kind: 'edit', draft: { ...draft, body } } as const
    await actOnDecision(store, inC1, { id: 'd1', version: 1 }, edit, person('UA'), 2)
    expect(await search(store, inC1, 'memcached')).toEqual([])
    expect(await search(store, inC1, 'valkey')).toEqual(['d1'])
  })

  test('a part of an identifier is enough', async () => {
    const store = openTemporaryStore()
    await recordDecision(store, inC1, newDecision('d1', bodyOf('Replace PgBouncer', ['UB'])), person('UA'), 1)
    expect(await search(store, inC1, 'bouncer')).toEqual(['d1'])
    expect(await search(store, inC1, '"*) OR')).toEqual([])
  })

  test('a decision of a private channel is found there and nowhere else', async () => {
    const store = openTemporaryStore()
    await addChannel(store, 'CP', 'private')
    await addChannel(store, 'CO', 'public')
    await recordDecision(
      store,
      at('CP'),
      newDecision('d1', bodyOf('Buy Acme', ['UB']), { channelId: 'CP' }),
      person('UA'),
      1,
    )
    await recordDecision(
      store,
      at('CO'),
      newDecision('d2', bodyOf('Buy milk', ['UB']), { channelId: 'CO' }),
      person('UA'),
      1,
    )
    expect(await search(store, at('CP'), 'buy')).toEqual(expect.arrayContaining(['d1', 'd2']))
    expect(await search(store, at('CX'), 'buy')).toEqual(['d2'])
    expect(await search(store, at('CX', true), 'buy')).toEqual([])
    expect(await search(store, { ...at(''), readerId: 'UB' }, 'buy')).toHaveLength(2)
    expect(await search(store, { ...at('CP'), teamId: 'T2' }, 'buy')).toEqual([])
  })
})
