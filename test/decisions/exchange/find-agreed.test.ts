import { expect, test } from 'vitest'
import { findAgreed } from '../../../src/decisions/exchange/find-agreed.ts'
import { hashContent } from '../../../src/decisions/madr/plan-sync.ts'

const ours = '---\narchitect-id: d1\n---\n\n# Use Postgres\n'
const edited = `${ours}\nAnd more.\n`
const hash = hashContent(ours)
const noted = { path: 'adr/0001-a.md', decisionId: 'd1', contentHash: hash, renderedHash: hash }
const exported = new Map([['d1', new Set([hash])]])
const nothing = { remember: [], forget: [] }

test.each([
  ['a merged file is agreed on', { 'adr/0001-a.md': ours }, [], { remember: [noted], forget: [] }],
  ['one that was edited before its merge is not', { 'adr/0001-a.md': edited }, [], nothing],
  ['what is known already is not noted again', { 'adr/0001-a.md': ours }, [noted], nothing],
  [
    'a later version of ours is agreed on',
    { 'adr/0001-a.md': ours },
    [{ ...noted, contentHash: 'older', renderedHash: 'older' }],
    { remember: [noted], forget: [] },
  ],
  [
    'a file that moved and was edited keeps what was agreed on',
    { 'docs/0001-b.md': edited },
    [noted],
    { remember: [{ ...noted, path: 'docs/0001-b.md' }], forget: ['adr/0001-a.md'] },
  ],
  ['a copy changes nothing', { 'adr/0000-copy.md': ours, 'adr/0001-a.md': ours }, [noted], nothing],
])('%s', (_name, files, synced, agreement) => {
  expect(findAgreed(new Map(Object.entries(files)), synced, exported)).toEqual(agreement)
})
