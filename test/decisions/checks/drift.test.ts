import { expect, test } from 'vitest'
import { checkDecisions } from '../../../src/decisions/checks/check-decisions.ts'
import { describeBreak } from '../../../src/decisions/checks/describe-break.ts'
import {
  type ChangeHistory,
  type IntroductionQuestion,
  readChecks,
  recordChecks,
} from '../../../src/decisions/checks/record-checks.ts'
import type { ReadCode } from '../../../src/decisions/checks/read-code.ts'
import {
  type DriftVoice,
  type DriftWords,
  type NotePosted,
  tellDrift,
} from '../../../src/decisions/checks/tell-drift.ts'
import { actOnDecision, recordDecision } from '../../../src/decisions/act-on-decision.ts'
import type { Store } from '../../../src/db/open-store.ts'
import { bodyOf, inC1, newDecision, person } from '../support.ts'
import { openTemporaryStore } from '../../support/temporary-store.ts'
import { manifest, readFiles } from './read-files.ts'

const decision = {
  number: 12,
  title: 'No moment, no console',
  status: 'accepted',
  repositories: ['acme/orders'],
  paths: [],
  checks: ['dependency moment absent', 'text /console/ absent in src/**'],
}
const app = 'export const a = 1\n'
const clean = readFiles({ 'package.json': manifest({}), 'src/a.js': app })
const drifted = readFiles({ 'package.json': manifest({ dependencies: { moment: '^2' } }), 'src/a.js': app })
const moved = readFiles({
  'package.json': manifest({ version: '1.0.0', type: 'module', dependencies: { moment: '^2' } }),
  'src/a.js': app,
})
const worse = readFiles({
  'package.json': manifest({ dependencies: { moment: '^2' } }),
  'src/a.js': `console.log(1)\n`,
})

/** A repository whose head is checked again and again, and a thread that is told what there is to tell. */
async function watch() {
  const store = openTemporaryStore()
  const id = await acceptDecision(store)
  const asked: IntroductionQuestion[] = []
  const history: ChangeHistory = {
    async findIntroduction(question) {
      asked.push(question)
      return { sha: 'c482', pull: 482 }
    },
  }
  const thread = new Thread()
  const tell = async (owner = 'this process') => {
    const before = thread.notes.length
    await tellDrift({
      store,
      voice: thread,
      mayHear: async () => true,
      owner,
      isAbandoned: () => true,
      now: () => 0,
    })
    return thread.notes.slice(before).map(({ said }) => said)
  }
  const check = async (sha: string, read: ReadCode | { unreadable: string }) => {
    const results = checkDecisions([{ ...decision, id }], { repository: 'acme/orders', sha, read })
    await recordChecks({ store, history, now: () => 0 }, 'T1', results)
  }
  return {
    asked,
    thread,
    tell,
    rows: () => readChecks(store, 'T1', [id]),
    check,
    checkAndTell: async (sha: string, read: ReadCode | { unreadable: string }) => {
      await check(sha, read)
      return tell()
    },
  }
}

async function acceptDecision(store: Store): Promise<string> {
  const given = newDecision('d12', bodyOf(decision.title, ['UB']), { threadTs: '1.0', checks: [...decision.checks] })
  const drafted = await recordDecision(store, inC1, given, person('UA'), 1)
  if ('refused' in drafted) throw new Error(drafted.refused)
  const proposed = await actOnDecision(store, inC1, drafted.decision, { kind: 'propose' }, person('UA'), 2)
  if ('refused' in proposed) throw new Error(proposed.refused)
  await actOnDecision(store, inC1, proposed.decision, { kind: 'approve' }, person('UB'), 3)
  return drafted.decision.id
}

/** What stands in the decision's thread, and how the next attempt to say something goes. */
class Thread implements DriftVoice {
  readonly notes: { key: string; said: string[] }[] = []
  next: 'said' | 'lost before' | 'lost after' | 'crash after' = 'said'

  async post(_thread: unknown, { kind, checks }: DriftWords, key: string): Promise<NotePosted> {
    const { next } = this
    this.next = 'said'
    if (next === 'lost before') return 'not-now'
    this.notes.push({ key, said: [kind, ...checks.map(({ assertion }) => assertion)] })
    if (next === 'crash after') throw new Error('killed')
    return next === 'said' ? 'said' : 'not-now'
  }

  async find(_thread: unknown, { key }: { key: string }): Promise<boolean> {
    return this.notes.some((note) => note.key === key)
  }
}

test('a drift that appears is told once, that stays is not told again, and that is fixed is told once', async () => {
  const { checkAndTell } = await watch()
  expect(await checkAndTell('1', clean)).toEqual([])
  expect(await checkAndTell('2', drifted)).toEqual([['broken', 'dependency moment absent']])
  expect(await checkAndTell('3', drifted)).toEqual([])
  expect(await checkAndTell('4', moved)).toEqual([])
  expect(await checkAndTell('5', clean)).toEqual([['fixed']])
  expect(await checkAndTell('6', clean)).toEqual([])
  expect(await checkAndTell('7', drifted)).toEqual([['broken', 'dependency moment absent']])
})

test('a drift that grows is told again', async () => {
  const { checkAndTell } = await watch()
  await checkAndTell('1', drifted)
  expect(await checkAndTell('2', worse)).toEqual([['broken', ...decision.checks]])
  expect(await checkAndTell('3', drifted)).toEqual([['broken', 'dependency moment absent']])
})

test('a drift that could not be told is told the next time', async () => {
  const { check, thread, tell } = await watch()
  await check('1', drifted)
  thread.next = 'lost before'
  expect(await tell()).toEqual([])
  expect(await tell()).toEqual([['broken', 'dependency moment absent']])
  expect(await tell()).toEqual([])
})

test('a note that was said and not recorded is found, and not said again', async () => {
  const { check, thread, tell } = await watch()
  await check('1', drifted)
  thread.next = 'lost after'
  expect(await tell()).toHaveLength(1)
  expect(await tell()).toEqual([])
  await check('2', clean)
  thread.next = 'crash after'
  await expect(tell()).rejects.toThrow('killed')
  await check('3', clean)
  expect(await tell('the next process')).toEqual([])
  expect(thread.notes.map(({ said }) => said[0])).toEqual(['broken', 'fixed'])
})

test('while nothing can be read nothing is told, and nothing counts as fixed', async () => {
  const { checkAndTell, rows } = await watch()
  await checkAndTell('1', clean)
  await checkAndTell('2', drifted)
  expect(await checkAndTell('3', { unreadable: 'no access' })).toEqual([])
  expect(await checkAndTell('4', drifted)).toEqual([])
  expect((await rows())[0]).toMatchObject({ outcome: 'broken', brokenSince: '2', heldAt: '1' })
})

test('since when it is broken and by which change is kept, and asked only once', async () => {
  const { check, rows, asked } = await watch()
  await check('1111111aaa', clean)
  await check('2222222bbb', drifted)
  await check('3333333ccc', drifted)
  expect(asked).toEqual([
    { repository: 'acme/orders', good: '1111111aaa', bad: '2222222bbb', path: 'package.json', quote: '"moment": "^2"' },
  ])
  const [row] = (await rows()).filter(({ outcome }) => outcome === 'broken')
  expect(row && describeBreak({ ...row, total: row.placeCount })).toBe(
    'broken since 2222222 at package.json:5 (introduced by #482)',
  )
})

test('a check that was never seen to hold has no change to ask for', async () => {
  const { check, asked } = await watch()
  await check('1', drifted)
  expect(asked).toEqual([])
})
