import { expect, test } from 'vitest'
import { affects, patchedVersion, readAdvisoryAnswer } from '../../src/npm/advisories.ts'
import { createRegistry } from '../../src/npm/registry.ts'
import { startRegistry } from '../support/npm/start-registry.ts'

const lodash = {
  id: 1106913,
  url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm',
  title: 'Command Injection in lodash',
  severity: 'high',
  vulnerable_versions: '<4.17.21',
}

test('advisories come with their GHSA id, address and range', async () => {
  await using standIn = await startRegistry()
  standIn.advise('lodash', lodash)
  const registry = createRegistry({ url: standIn.url, userAgent: 'architect/test', timeoutMs: 2_000, now: () => 0 })
  const versions = new Map([
    ['lodash', ['4.17.20']],
    ['express', ['5.1.0']],
  ])
  const answer = await registry.readAdvisories(versions)
  expect(answer).toEqual({
    kind: 'found',
    advisories: new Map([
      [
        'lodash',
        [
          {
            id: 'GHSA-35jh-r3h4-6jhm',
            url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm',
            title: 'Command Injection in lodash',
            severity: 'high',
            range: '<4.17.21',
          },
        ],
      ],
    ]),
  })
  await registry.readAdvisories(versions)
  expect(standIn.requests).toHaveLength(1)
})

test.each([404, 405, 410])(
  'a registry that answers %i offers no advisories, which says nothing of safety',
  async (status) => {
    await using standIn = await startRegistry()
    standIn.failAt('/-/npm', { status })
    const registry = createRegistry({ url: standIn.url, userAgent: 'architect/test', timeoutMs: 2_000, now: () => 0 })
    const answer = await registry.readAdvisories(new Map([['lodash', ['4.17.20']]]))
    expect(answer).toMatchObject({ kind: 'unanswered', why: 'not-offered' })
  },
)

test('an advisory that cannot be read is left out, an address elsewhere is not passed on', () => {
  const answer = readAdvisoryAnswer({
    lodash: [
      { ...lodash, url: 'https://evil.example/GHSA-35jh-r3h4-6jhm', title: 'a\nb' },
      { ...lodash, vulnerable_versions: 'whatever' },
      { id: 1 },
    ],
  })
  expect(answer?.get('lodash')).toEqual([{ id: '1106913', title: 'a b', severity: 'high', range: '<4.17.21' }])
  expect(readAdvisoryAnswer(['no'])).toBeUndefined()
})

test('the patched version is the lowest released one above that no advisory is about', () => {
  const advisory = (range: string) => ({ id: 'x', title: 'x', severity: 'low' as const, range })
  const versions = ['3.9.9', '4.0.0', '4.0.1-rc.1', '4.0.1', '4.0.2', '5.0.0']
  expect(patchedVersion('4.0.0', [advisory('<4.0.1')], versions)).toBe('4.0.1')
  expect(patchedVersion('4.0.0', [advisory('<=4.0.1'), advisory('>=4.0.0 <4.0.2')], versions)).toBe('4.0.2')
  expect(patchedVersion('4.0.0', [advisory('*')], versions)).toBeUndefined()
  expect(affects(advisory('<4.0.1'), '4.0.1-rc.1')).toBe(true)
})
