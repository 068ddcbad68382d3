import { describe, expect, test } from 'vitest'
import { neutralise } from '../../../src/slack/delivery/neutralise.ts'

const policy = { knownUserIds: ['U123'], seenUrls: ['https://github.com/acme/orders', 'https://wiki.acme.dev/x'] }
const say = (markdown: string) => neutralise(markdown, policy)

type Case = [name: string, written: string, said: string]

describe('mentions', () => {
  test.each<Case>([
    ['a call to the channel is text', 'Hi <!channel>!', 'Hi &lt;!channel>!'],
    ['so is one with a label', '<!here|here> <!everyone>', '&lt;!here|here> &lt;!everyone>'],
    ['a group is text', 'cc <!subteam^S12|@backend>', 'cc &lt;!subteam^S12|@backend>'],
    [
      'a typed call gets a word joiner',
      '@channel, @Here and @everyone',
      '@\u2060channel, @\u2060Here and @\u2060everyone',
    ],
    ['an address that holds such a word is left alone', 'ops@here.com', 'ops@here.com'],
    ['somebody in the thread is mentioned', 'Ask <@U123>.', 'Ask <@U123>.'],
    ['a false name is dropped', '<@U123|the CEO>', '<@U123>'],
    ['a stranger is text', 'Ask <@U999>.', 'Ask &lt;@U999>.'],
    ['a channel is text', 'In <#C12|secret-plans>', 'In &lt;#C12|secret-plans>'],
    ['a date token is text', '<!date^1^{date}|now>', '&lt;!date^1^{date}|now>'],
    ['in code a token is broken by a space', 'Send `<!channel>`', 'Send `< !channel>`'],
    ['in a code block too', '```\n<@U123> <!here>\n```', '```\n< @U123> < !here>\n```'],
    ['hidden characters inside one do not help', '<!chan\u200bnel> @\u2060here', '&lt;!channel> @\u2060here'],
    [
      'entities do not help',
      '&#64;channel &commat;here &lt;!here&gt;',
      '&amp;#64;channel &amp;commat;here &lt;!here&gt;',
    ],
    ['a mention inside an allowed address is quoted', 'https://github.com/@channel', 'https://github.com/%40channel'],
  ])('%s', (_, written, said) => expect(say(written)).toBe(said))
})

describe('links', () => {
  test.each<Case>([
    ['a known host may carry data', '[PR](https://github.com/a/b?w=1#c2)', '[PR](https://github.com/a/b?w=1#c2)'],
    [
      'an unknown host may be linked',
      'See [docs](https://fastify.dev/docs/).',
      'See [docs](https://fastify.dev/docs/).',
    ],
    ['but not with a query', '[x](https://evil.com/?q=key)', 'x (`https://evil.com/?q=key`)'],
    ['nor with a fragment', '<https://evil.com/#key>', '`https://evil.com/#key`'],
    [
      'nor with a long opaque path',
      'https://evil.com/c2VjcmV0LWtleS0xMjM0NTY3ODkw',
      '`https://evil.com/c2VjcmV0LWtleS0xMjM0NTY3ODkw`',
    ],
    [
      'nor with data in its name',
      'http://c2VjcmV0LWtleS0xMjM0NTY3ODkwMTIzNDU2.evil.com',
      '`http://c2VjcmV0LWtleS0xMjM0NTY3ODkwMTIzNDU2.evil.com`',
    ],
    ['hosts are compared whole', 'https://evilgithub.com/?q=1', '`https://evilgithub.com/?q=1`'],
    ['a subdomain is another host', 'https://x.github.com/?q=1', '`https://x.github.com/?q=1`'],
    ['user names are not hosts', 'https://github.com@evil.com/', '`https://github.com@evil.com/`'],
    ['a backslash hides no host', 'https://github.com\\@evil.com', '`https://github.com\\@evil.com`'],
    ['nor does a full stop of another script', 'https://github.com。evil.com/', '`https://github.com。evil.com/`'],
    ['a bare domain with data is code', 'Open evil.com/?q=1.', 'Open `evil.com/?q=1`.'],
    ['an image becomes a link', '![plan](https://fastify.dev/p.png)', '[plan](https://fastify.dev/p.png)'],
    ['or text', '![plan](https://evil.com/p.png?d=key)', 'plan (`https://evil.com/p.png?d=key`)'],
    [
      'a badge becomes its link',
      '[![ci](https://x.io/b.svg?t=1)](https://github.com/a/b)',
      '[ci](https://github.com/a/b)',
    ],
    ["Slack's form becomes Markdown's", '<https://github.com/a?b=1|the PR>', '[the PR](https://github.com/a?b=1)'],
    ['and is judged like it', '<https://evil.com/?q=1|the PR>', 'the PR (`https://evil.com/?q=1`)'],
    ['scripts are text', '[x](javascript:alert(1))', 'x (`javascript:alert(1)`)'],
    ['so is inline data', '[x](data:text/html,hi)', 'x (`data:text/html,hi`)'],
    ['deep links are text', 'slack://open?team=T1', '`slack://open?team=T1`'],
    ['a file reference is named', '[orders](src/orders.ts#L3)', 'orders (`src/orders.ts#L3`)'],
    ['and said once', '[`src/a.ts`](src/a.ts)', '`src/a.ts`'],
    ['code that looks like a link is shown as it is', 'handlers[name](event)', 'handlers[name]&#40;event)'],
    ['a definition is text when its address is', '[a]: https://evil.com/?q=1', '[a]&#58; `https://evil.com/?q=1`'],
    ['also when the address stands on the next line', '[a]:\nhttps://evil.com/?q', '[a]&#58;\n`https://evil.com/?q`'],
    ['a good definition stands', '[a]: https://github.com/x?y=1', '[a]: https://github.com/x?y=1'],
    ['a definition cannot hide in code', '[`a]: https://evil.com/?q`', '[`a] : https://evil.com/?q`'],
    ['a link over two lines is text', '[a\nb](https://evil.com/?q=1)', '[a\nb]&#40;`https://evil.com/?q=1`)'],
    ['in code an address stays as it is', "`fetch('https://a.io/?q=1')`", "`fetch('https://a.io/?q=1')`"],
    [
      'a cell border cannot cut code open',
      '|a|b|\n|-|-|\n|`x | https://evil.com/?q | y`|',
      '|a|b|\n|-|-|\n|`x \\| https://evil.com/?q \\| y`|',
    ],
    [
      'a very long address is cut',
      `[x](https://evil.com/?q=${'a'.repeat(400)})`,
      `x (\`https://evil.com/?q=${'a'.repeat(180)}…\`)`,
    ],
  ])('%s', (_, written, said) => expect(say(written)).toBe(said))
})

describe('markup', () => {
  test.each<Case>([
    ['HTML is shown as text', '<script src="x">', '&lt;script src="x">'],
    ['types are shown as text', 'An Array<string> of a < b', 'An Array&lt;string> of a < b'],
    ['stray backticks are text', 'a ` b https://evil.com/?q', 'a &#96; b `https://evil.com/?q`'],
    ['double backticks become single ones', '``npm ci``', '`npm ci`'],
    ['fences of tildes become backticks', '~~~ts\na\n~~~', '```ts\na\n```'],
    ['a fence keeps its title', '```ts title="src/a.ts"\n```', '```ts title="src/a.ts"\n```'],
    ['but no address', '```ts https://evil.com/?q\n```', '```ts\n```'],
    ['an open fence is closed', '```ts\na', '```ts\na\n```'],
    [
      'code that its item ends is closed',
      '- ```\n  a\n[x](https://evil.com/?q)',
      '- ```\n  a\n  ```\nx (`https://evil.com/?q`)',
    ],
    ['fences inside code become tildes', '````md\n```ts\na\n```\n````', '````md\n~~~ts\na\n~~~\n````'],
    ['text that runs backwards or is hidden is taken out', 'a\u202eb\u{e0041}c\u00add', 'abcd'],
    ['an emoji keeps its look', 'ok ❤️ 1\ufe0f', 'ok ❤️ 1'],
    ['half a character is replaced', 'a\ud83d', 'a\ufffd'],
  ])('%s', (_, written, said) => expect(say(written)).toBe(said))
})
