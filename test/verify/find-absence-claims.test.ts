import { expect, test } from 'vitest'
import { findAbsenceClaims } from '../../src/verify/find-absence-claims.ts'

test.each([
  ['There is no rate limiting on `/login`.', 'rate limiting on /login'],
  ['The service has no health check, so nothing restarts it.', 'health check, so nothing restarts it'],
  ['The client does not set any timeout.', 'timeout'],
  ['The API does not implement pagination.', 'pagination'],
  ['Graceful shutdown is not implemented.', 'Graceful shutdown'],
  ['The repository lacks tests.', 'tests'],
  ['Missing input validation lets anything in.', 'input validation lets anything in'],
  ['**No CSRF protection** is configured.', 'CSRF protection is configured'],
  ['There aren’t any retries.', 'retries'],
  ['The handler awaits each query in a loop.', undefined],
])('%j', (sentence, about) => {
  expect(findAbsenceClaims(sentence).map((claim) => claim.about)).toEqual(about === undefined ? [] : [about])
})

test('each sentence and item stands for itself, code is not read', () => {
  const markdown = [
    'All is well. There is no retry here! Really.',
    '',
    '- The worker has no timeout.',
    '- Fine.',
    '',
    '```js',
    '// there is no authentication',
    '```',
  ].join('\n')
  expect(findAbsenceClaims(markdown).map(({ sentence }) => sentence)).toEqual([
    'There is no retry here!',
    'The worker has no timeout.',
  ])
})
