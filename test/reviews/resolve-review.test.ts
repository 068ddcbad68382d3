import { describe, expect, test } from 'vitest'
import { audienceOf, type CodeAudience } from '../../src/access/visible-repository.ts'
import { resolveReview, type ReviewSubject } from '../../src/reviews/resolve-review.ts'
import { openClient } from '../github/open-client.ts'
import { fork, orders, secret } from '../github/sample.ts'

const nobody = audienceOf(async () => [], false)
const signal = new AbortController().signal

async function open() {
  const tokens = [{ token: 'allowed', login: 'ada', repositories: ['acme/vault'] }]
  const auth = { kind: 'token', token: 'allowed' } as const
  return openClient({ repositories: [orders, fork, secret], tokens }, { auth })
}

async function resolve(text: string, audience: CodeAudience = nobody): Promise<ReviewSubject | string> {
  await using client = await open()
  return await resolveReview(client.github, text, audience, signal)
}

describe('What is asked to be reviewed', () => {
  test.each([
    ['https://github.com/acme/orders', 'acme/orders', 'acme/orders'],
    ['<https://github.com/acme/orders|our orders>, please.', 'acme/orders', 'acme/orders'],
    ['git@github.com:acme/orders.git', 'acme/orders', 'acme/orders'],
    ['acme/orders', 'acme/orders', 'acme/orders'],
    ['`acme/orders`.', 'acme/orders', 'acme/orders'],
    ['https://github.com/acme/shop', 'acme/orders', 'acme/orders'],
    ['https://github.com/acme/orders/tree/main/src/routes', 'acme/orders:src/routes', 'acme/orders src/routes'],
    ['https://github.com/acme/orders/tree/feature/pay', 'acme/orders@feature/pay', 'acme/orders@feature/pay'],
    [
      'https://raw.githubusercontent.com/acme/orders/feature/pay/src/pay.js',
      'acme/orders@feature/pay:src/pay.js',
      'acme/orders@feature/pay src/pay.js',
    ],
    [
      'https://github.com/acme/orders/blob/main/src/app.js?raw=true#L1-L3',
      'acme/orders:src/app.js#L1-L3',
      'acme/orders src/app.js#L1-L3',
    ],
    ['https://github.com/acme/orders/pull/7/files', 'acme/orders#7', 'acme/orders#7'],
    ['acme/orders#7', 'acme/orders#7', 'acme/orders#7'],
    [
      'https://github.com/acme/orders/compare/v1...feature/pay',
      'acme/orders v1...feature/pay',
      'acme/orders v1...feature/pay',
    ],
    [
      'https://github.com/acme/orders/compare/feature/pay',
      'acme/orders main...feature/pay',
      'acme/orders main...feature/pay',
    ],
    [
      'https://github.com/acme/orders/compare/main...bob:fix',
      'acme/orders main...bob:fix',
      'acme/orders main...bob:fix',
    ],
  ])('%s is %s', async (text, key, label) => {
    const subject = await resolve(text)
    expect(subject).toMatchObject({ target: { key, label, pin: { owner: 'acme', name: 'orders' } } })
  })

  test('is a change with the commit it started from', async () => {
    await using client = await open()
    const shaOf = (name: string) => client.standIn.site.named('acme/orders').find(name)
    const subject = await resolveReview(client.github, 'https://github.com/acme/orders/pull/7', nobody, signal)
    expect(subject).toMatchObject({
      target: {
        pin: { sha: shaOf('feature/pay') },
        url: 'https://github.com/acme/orders/pull/7',
        change: { base: { sha: shaOf('main') }, files: ['README.md', 'src/pay.js'], title: 'Take payments' },
      },
    })
  })

  test.each([
    ['', 'Give me something on GitHub to review, such as https://github.com/acme/orders'],
    ['src/app.ts', 'Give me something on GitHub'],
    ['acme/orders and acme/pay', 'Give me something on GitHub'],
    ['https://gist.github.com/ada/1234', 'gists'],
    ['https://gitlab.com/acme/orders', 'https://gitlab.com is not an address of code on GitHub'],
    ['https://github.com/acme', 'is no repository'],
    ['https://github.com/acme/orders/issues/3', '(issues) is no code'],
    ['https://github.com/acme/missing', 'I cannot read acme/missing here'],
    ['https://github.com/acme/orders/pull/99', 'no pull request #99'],
    ['https://github.com/acme/orders/tree/gone', 'no branch, tag or commit called gone'],
  ])('gets one sentence for "%s"', async (text, sentence) => {
    expect(await resolve(text)).toContain(sentence)
  })
})

describe('A private repository', () => {
  const link = 'https://github.com/acme/vault'

  test('is reviewed only where it is linked', async () => {
    expect(
      await resolve(
        link,
        audienceOf(async () => ['acme/vault'], false),
      ),
    ).toMatchObject({ private: true })
  })

  test('reads like one that does not exist elsewhere, and nothing inside is asked for', async () => {
    await using client = await open()
    for (const audience of [nobody, audienceOf(async () => ['acme/vault'], true)]) {
      const answer = await resolveReview(client.github, `${link}/tree/main/key.js`, audience, signal)
      const missing = await resolveReview(client.github, 'https://github.com/acme/nowhere', audience, signal)
      expect(missing).toEqual(expect.stringContaining('acme/nowhere'))
      expect(JSON.stringify(answer)).toBe(JSON.stringify(missing).replaceAll('acme/nowhere', 'acme/vault'))
    }
    expect(client.standIn.requests.map(({ path }) => path)).not.toContainEqual(expect.stringContaining('vault/'))
  })

  test.each([1, 2, 3, 4, 5])('stays hidden when GitHub fails %i times as it is asked who may see it', async (times) => {
    await using client = await open()
    client.standIn.fail({ route: /^GET \/repos\/acme\/vault$/, kind: 'status', status: 502, times })
    expect(typeof (await resolveReview(client.github, link, nobody, signal))).toBe('string')
    expect(client.standIn.requests.map(({ path }) => path)).not.toContainEqual(expect.stringContaining('vault/'))
  })
})
