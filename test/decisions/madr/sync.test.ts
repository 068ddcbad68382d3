import { tmpdir } from 'node:os'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Store } from '../../../src/db/open-store.ts'
import { createMemoryCache } from '../../../src/github/answer-cache.ts'
import { connectGitHub } from '../../../src/github/connect-github.ts'
import { type Acted, actOnDecision, recordDecision } from '../../../src/decisions/act-on-decision.ts'
import type { Decision } from '../../../src/decisions/decision.ts'
import { importFiles, listSynced, rememberSynced } from '../../../src/decisions/import-decisions.ts'
import { findFolders, isDecisionFile } from '../../../src/decisions/madr/find-folder.ts'
import { planExport, toChangeSet, toSynced } from '../../../src/decisions/madr/plan-export.ts'
import { hashContent, planSync } from '../../../src/decisions/madr/plan-sync.ts'
import { fromMadr } from '../../../src/decisions/madr/read-madr.ts'
import { readDecisionFiles } from '../../../src/decisions/read-decision-files.ts'
import { listDecisions, readHistory } from '../../../src/decisions/store.ts'
import { openClient, valueOf } from '../../github/open-client.ts'
import { bodyOf, inC1, newDecision, person } from '../support.ts'
import { openTemporaryStore, openTemporaryStores } from '../../support/temporary-store.ts'

const place = { teamId: 'T1', channelId: 'C1', repository: 'acme/orders' }
const names = (id: string) => ({ UA: 'Ada', UB: 'Bo' })[id] ?? id

function done(acted: Acted): Decision {
  if ('refused' in acted) throw new Error(acted.refused)
  return acted.decision
}

async function accept(store: Store, id: string, title: string, supersedes: string[] = []): Promise<Decision> {
  const given = newDecision(id, bodyOf(title, ['UB']), { supersedes })
  const draft = done(await recordDecision(store, inC1, given, person('UA'), 1))
  const proposed = done(await actOnDecision(store, inC1, draft, { kind: 'propose' }, person('UA'), 2))
  return done(await actOnDecision(store, inC1, proposed, { kind: 'approve' }, person('UB'), 3))
}

describe('the folder', () => {
  test.each([
    ['the one in use', ['docs/adr/0001-a.md', 'docs/decisions/README.md'], {}, ['docs/adr']],
    ["adr-tools' own", ['x/0001-a.md'], { '.adr-dir': './x/\n' }, ['x']],
    [
      "log4brains' own, packages too",
      [],
      { '.log4brains.yml': 'project:\n  adrFolder: ./docs/adr\n  packages:\n    - adrFolder: packages/a/adr\n' },
      ['docs/adr', 'packages/a/adr'],
    ],
    ['none outside the repository', [], { '.adr-dir': '../../etc', '.log4brains.yml': ': [' }, ['docs/decisions']],
    ["MADR's when there is none", ['README.md'], {}, ['docs/decisions']],
  ])('is %s', (_name, paths, pointers, folders) => {
    expect(findFolders(paths, new Map(Object.entries(pointers)))).toEqual(folders)
  })

  test('holds more than decisions', () => {
    const isOne = (name: string) => isDecisionFile(`docs/adr/${name}`, ['docs/adr'])
    expect(['0001-a.md', 'a.md', 'orders/0001-a.md', 'orders/adr-0002.md'].filter((name) => !isOne(name))).toEqual([])
    expect(['README.md', 'adr-template.md', 'a.png', 'images/notes.md', 'orders/README.md'].filter(isOne)).toEqual([])
  })
})

describe('comparing both sides', () => {
  const agreed = { path: 'a.md', decisionId: 'd1', contentHash: hashContent('old'), renderedHash: hashContent('here') }
  test.each([
    ['here', 'old', 'unchanged'],
    ['here', 'old\r\n'.trim(), 'unchanged'],
    ['here', 'new', 'changed-there'],
    ['other', 'old', 'changed-here'],
    ['other', 'new', 'conflict'],
    ['new', 'new', 'unchanged'],
    ['here', undefined, 'gone-there'],
  ])('%s here, %s there: %s', (here, there, kind) => {
    const files = new Map(there === undefined ? [] : [['a.md', there]])
    const local = [{ decisionId: 'd1', path: 'a.md', text: here }]
    expect(planSync(local, files, [agreed])).toMatchObject([{ kind, decisionId: 'd1', path: 'a.md' }])
  })

  test('every decision and every file appears exactly once', () => {
    const anyText = fc.constantFrom('a', 'b', 'c')
    const anyId = fc.constantFrom('1', '2', '3', '4')
    const unique = { selector: ({ id }: { id: string }) => id }
    const anyFiles = fc.uniqueArray(fc.record({ id: anyId, text: anyText }), unique)
    fc.assert(
      fc.property(anyFiles, anyFiles, anyFiles, (here, there, last) => {
        const local = here.map(({ id, text }) => ({ decisionId: id, path: undefined, text }))
        const files = new Map(there.map(({ id, text }) => [`${id}.md`, text]))
        const hashes = ({ text }: { text: string }) => ({
          contentHash: hashContent(text),
          renderedHash: hashContent(text),
        })
        const synced = last.map((file) => ({ path: `${file.id}.md`, decisionId: file.id, ...hashes(file) }))
        const steps = planSync(local, files, synced)
        const ids = steps.flatMap((step) => ('decisionId' in step ? [step.decisionId] : []))
        const paths = steps.flatMap((step) => ('path' in step ? [step.path] : []))
        expect(ids.toSorted()).toEqual(here.map(({ id }) => id).toSorted())
        expect(new Set(paths).size).toBe(paths.length)
        expect([...files.keys()].filter((path) => !paths.includes(path))).toEqual([])
      }),
    )
  })
})

describe('export', () => {
  test('takes the numbers after the highest of the repository and refers to them', async () => {
    const store = openTemporaryStore()
    await accept(store, 'd1', 'Use MongoDB')
    await accept(store, 'd2', 'Use Postgres', ['d1'])
    const decisions = await listDecisions(store, inC1, {}, 10)
    const files = new Map([['docs/adr/0011-old.md', '# Old\n']])
    const plan = planExport(decisions, { folder: 'docs/adr', files, synced: [] }, names)
    expect(plan.files.map(({ path }) => path).toSorted()).toEqual([
      'docs/adr/0012-use-mongodb.md',
      'docs/adr/0013-use-postgres.md',
    ])
    const read = (path: string) => fromMadr(plan.files.find((file) => file.path === path)?.text ?? '', path)
    expect(read('docs/adr/0012-use-mongodb.md')).toMatchObject({
      number: 12,
      status: 'superseded',
      supersededBy: 'ADR-0013',
    })
    expect(read('docs/adr/0013-use-postgres.md')).toMatchObject({
      supersedes: ['ADR-0012'],
      body: { deciders: ['Bo'] },
    })
  })

  test('numbers of pull requests that are open are not given to other decisions', async () => {
    const store = openTemporaryStore()
    await accept(store, 'd1', 'Use Postgres')
    await accept(store, 'd2', 'Use UUIDv7')
    const decisions = await listDecisions(store, inC1, {}, 10)
    const given = new Map([
      ['elsewhere', 'adr/0001-theirs.md'],
      ['d1', 'adr/0003-use-postgres.md'],
    ])
    const plan = planExport(decisions, { folder: 'adr', files: new Map(), synced: [], given }, names)
    expect(plan.files.map(({ path }) => path).toSorted()).toEqual([
      'adr/0003-use-postgres.md',
      'adr/0004-use-uuidv7.md',
    ])
  })

  test('a number that was taken meanwhile is given up, with the file that had it', async () => {
    const store = openTemporaryStore()
    await accept(store, 'd1', 'Use Postgres')
    const decisions = await listDecisions(store, inC1, {}, 10)
    const first = planExport(decisions, { folder: 'adr', files: new Map(), synced: [] }, names)
    const onBranch = new Map(first.files.map(({ path, text }) => [path, text]))
    const later = planExport(
      decisions,
      { folder: 'adr', files: new Map([['adr/0001-other.md', '# O\n']]), synced: [] },
      names,
    )
    const changes = toChangeSet(later, onBranch)
    expect([...changes].map(([path, text]) => [path, text !== undefined])).toEqual([
      ['adr/0002-use-postgres.md', true],
      ['adr/0001-use-postgres.md', false],
    ])
  })

  test('reads, plans, opens a pull request, and has nothing left to do once it is merged', async () => {
    const store = openTemporaryStore()
    await accept(store, 'd1', 'Use Postgres')
    const decisions = await listDecisions(store, inC1, {}, 10)
    const seed = {
      owner: 'acme',
      name: 'orders',
      commits: [{ message: 'Start', files: { 'docs/adr/0003-x.md': '# X\n' } }],
    }
    const auth = { kind: 'token', token: 't' } as const
    const tokens = [{ token: 't', repositories: [], writes: ['acme/orders'] }]
    await using client = await openClient({ repositories: [seed], tokens }, { auth })
    const { github, standIn } = client
    const readThere = async () => {
      const head = valueOf(await github.resolveHead({ owner: 'acme', name: 'orders' }))
      return valueOf(await readDecisionFiles(github, head.pin, new AbortController().signal))
    }
    const there = await readThere()
    expect([there.folder, [...there.files.keys()], there.unread]).toEqual(['docs/adr', ['docs/adr/0003-x.md'], []])
    const plan = planExport(decisions, { ...there, synced: await listSynced(store, 'T1', 'acme/orders') }, names)
    const setup = {
      apiUrl: standIn.url,
      auth,
      userAgent: 'test',
      cache: createMemoryCache(),
      snapshotDirectory: tmpdir(),
    }
    const published = await connectGitHub(setup).writer.publish({
      repository: { owner: 'acme', name: 'orders' },
      branch: 'architect/decisions',
      files: async () => ({ ok: true, value: toChangeSet(plan, new Map()) }),
      message: plan.title,
      title: plan.title,
      body: plan.body,
    })
    expect(published).toMatchObject({ ok: true, value: { kind: 'opened' } })
    const [file] = plan.files
    standIn.push('acme/orders', { message: 'Merge', files: { [file?.path ?? '']: file?.text ?? null } })
    const merged = planExport(decisions, { ...(await readThere()), synced: [] }, names)
    expect([merged.files, merged.open]).toEqual([[], []])
    await rememberSynced(store, place, plan.files.map(toSynced), 9)
    const noted = planExport(
      decisions,
      { ...(await readThere()), synced: await listSynced(store, 'T1', 'acme/orders') },
      names,
    )
    expect([noted.files, noted.open]).toEqual([[], []])
  })
})

describe('import', () => {
  const nygard =
    '# 1. Use Yarn\n\nDate: 2020-01-02\n\n## Status\n\nAccepted\n\nAmended by [2. X](0002-x.md)\n\n## Decision\n\nYarn.\n'
  let count = 0
  const take = (store: Store, files: [string, string][]) =>
    importFiles(store, place, new Map(files), { ...person('UA'), origin: 'import' }, 9, () => `i${++count}`)

  test('a file is recorded with where it came from, found by its words, and not reported again', async () => {
    const store = openTemporaryStore()
    const { imported, refused } = await take(store, [
      ['adr/0001-use-yarn.md', nygard],
      ['adr/0002-empty.md', ' '],
    ])
    expect(imported).toMatchObject([
      { number: 1, status: 'accepted', body: { title: 'Use Yarn' }, importedFrom: { path: 'adr/0001-use-yarn.md' } },
    ])
    expect(refused).toEqual([{ path: 'adr/0002-empty.md', sentence: expect.stringMatching(/\.$/) }])
    const decisions = await listDecisions(store, inC1, {}, 10)
    const synced = await listSynced(store, 'T1', 'acme/orders')
    const plan = planExport(
      decisions,
      { folder: 'adr', files: new Map([['adr/0001-use-yarn.md', nygard]]), synced },
      names,
    )
    expect([plan.files, plan.open]).toEqual([[], []])
  })

  test('a file that two processes take over at once is one decision', async () => {
    const stores = openTemporaryStores(2)
    const taken = await Promise.all(stores.map((store) => take(store, [['adr/0001-use-yarn.md', nygard]])))
    expect(taken.flatMap(({ imported }) => imported)).toHaveLength(1)
    expect(await Promise.all(stores.map((store) => listDecisions(store, inC1, {}, 10)))).toMatchObject([
      [{ number: 1 }],
      [{ number: 1 }],
    ])
  })

  test('a change there is taken over and the former body stays in the history', async () => {
    const store = openTemporaryStore()
    await take(store, [['adr/0001-use-yarn.md', nygard]])
    const { updated } = await take(store, [['adr/0001-use-yarn.md', nygard.replace('Accepted', 'Deprecated')]])
    expect(updated).toMatchObject([{ status: 'deprecated', version: 2 }])
    const history = await readHistory(store, inC1, updated[0]?.id ?? '')
    expect(history.map(({ kind, origin }) => [kind, origin])).toEqual([
      ['imported', 'import'],
      ['imported', 'import'],
    ])
    expect(history[1]?.detail).toMatchObject({ status: 'deprecated', before: { title: 'Use Yarn' } })
  })

  test('words given on a former body do not count for the one that a file brings', async () => {
    const store = openTemporaryStore()
    const file = (text: string, status: string) =>
      `---\nstatus: ${status}\ndecision-makers: [UA, UB]\n---\n\n# Use Yarn\n\n## Decision Outcome\n\nChosen option: "Yarn", because ${text}\n`
    const { imported } = await take(store, [['adr/0001-use-yarn.md', file('it is fast.', 'proposed')]])
    const [decision] = imported
    if (!decision) throw new Error('nothing was imported')
    done(await actOnDecision(store, inC1, decision, { kind: 'approve' }, person('UA'), 10))
    const { updated } = await take(store, [['adr/0001-use-yarn.md', file('it is cheap.', 'proposed')]])
    expect(updated).toMatchObject([{ status: 'proposed', votes: [] }])
  })

  const yarn = (status: string, because: string) =>
    `---\nstatus: ${status}\ndecision-makers: [UA]\n---\n\n# Use Yarn\n\n## Decision Outcome\n\nChosen option: "Yarn", because ${because}\n`

  test('once people have settled it here, no file changes its body or takes it back a step', async () => {
    const store = openTemporaryStore()
    const { imported } = await take(store, [['adr/0001-use-yarn.md', yarn('proposed', 'it is fast.')]])
    const [decision] = imported
    if (!decision) throw new Error('nothing was imported')
    const accepted = done(await actOnDecision(store, inC1, decision, { kind: 'approve' }, person('UA'), 10))
    const changed = await take(store, [['adr/0001-use-yarn.md', yarn('accepted', 'it is new.')]])
    expect([changed.updated, changed.refused.length]).toEqual([[], 1])
    const by = await accept(store, 'd1', 'Use npm')
    done(await actOnDecision(store, inC1, accepted, { kind: 'supersede', by }, person('UA'), 11))
    await take(store, [['adr/0001-use-yarn.md', yarn('proposed', 'it is new.')]])
    expect(await listDecisions(store, inC1, {}, 10)).toContainEqual(
      expect.objectContaining({ id: decision.id, status: 'superseded', body: decision.body }),
    )
  })

  test('an amendment made here stays when the file changes, and the next export writes it', async () => {
    const store = openTemporaryStore()
    const { imported } = await take(store, [['adr/0001-use-yarn.md', yarn('accepted', 'it is fast.')]])
    const [decision] = imported
    if (!decision) throw new Error('nothing was imported')
    done(await actOnDecision(store, inC1, decision, { kind: 'amend', text: 'npm 11 now.' }, person('UA'), 10))
    const later = yarn('accepted', 'it is new.')
    const { updated } = await take(store, [['adr/0001-use-yarn.md', later]])
    expect(updated).toMatchObject([{ amendments: [{ text: 'npm 11 now.', by: 'UA' }] }])
    const synced = await listSynced(store, 'T1', 'acme/orders')
    const there = { folder: 'adr', files: new Map([['adr/0001-use-yarn.md', later]]), synced }
    expect(planExport(updated, there, names).files).toMatchObject([{ text: expect.stringContaining('npm 11 now.') }])
  })

  test('a draft gets its number when its file is accepted', async () => {
    const store = openTemporaryStore()
    const draft = '---\nstatus: draft\n---\n\n# Use Yarn\n\n## Decision Outcome\n\nYarn.\n'
    await take(store, [['adr/0001-use-yarn.md', draft]])
    const { updated } = await take(store, [['adr/0001-use-yarn.md', draft.replace('draft', 'accepted')]])
    expect(updated).toMatchObject([{ status: 'accepted', number: 1 }])
  })

  test('a change here is written over what the file said beside it', async () => {
    const store = openTemporaryStore()
    const { imported } = await take(store, [['adr/0001-use-yarn.md', nygard]])
    const [decision] = imported
    if (!decision) throw new Error('nothing was imported')
    done(await actOnDecision(store, inC1, decision, { kind: 'amend', text: 'npm 11 now.' }, person('UA'), 10))
    const decisions = await listDecisions(store, inC1, {}, 10)
    const synced = await listSynced(store, 'T1', 'acme/orders')
    const plan = planExport(
      decisions,
      { folder: 'adr', files: new Map([['adr/0001-use-yarn.md', nygard]]), synced },
      names,
    )
    const [file] = plan.files
    expect(file?.path).toBe('adr/0001-use-yarn.md')
    expect(fromMadr(file?.text ?? '', 'adr/0001-use-yarn.md')).toMatchObject({
      statusNote: 'Amended by [2. X](0002-x.md)',
      amendments: [{ text: 'npm 11 now.', by: 'Ada' }],
    })
  })

  test('a decision that was made here is not changed by its file', async () => {
    const store = openTemporaryStore()
    const decision = await accept(store, 'd1', 'Use Postgres')
    const { files } = planExport([decision], { folder: 'adr', files: new Map(), synced: [] }, names)
    await rememberSynced(store, place, files.map(toSynced), 4)
    const { refused, updated } = await take(
      store,
      files.map(({ path }) => [path, '# Use MongoDB\n']),
    )
    expect([refused.length, updated.length]).toEqual([1, 0])
  })
})
