import { expect, test } from 'vitest'
import { checkDecisions, type GoverningDecision } from '../../../src/decisions/checks/check-decisions.ts'
import { describeResult } from '../../../src/decisions/checks/describe-result.ts'
import { manifest, readFiles } from './read-files.ts'

const repository = 'acme/orders'
const base: GoverningDecision = {
  id: 'd12',
  number: 12,
  title: 'No moment',
  status: 'accepted',
  repositories: ['Acme/Orders'],
  paths: [],
  checks: ['dependency moment absent'],
}
const clean = readFiles({ 'package.json': manifest({}), 'src/a.js': 'export const a = 1\n' })
const dirty = readFiles({ 'package.json': manifest({ dependencies: { moment: '^2' } }), 'src/a.js': '' })

function say(decision: Partial<GoverningDecision>, read: Parameters<typeof checkDecisions>[1]['read'] = clean) {
  return checkDecisions([{ ...base, ...decision }], { repository, sha: 'a'.repeat(40), read }).map((result) =>
    describeResult(result),
  )
}

test('an accepted decision about the repository is said to hold or to be broken, with the place', () => {
  expect(say({})).toEqual(['ADR-12 holds'])
  expect(say({}, dirty)).toEqual(['ADR-12 is broken at package.json:5'])
})

test('a repository that cannot be read is said to be unchecked, with the reason', () => {
  expect(say({}, { unreadable: 'no access' })).toEqual(['ADR-12 cannot be checked: no access'])
})

test('a check that a file gives as fields is checked like the line that people write', () => {
  const fields = { kind: 'dependency', name: 'moment', state: 'absent' }
  for (const check of [fields, { dependency: 'moment absent' }]) {
    expect(say({ checks: [check] })).toEqual(['ADR-12 holds'])
    expect(say({ checks: [check] }, dirty)).toEqual(['ADR-12 is broken at package.json:5'])
  }
  expect(say({ checks: [{ moment: ['absent'] }] })).toEqual([expect.stringContaining('is not a check')])
})

test.each([
  ['one that is only proposed', { status: 'proposed' }],
  ['a superseded one', { status: 'superseded' }],
  ['one about another repository', { repositories: ['acme/billing'] }],
  ['one about no repository', { repositories: [] }],
  ['one without checks', { checks: [] }],
])('%s is not checked', (_name, decision) => {
  expect(say(decision)).toEqual([])
})

test('where only a folder was read, a decision about other paths is left out', () => {
  const read = { ...clean, folder: 'src' }
  const checks = ['text /moment/ absent in src/**']
  expect(say({ checks, paths: ['web/**'] }, read)).toEqual([])
  expect(say({ checks, paths: ['src/**'] }, read)).toEqual(['ADR-12 holds'])
})

test('a break outweighs what cannot be checked, and that outweighs what holds', () => {
  const checks = ['file src/a.js present', 'dependency fastify at soon', 'dependency moment absent']
  expect(say({ checks }, dirty)).toEqual(['ADR-12 is broken at package.json:5'])
  expect(say({ checks })).toEqual([expect.stringContaining('cannot be checked')])
})

test('a check in a form of a later version is unknown, not an error', () => {
  expect(say({ checks: [{ kind: 'later' }] })).toEqual([expect.stringContaining('cannot be checked')])
})
