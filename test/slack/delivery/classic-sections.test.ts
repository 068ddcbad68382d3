import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { classicSections } from '../../../src/slack/delivery/classic-sections.ts'
import { neutralise } from '../../../src/slack/delivery/neutralise.ts'
import { hostileMarkdown } from './hostile-markdown.ts'
import { ordinaryMarkdown } from './ordinary-markdown.ts'

const texts = (markdown: string) => classicSections(markdown).map(({ text }) => text?.text ?? '')

const cases: [name: string, markdown: string, mrkdwn: string][] = [
  ['a heading is a bold line, and bold only once', '## Use **Fastify** & `v5`', '*Use Fastify &amp; `v5`*'],
  ['emphasis', '**bold** *italic* ~~gone~~ ***both***', '*bold* _italic_ ~gone~ _*both*_'],
  [
    'links',
    '[the guide](https://a.io/x?b=1&c) and https://a.io.',
    '<https://a.io/x?b=1&amp;c|the guide> and <https://a.io>.',
  ],
  ['references', '[the guide][1]\n\n[1]: https://a.io/x', '<https://a.io/x|the guide>'],
  ['escapes', 'a < b && c > d, \\*so\\* &lt;b&gt;', 'a &lt; b &amp;&amp; c &gt; d, *so* &lt;b&gt;'],
  [
    'code',
    'Call `Map<a, b>`:\n\n```ts\nif (a < b) {}\n```\n\nDone',
    'Call `Map&lt;a, b&gt;`:\n```\nif (a &lt; b) {}\n```\nDone',
  ],
  ['nested lists', '- a\n  - b\n    - c\n- d', '• a\n    ◦ b\n        ▪ c\n• d'],
  ['numbers go on where the list does', '3. a\n4. b', '3. a\n4. b'],
  ['tasks', '- [x] done\n- [ ] open', '• [x] done\n• [ ] open'],
  [
    'code inside an item',
    '1. Run\n   ```sh\n   npm ci\n   ```\n   then look.\n2. Ship',
    '1. Run\n```\nnpm ci\n```\n   then look.\n2. Ship',
  ],
  ['paragraphs inside an item', '- a\n\n  b', '• a\n  b'],
  ['quotes', '> **Decision 12**\n> stands\n>\n> - so', '> *Decision 12*\n> stands\n> • so'],
  [
    'a table is aligned',
    '| Name | Req/s |\n|:--|--:|\n| **Fastify** | 45,000 |\n| Express | 9 |',
    '```\nName      Req/s\n-------  ------\nFastify  45,000\nExpress       9\n```',
  ],
  ['people may be mentioned', 'Ask <@U123>.', 'Ask <@U123>.'],
  ['channels may not', 'Hi <!channel> &lt;!here>', 'Hi &lt;!channel&gt; &lt;!here&gt;'],
  ['a script is its label', '[x](javascript:alert(1))', 'x'],
  ['a rule is space', 'a\n\n---\n\nb', 'a\n\nb'],
]

test.each(cases)('%s', (_, markdown, mrkdwn) => {
  expect(texts(markdown)).toEqual([mrkdwn])
})

test('a table too wide for a thread becomes one record a row', () => {
  const why = 'work that may be retried and must outlive the process that began it'
  expect(
    texts(`| Option | Fits | Costs |\n|---|---|---|\n| BullMQ | ${why} | Redis |\n| piscina | CPU | memory |`),
  ).toEqual([`*BullMQ*\n• Fits: ${why}\n• Costs: Redis\n\n*piscina*\n• Fits: CPU\n• Costs: memory`])
})

test('Slack is told to make nothing of its own out of the text, and to show all of it', () => {
  expect(classicSections('https://a.io')).toEqual([
    { type: 'section', text: { type: 'mrkdwn', text: '<https://a.io>', verbatim: true }, expand: true },
  ])
  expect(classicSections('')).toEqual([])
})

test('code longer than a section goes on as code in the next', () => {
  const lines = Array.from({ length: 200 }, (_, index) => `const value${index} = ${index} < 3`)
  const sections = texts(['```ts', ...lines, '```'].join('\n'))
  expect(sections).toHaveLength(2)
  for (const section of sections) expect(section).toMatch(/^```\n[^`]+\n```$/)
})

test('no section is too long and none holds a token but mentions and links', () => {
  const property = fc.property(fc.oneof(hostileMarkdown, ordinaryMarkdown), (markdown) => {
    const neutral = neutralise(markdown, { knownUserIds: ['U123'], seenUrls: ['https://github.com/a'] })
    for (const text of texts(neutral)) {
      expect(text.length).toBeLessThanOrEqual(3000)
      const foreign = (text.match(/<[^>]*>?/g) ?? []).filter((token) => token !== '<@U123>')
      for (const token of foreign)
        expect(token).toMatch(/^<(?:https?:\/\/(?:github\.com|[^?#|]*(?:\||>$))|mailto:)[^>]*>?$/)
    }
  })
  fc.assert(property, { numRuns: 2000 })
})

test('however long its parts are, an answer is never more sections than a message takes', () => {
  const answer = 'Use `Map<string, number>` && go.\n\n```\na < b\n```\n\n'.repeat(210)
  expect(answer.length).toBeLessThan(11_000)
  expect(classicSections(answer).length).toBeLessThanOrEqual(45)
})
