import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gitHubHosts } from '../../src/github/hosts.ts'
import { findGitHubLinks } from '../../src/github/links.ts'

const publicHosts = gitHubHosts('https://api.github.com')
const enterprise = gitHubHosts('https://ghe.corp/api/v3')
const orders = { host: 'github.com', owner: 'acme', name: 'orders' }
const root = { kind: 'repository', ...orders }
const file = (...segments: string[]) => ({ kind: 'path', ...orders, segments })
const sha = '938c73efec02415cfc085eba782afde97932f9a4'

const found: [string, string, object][] = [
  ['a bare address', 'https://github.com/acme/orders', root],
  ['an address without a scheme', 'look at github.com/acme/orders please', root],
  ['a trailing slash', 'https://github.com/acme/orders/', root],
  ['a www address', 'https://www.github.com/acme/orders', root],
  ['upper case in the host', 'HTTPS://GitHub.COM/acme/orders', root],
  ['a clone address', 'git clone https://github.com/acme/orders.git', root],
  ['an ssh address', 'git@github.com:acme/orders.git', root],
  ['an ssh url', 'ssh://git@github.com/acme/orders.git', root],
  ['an ssh address as Slack rewrites it', '<mailto:git@github.com|git@github.com>:acme/orders.git', root],
  ['a git address', 'git://github.com/acme/orders.git', root],
  ['a git address over ssh', 'git+ssh://git@github.com/acme/orders.git', root],
  ['a release', 'https://github.com/acme/orders/releases/tag/v2/final', file('refs', 'tags', 'v2', 'final')],
  ['an archive', 'https://github.com/acme/orders/archive/refs/heads/main.zip', file('refs', 'heads', 'main')],
  ['a package.json address', '"git+https://github.com/acme/orders.git"', root],
  ['credentials in the address, which are dropped', '<https://ada:secret@github.com/acme/orders>', root],
  ['Slack brackets', '<https://github.com/acme/orders>', root],
  ['Slack brackets with a label', '<https://github.com/acme/orders|the orders service>', root],
  ['Slack brackets around a typed host', '<http://github.com/acme/orders|github.com/acme/orders>', root],
  ['an escaped ampersand', '<https://github.com/acme/orders?tab=readme&amp;x=1>', root],
  ['a full stop behind it', 'See https://github.com/acme/orders.', root],
  ['a question mark behind it', 'Is it https://github.com/acme/orders?', root],
  ['brackets around it', '(https://github.com/acme/orders)', root],
  ['a Markdown link', '[orders](https://github.com/acme/orders)', root],
  ['bold around it', '*https://github.com/acme/orders*', root],
  ['italics around it', '_https://github.com/acme/orders_', root],
  ['code around it', '`https://github.com/acme/orders`', root],
  ['curly quotes around it', '“https://github.com/acme/orders”', root],
  ['an ellipsis behind it', 'https://github.com/acme/orders…', root],
  ['a full stop of another script behind it', 'https://github.com/acme/orders。', root],
  ['quotes around it', '"https://github.com/acme/orders"', root],
  ['a comma and more', 'https://github.com/acme/orders, and then?', root],
  ['escaped angle brackets around it', '&lt;https://github.com/acme/orders&gt;', root],
  ['a dotted name', 'https://github.com/acme/orders.js', { ...root, name: 'orders.js' }],
  ['a tree', 'https://github.com/acme/orders/tree/main', file('main')],
  ['a branch with slashes', 'https://github.com/acme/orders/tree/feature/pay/src', file('feature', 'pay', 'src')],
  ['a branch with an encoded slash', 'https://github.com/acme/orders/tree/feature%2Fpay', file('feature', 'pay')],
  ['a file', 'https://github.com/acme/orders/blob/main/src/app.js', file('main', 'src', 'app.js')],
  ['a blame page', 'https://github.com/acme/orders/blame/main/a.js', file('main', 'a.js')],
  ['a raw page', 'https://github.com/acme/orders/raw/main/a.js', file('main', 'a.js')],
  ['a history page', 'https://github.com/acme/orders/commits/main/src', file('main', 'src')],
  [
    'a path with brackets',
    'https://github.com/acme/orders/blob/main/app/(shop)/page.tsx',
    file('main', 'app', '(shop)', 'page.tsx'),
  ],
  [
    'a folder in brackets, in brackets',
    '(https://github.com/acme/orders/tree/main/app/(shop))',
    file('main', 'app', '(shop)'),
  ],
  ['encoded brackets', 'https://github.com/acme/orders/blob/main/%5Bid%5D.ts', file('main', '[id].ts')],
  ['spaces in a path', 'https://github.com/acme/orders/blob/main/my%20docs/a.md', file('main', 'my docs', 'a.md')],
  [
    'a question',
    'https://github.com/acme/orders/blob/main/a.js?plain=1#L3',
    { ...file('main', 'a.js'), lines: { start: 3, end: 3 } },
  ],
  [
    'one line',
    'https://github.com/acme/orders/blob/main/a.js#L10',
    { ...file('main', 'a.js'), lines: { start: 10, end: 10 } },
  ],
  [
    'lines',
    'https://github.com/acme/orders/blob/main/a.js#L10-L20',
    { ...file('main', 'a.js'), lines: { start: 10, end: 20 } },
  ],
  [
    'lines and columns',
    'https://github.com/acme/orders/blob/main/a.js#L10C1-L20C3',
    { ...file('main', 'a.js'), lines: { start: 10, end: 20 } },
  ],
  [
    'lines backwards',
    'https://github.com/acme/orders/blob/main/a.js#L20-L10',
    { ...file('main', 'a.js'), lines: { start: 10, end: 20 } },
  ],
  ['line zero', 'https://github.com/acme/orders/blob/main/a.js#L0', file('main', 'a.js')],
  ['a heading', 'https://github.com/acme/orders/blob/main/README.md#usage', file('main', 'README.md')],
  [
    'a permalink',
    `https://github.com/acme/orders/blob/${sha}/a.js#L1`,
    { ...file(sha, 'a.js'), lines: { start: 1, end: 1 } },
  ],
  ['a commit', `https://github.com/acme/orders/commit/${sha}`, { kind: 'commit', ...orders, sha }],
  ['a short commit', 'https://github.com/acme/orders/commit/938C73E', { kind: 'commit', ...orders, sha: '938c73e' }],
  ['a commit as a patch', `https://github.com/acme/orders/commit/${sha}.patch`, { kind: 'commit', ...orders, sha }],
  [
    'a comparison',
    'https://github.com/acme/orders/compare/main...feature/pay',
    { kind: 'compare', ...orders, base: { ref: 'main' }, head: { ref: 'feature/pay' } },
  ],
  [
    'a comparison with two dots',
    'https://github.com/acme/orders/compare/v1..v2',
    { kind: 'compare', ...orders, base: { ref: 'v1' }, head: { ref: 'v2' } },
  ],
  [
    'a comparison with a fork by its name',
    'https://github.com/acme/orders/compare/main...bob:orders-fork:fix',
    { kind: 'compare', ...orders, base: { ref: 'main' }, head: { ref: 'fix', owner: 'bob' } },
  ],
  [
    'a comparison with a fork',
    'https://github.com/acme/orders/compare/main...bob:fix',
    { kind: 'compare', ...orders, base: { ref: 'main' }, head: { ref: 'fix', owner: 'bob' } },
  ],
  [
    'a comparison with the default branch',
    'https://github.com/acme/orders/compare/fix',
    { kind: 'compare', ...orders, head: { ref: 'fix' } },
  ],
  ['a pull request', 'https://github.com/acme/orders/pull/12', { kind: 'pull', ...orders, number: 12 }],
  [
    'the files of a pull request',
    'https://github.com/acme/orders/pull/12/files#diff-1',
    { kind: 'pull', ...orders, number: 12 },
  ],
  [
    'the commits of a pull request',
    'https://github.com/acme/orders/pull/12/commits',
    { kind: 'pull', ...orders, number: 12 },
  ],
  [
    'one commit of a pull request',
    `https://github.com/acme/orders/pull/12/commits/${sha}`,
    { kind: 'commit', ...orders, sha },
  ],
  [
    'a comment in a pull request',
    'https://github.com/acme/orders/pull/12#issuecomment-1',
    { kind: 'pull', ...orders, number: 12 },
  ],
  ['a raw address', 'https://raw.githubusercontent.com/acme/orders/main/src/a.js', file('main', 'src', 'a.js')],
  [
    'a raw address with a full ref',
    'https://raw.githubusercontent.com/acme/orders/refs/heads/main/a.js',
    file('refs', 'heads', 'main', 'a.js'),
  ],
]

const ignored: [string, string][] = [
  ['no link', 'what about acme/orders?'],
  ['the front page', 'https://github.com/'],
  ['a profile', 'https://github.com/acme'],
  ['an organisation page', 'https://github.com/orgs/acme/repositories'],
  ['the settings', 'https://github.com/settings/tokens'],
  ['the marketplace', 'https://github.com/marketplace/actions'],
  ['a topic', 'https://github.com/topics/nodejs'],
  ['a list of issues', 'https://github.com/acme/orders/issues'],
  ['an issue', 'https://github.com/acme/orders/issues/3'],
  ['a list of pull requests', 'https://github.com/acme/orders/pulls'],
  ['a list of releases', 'https://github.com/acme/orders/releases'],
  ['an action run', 'https://github.com/acme/orders/actions/runs/1'],
  ['a wiki', 'https://github.com/acme/orders/wiki'],
  ['pull request zero', 'https://github.com/acme/orders/pull/0'],
  ['a pull request that is no number', 'https://github.com/acme/orders/pull/new/main'],
  ['a comparison with a second copy of the owner', 'https://github.com/acme/orders/compare/main...acme:copy:fix'],
  ['a comparison with three forms', 'https://github.com/acme/orders/compare/a...b...c'],
  ['a gist', 'https://gist.github.com/acme/1234'],
  ['a host that ends like GitHub', 'https://evilgithub.com/acme/orders'],
  ['a host that starts like GitHub', 'https://github.com.evil.example/acme/orders'],
  ['a subdomain', 'https://acme.github.com/acme/orders'],
  ['another port', 'https://github.com:8443/acme/orders'],
  ['GitHub as a user name', 'https://github.com@evil.example/acme/orders'],
  ['GitHub in a path', 'https://evil.example/github.com/acme/orders'],
  ['a label that looks like GitHub', '<https://evil.example/x|github.com/acme/orders>'],
  ['another scheme', 'ftp://github.com/acme/orders'],
  ['a path that climbs', 'https://github.com/acme/orders/blob/main/%2e%2e%2f%2e%2e%2fsecret'],
  ['a name that climbs', 'https://github.com/acme/..%2f..'],
  ['a broken escape', 'https://github.com/acme/orders/blob/main/%E0%A4%A'],
  ['a control character', 'https://github.com/acme/orders/blob/main/a%00b'],
  ['an owner with a dot', 'https://github.com/a.b/orders'],
]

describe('Links to GitHub in a message', () => {
  test.each(found)('finds %s', (_name, text, target) => {
    expect(findGitHubLinks(text, publicHosts)).toEqual([target])
  })

  test.each(ignored)('ignores %s', (_name, text) => {
    expect(findGitHubLinks(text, publicHosts)).toEqual([])
  })

  test('finds several links in order and each only once', () => {
    const text = 'github.com/acme/orders <https://github.com/acme/pay|pay> https://github.com/acme/orders/'
    expect(findGitHubLinks(text, publicHosts)).toEqual([root, { ...root, name: 'pay' }])
  })

  test.each([
    ['a page', 'https://ghe.corp/acme/orders/tree/main', ['main']],
    ['a raw page', 'https://ghe.corp/acme/orders/raw/main/a.js', ['main', 'a.js']],
    ['a raw address', 'https://ghe.corp/raw/acme/orders/main/a.js', ['main', 'a.js']],
    ['a raw subdomain', 'https://raw.ghe.corp/acme/orders/main/a.js', ['main', 'a.js']],
  ])('finds %s of the Enterprise Server in use', (_name, text, segments) => {
    expect(findGitHubLinks(text, enterprise)).toEqual([{ ...orders, kind: 'path', host: 'ghe.corp', segments }])
  })

  test('names github.com as the host of its links when an Enterprise Server is in use', () => {
    expect(findGitHubLinks('https://github.com/acme/orders', enterprise)).toEqual([root])
  })

  test('ignores the Enterprise Server of somebody else', () => {
    expect(findGitHubLinks('https://ghe.corp/acme/orders', publicHosts)).toEqual([])
  })

  test('knows the pages of Enterprise Cloud with data residency', () => {
    const hosts = gitHubHosts('https://api.acme.ghe.com')
    expect(findGitHubLinks('https://acme.ghe.com/acme/orders', hosts)).toEqual([{ ...root, host: 'acme.ghe.com' }])
  })

  test('never throws and never names a foreign host or a climbing path, whatever the text', () => {
    const piece = fc.constantFrom(
      ...'https:// http:// git@ ssh:// github.com GITHUB.com raw.githubusercontent.com ghe.corp evil.example / : @ # ? .'.split(
        ' ',
      ),
      ...'< > | &amp; ( ) [ ] % %2e%2e %2F %00 .. ... acme orders blob tree pull compare commit main L1 L2 - 12 \\'.split(
        ' ',
      ),
      ' ',
      '\n',
      '\u202e',
      '`',
    )
    const text = fc.array(fc.oneof({ weight: 8, arbitrary: piece }, fc.string({ maxLength: 4 })), { maxLength: 24 })
    fc.assert(
      fc.property(text, (pieces) => {
        for (const target of findGitHubLinks(pieces.join(''), enterprise)) {
          expect(['github.com', 'ghe.corp']).toContain(target.host)
          expect(`${target.owner}/${target.name}`).toMatch(/^[\w-]+\/[\w.-]+$/)
          expect(target.kind === 'path' ? target.segments : []).not.toContain('..')
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('takes no time over a hostile text', () => {
    const brackets = ')'.repeat(40_000) + '.'.repeat(40_000)
    expect(findGitHubLinks(`https://github.com/acme/orders${brackets}`, publicHosts)).toEqual([root])
    expect(findGitHubLinks('<https://github.com/'.repeat(5000), publicHosts)).toEqual([])
  })

  test('finds nothing on any other host', () => {
    fc.assert(
      fc.property(fc.domain(), (host) => {
        fc.pre(!['github.com', 'www.github.com', 'raw.githubusercontent.com'].includes(host.toLowerCase()))
        expect(findGitHubLinks(`https://${host}/acme/orders/blob/main/a.js`, publicHosts)).toEqual([])
      }),
    )
  })
})
