import { expect, test } from 'vitest'
import { findFixedVersion, findKnownAdvisories } from '../../../src/evidence/facts/known-advisories.ts'
import { findKnownDeprecation } from '../../../src/evidence/facts/known-deprecations.ts'

test('a version is told its advisories, the worst first', () => {
  expect(findKnownAdvisories('lodash', '4.17.11').map(({ ghsa, severity }) => [ghsa, severity])).toEqual([
    ['GHSA-jf85-cpcp-j695', 'critical'],
    ['GHSA-35jh-r3h4-6jhm', 'high'],
    ['GHSA-r5fr-rjxr-66jc', 'high'],
  ])
  expect(findKnownAdvisories('lodash', '4.18.0')).toEqual([])
  expect(findKnownAdvisories('constructor', '1.0.0')).toEqual([])
})

test('a maintained line is judged by its own fix', () => {
  expect(findKnownAdvisories('ws', '7.5.11')).toEqual([])
  expect(findKnownAdvisories('ws', '8.17.0')).toHaveLength(2)
  expect(findKnownAdvisories('qs', '6.4.0').map(({ severity }) => severity)).toContain('high')
})

test('the fix is the version that no advisory is about any more', () => {
  expect(findFixedVersion('sanitize-html', '1.0.0')).toBe('2.17.5')
  expect(findFixedVersion('ws', '7.0.0')).toBe('7.5.11')
  expect(findFixedVersion('hbs', '4.0.4')).toBeUndefined()
})

test('a deprecation holds for the versions it names', () => {
  expect(findKnownDeprecation('request', undefined)).toMatchObject({ instead: 'fetch' })
  expect(findKnownDeprecation('mongoose', '5.13.23')).toMatchObject({
    source: 'https://mongoosejs.com/docs/version-support.html',
  })
  expect(findKnownDeprecation('mongoose', '8.0.0')).toBeUndefined()
  expect(findKnownDeprecation('multer', undefined)).toBeUndefined()
})
