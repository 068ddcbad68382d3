import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { neutralise } from '../../../src/slack/delivery/neutralise.ts'
import { plainText } from '../../../src/slack/delivery/plain-text.ts'
import { hostileMarkdown } from './hostile-markdown.ts'

const cases: [name: string, markdown: string, text: string][] = [
  ['marks are gone', '## Use **Fastify**\n\n_now_, see [the guide](https://a.io)', 'Use Fastify\n\nnow, see the guide'],
  ['code is read as it is', 'Run:\n\n```sh\nnpm ci && npm test\n```', 'Run:\n\nnpm ci &amp;&amp; npm test'],
  ['lists keep their numbers', '1. a\n   - b\n2. c', '1. a\n  • b\n2. c'],
  ['tables are read row by row', '| a | b |\n|---|---|\n| 1 | `2` |', 'a | b\n1 | 2'],
  ['quotes are read', '> a\n>\n> b', 'a\nb'],
  ['tokens are text', '<!channel> <@U1>', '&lt;!channel&gt; &lt;@U1&gt;'],
  ['addresses are named, not linked', '`https://evil.com/?q=key` https://a.io/x', 'evil.com/… a.io/x'],
  ['optional chaining is no address', '`req.query?.id`', 'req.query?.id'],
  ['nothing is still something', '---', '…'],
]

test.each(cases)('%s', (_, markdown, text) => {
  expect(plainText(markdown, 3000)).toBe(text)
})

test('a long answer is cut, not in the middle of an escape', () => {
  expect(plainText('a'.repeat(50), 20)).toBe(`${'a'.repeat(19)}…`)
  expect(plainText(`${'a'.repeat(17)}<b>`, 20)).toBe(`${'a'.repeat(17)}…`)
})

test('it never holds a live mention or address and is never empty or too long', () => {
  const property = fc.property(hostileMarkdown, fc.integer({ min: 1, max: 80 }), (markdown, maxChars) => {
    const text = plainText(neutralise(markdown, { knownUserIds: ['U123'], seenUrls: [] }), maxChars)
    expect(text.length).toBeLessThanOrEqual(maxChars)
    expect(text).not.toBe('')
    expect(text).not.toMatch(/[<>]|[a-z]:\/\/|(?<![a-z0-9])@(?:channel|here|everyone)(?![a-z0-9])/i)
  })
  fc.assert(property, { numRuns: 2000 })
})
