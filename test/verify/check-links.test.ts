import { expect, test } from 'vitest'
import { gitHubHosts } from '../../src/github/hosts.ts'
import { checkLinks } from '../../src/verify/check-links.ts'

const sha = '0123456789abcdef0123456789abcdef01234567'
const files = new Map([
  ['src/app.ts', 'one\ntwo\nthree\n'],
  ['src/app/(shop)/page.tsx', 'one'],
])
const pinned = {
  pin: { owner: 'acme', name: 'orders', sha },
  hosts: gitHubHosts('https://api.github.com'),
  readText: (path: string) => files.get(path),
  isFolder: (path: string) => path === 'src',
}

test.each([
  [`acme/orders/blob/${sha}/src/app.ts#L1-L3`, undefined],
  [`acme/orders/blob/${sha}/src/app.ts`, undefined],
  [`Acme/Orders/blob/${sha.slice(0, 10)}/src/app.ts#L3`, undefined],
  [`acme/orders/tree/${sha}/src`, undefined],
  [`acme/orders/blob/${sha}/src/app/(shop)/page.tsx#L1`, undefined],
  [`acme/orders/blob/${sha}/src/app.ts#L4`, 'no-such-lines'],
  [`acme/orders/blob/${sha}/src/gone.ts#L1`, 'no-such-file'],
  [`acme/orders/blob/main/src/app.ts#L1`, 'not-pinned'],
  [`acme/orders/blob/${'f'.repeat(40)}/src/app.ts#L1`, 'not-pinned'],
  [`evil/orders/blob/${sha}/src/app.ts#L1`, 'other-repository'],
])('https://github.com/%s', (path, fault) => {
  const [check] = checkLinks(`See [the code](https://github.com/${path}).`, pinned)
  expect(check?.fault).toBe(fault)
})

test('the same path on another host is another repository', () => {
  const enterprise = { ...pinned, hosts: gitHubHosts('https://ghe.corp/api/v3') }
  const path = `acme/orders/blob/${sha}/src/app.ts#L1`
  expect(checkLinks(`https://ghe.corp/${path} https://github.com/${path}`, enterprise)).toMatchObject([
    { path: 'src/app.ts', lines: { start: 1, end: 1 } },
    { fault: 'other-repository' },
  ])
})

test('addresses that mark no file are not judged', () => {
  expect(checkLinks('https://github.com/acme/orders/issues/4 https://github.com/expressjs/express', pinned)).toEqual([])
})
