import { expect, test } from 'vitest'
import { checkDecisions } from '../../../src/decisions/checks/check-decisions.ts'
import { describeBreak } from '../../../src/decisions/checks/describe-break.ts'
import { planDriftNotes } from '../../../src/decisions/checks/drift-notes.ts'
import {
  type ChangeHistory,
  type IntroductionQuestion,
  markTold,
  readChecks,
  recordChecks,
} from '../../../src/decisions/checks/record-checks.ts'
import type { ReadCode } from '../../../src/decisions/checks/read-code.ts'
import { openTemporaryStore } from '../support.ts'
import { manifest, readFiles } from './read-files.ts'

const decision = {
  id: 'd12',
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
function watch() {
  const store = openTemporaryStore()
  const asked: IntroductionQuestion[] = []
  const history: ChangeHistory = {
    async findIntroduction(question) {
      asked.push(question)
      return { sha: 'c482', pull: 482 }
    },
  }
  return {
    asked,
    rows: () => readChecks(store, 'T1', ['d12']),
    check: async (sha: string, read: ReadCode | { unreadable: string }) => {
      const results = checkDecisions([decision], { repository: 'acme/orders', sha, read })
      await recordChecks({ store, history, now: () => 0 }, 'T1', results)
      return planDriftNotes(await readChecks(store, 'T1', ['d12']))
    },
    tell: async (notes: ReturnType<typeof planDriftNotes>) => {
      for (const note of notes) await markTold(store, note)
      return notes.map(({ kind, broken }) => [kind, ...broken.map(({ assertion }) => assertion)])
    },
  }
}

test('a drift that appears is told once, that stays is not told again, and that is fixed is told once', async () => {
  const { check, tell } = watch()
  expect(await tell(await check('1', clean))).toEqual([])
  expect(await tell(await check('2', drifted))).toEqual([['broken', 'dependency moment absent']])
  expect(await tell(await check('3', drifted))).toEqual([])
  expect(await tell(await check('4', moved))).toEqual([])
  expect(await tell(await check('5', clean))).toEqual([['fixed']])
  expect(await tell(await check('6', clean))).toEqual([])
})

test('a drift that grows is told again', async () => {
  const { check, tell } = watch()
  await tell(await check('1', drifted))
  expect(await tell(await check('2', worse))).toEqual([['broken', ...decision.checks]])
  expect(await tell(await check('3', drifted))).toEqual([['broken', 'dependency moment absent']])
})

test('a drift that could not be told is told the next time', async () => {
  const { check, tell } = watch()
  await check('1', drifted)
  expect(await tell(await check('2', drifted))).toEqual([['broken', 'dependency moment absent']])
})

test('while nothing can be read nothing is told, and nothing counts as fixed', async () => {
  const { check, tell, rows } = watch()
  await tell(await check('1', clean))
  await tell(await check('2', drifted))
  expect(await tell(await check('3', { unreadable: 'no access' }))).toEqual([])
  expect(await tell(await check('4', drifted))).toEqual([])
  expect((await rows())[0]).toMatchObject({ outcome: 'broken', brokenSince: '2', heldAt: '1' })
})

test('since when it is broken and by which change is kept, and asked only once', async () => {
  const { check, rows, asked } = watch()
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
  const { check, asked } = watch()
  await check('1', drifted)
  expect(asked).toEqual([])
})
