import { expect, test } from 'vitest'
import { actOnDecision, recordDecision } from '../../../src/decisions/act-on-decision.ts'
import { readChecks } from '../../../src/decisions/checks/record-checks.ts'
import { type CheckedCode, refreshChecks } from '../../../src/decisions/checks/refresh-checks.ts'
import type { ReadCode } from '../../../src/decisions/checks/read-code.ts'
import type { Store } from '../../../src/db/open-store.ts'
import { bodyOf, inC1, newDecision, person } from '../support.ts'
import { openTemporaryStore } from '../../support/temporary-store.ts'
import { manifest, readFiles } from './read-files.ts'

async function accept(store: Store, id: string, repository: string | undefined) {
  const given = newDecision(id, bodyOf(id, ['UB'], { repository }), { checks: ['dependency moment absent'] })
  const drafted = await recordDecision(store, inC1, given, person('UA'), 1)
  if ('refused' in drafted) throw new Error(drafted.refused)
  const proposed = await actOnDecision(store, inC1, drafted.decision, { kind: 'propose' }, person('UA'), 2)
  if ('refused' in proposed) throw new Error(proposed.refused)
  await actOnDecision(store, inC1, proposed.decision, { kind: 'approve' }, person('UB'), 3)
}

/** Repositories whose head a test moves. */
function host(heads: Record<string, { sha: string; code: ReadCode }>): CheckedCode & { reads: string[] } {
  const reads: string[] = []
  return {
    reads,
    findHead: async (repository) => heads[repository] ?? { unreadable: 'no access' },
    read: async (repository, sha) => {
      reads.push(`${repository}@${sha}`)
      return heads[repository]?.code ?? { unreadable: 'no access' }
    },
  }
}

const clean = readFiles({ 'package.json': manifest({}) })
const broken = readFiles({ 'package.json': manifest({ dependencies: { moment: '2' } }) })
const channel = { teamId: 'T1', channelId: 'C1' }

function refresh(store: Store, code: CheckedCode, linked: readonly string[] = [], at = 0) {
  const history = { findIntroduction: async () => undefined }
  return refreshChecks({ store, code, history, now: () => at }, channel, async () => linked)
}

test('a decision is checked against its repository, and again only when that has moved', async () => {
  const store = openTemporaryStore()
  await accept(store, 'd1', 'Acme/Orders')
  const heads = { 'acme/orders': { sha: '1', code: clean } }
  const code = host(heads)
  await refresh(store, code)
  await refresh(store, code)
  expect(code.reads).toEqual(['acme/orders@1'])
  heads['acme/orders'] = { sha: '2', code: broken }
  await refresh(store, code)
  expect(await readChecks(store, 'T1', ['d1'])).toMatchObject([{ outcome: 'broken', heldAt: '1', brokenSince: '2' }])
})

test('one that names no repository is checked against those linked to its channel', async () => {
  const store = openTemporaryStore()
  await accept(store, 'd1', undefined)
  const code = host({ 'acme/orders': { sha: '1', code: clean }, 'acme/billing': { sha: '1', code: broken } })
  await refresh(store, code)
  expect(code.reads).toEqual([])
  await refresh(store, code, ['acme/billing', 'acme/orders'])
  const rows = await readChecks(store, 'T1', ['d1'])
  expect(rows.map(({ repository, outcome }) => `${repository} ${outcome}`).sort()).toEqual([
    'acme/billing broken',
    'acme/orders holds',
  ])
})

test('a repository that cannot be read leaves its decisions unchecked, with the reason', async () => {
  const store = openTemporaryStore()
  await accept(store, 'd1', 'acme/vault')
  await refresh(store, host({}))
  expect(await readChecks(store, 'T1', ['d1'])).toMatchObject([{ outcome: 'unknown', reason: 'no access' }])
})

test('of more repositories than are looked at in one go, none is left out for good', async () => {
  const store = openTemporaryStore()
  await accept(store, 'd1', undefined)
  const names = ['acme/a', 'acme/b', 'acme/c', 'acme/d', 'acme/e']
  const code = host(Object.fromEntries(names.map((name) => [name, { sha: '1', code: clean }])))
  for (const at of [1, 2, 3]) await refresh(store, code, names, at)
  expect(code.reads.toSorted()).toEqual(names.map((name) => `${name}@1`))
})

test('nothing is kept of a repository that the channel is not about any more', async () => {
  const store = openTemporaryStore()
  await accept(store, 'd1', undefined)
  const code = host({ 'acme/orders': { sha: '1', code: broken } })
  await refresh(store, code, ['acme/orders'])
  expect(await readChecks(store, 'T1', ['d1'])).toHaveLength(1)
  await refresh(store, code)
  expect(await readChecks(store, 'T1', ['d1'])).toEqual([])
})
