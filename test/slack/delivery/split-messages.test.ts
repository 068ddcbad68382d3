import * as fc from 'fast-check'
import { lexer } from 'marked'
import { expect, test } from 'vitest'
import { joinSegments, readSegments } from '../../../src/lib/fenced-code.ts'
import { splitBlocks } from '../../../src/lib/markdown-blocks.ts'
import { emptyMessage } from '../../../src/slack/delivery/message-limits.ts'
import { neutralise } from '../../../src/slack/delivery/neutralise.ts'
import { placeBlock, splitMessages } from '../../../src/slack/delivery/split-messages.ts'
import { hostileMarkdown } from './hostile-markdown.ts'
import { ordinaryMarkdown } from './ordinary-markdown.ts'

const small = { chars: 60, blocks: 45, tables: 1 }
const policy = { knownUserIds: ['U123'], seenUrls: ['https://github.com/acme/orders'] }

test('a short answer is one message, without blank lines around it', () => {
  expect(splitMessages('\n\n# Title\n\nText.\n\n')).toEqual(['# Title\n\nText.'])
  expect(splitMessages('')).toEqual([])
  expect(splitMessages(' \n\n')).toEqual([])
})

test('an answer is cut between its blocks', () => {
  const [a, b, c] = ['a'.repeat(5000), 'b'.repeat(5000), 'c'.repeat(5000)]
  expect(splitMessages(`${a}\n\n${b}\n\n${c}`)).toEqual([`${a}\n\n${b}`, c])
})

test('no message becomes more blocks than Slack takes', () => {
  const messages = splitMessages(Array.from({ length: 100 }, (_, index) => `## ${index}\n\nText`).join('\n\n'))
  expect(messages.map((message) => splitBlocks(message).length)).toEqual([44, 44, 44, 44, 24])
})

test('a heading goes with what it heads', () => {
  expect(splitMessages(`${'a'.repeat(40)}\n\n## Next\n\n${'b'.repeat(40)}`, small)).toEqual([
    'a'.repeat(40),
    `## Next\n${'b'.repeat(40)}`,
  ])
})

test('every table gets a message of its own', () => {
  const table = '| a |\n|---|\n| 1 |'
  expect(splitMessages(`One:\n\n${table}\n\nTwo:\n\n${table}`)).toEqual([`One:\n\n${table}\n\nTwo:`, table])
})

test('long code is closed and opened again with its language', () => {
  const lines = ['const first = 1', 'const second = 2', 'const third = 3', 'const fourth = 4']
  expect(splitMessages(['```ts', ...lines, '```'].join('\n'), small)).toEqual([
    '```ts\nconst first = 1\nconst second = 2\nconst third = 3\n```',
    '```ts\nconst fourth = 4\n```',
  ])
})

test('a long table repeats its header', () => {
  const rows = Array.from({ length: 5 }, (_, index) => `| name ${index} | value |`)
  expect(splitMessages(['| Name | Why |', '|---|---|', ...rows].join('\n'), small)).toEqual([
    '| Name | Why |\n|---|---|\n| name 0 | value |',
    '| Name | Why |\n|---|---|\n| name 1 | value |',
    '| Name | Why |\n|---|---|\n| name 2 | value |',
    '| Name | Why |\n|---|---|\n| name 3 | value |',
    '| Name | Why |\n|---|---|\n| name 4 | value |',
  ])
})

test('a table has at most the hundred rows that Slack shows', () => {
  const rows = Array.from({ length: 150 }, (_, index) => `| ${index} |`)
  const messages = splitMessages(['| a |', '|---|', ...rows].join('\n'))
  expect(messages.map((message) => message.split('\n').length - 1)).toEqual([100, 52])
})

test('a long list is cut between its items', () => {
  const list = '1. first point\n   - more about it\n2. second point\n   - more about it\n3. third'
  expect(splitMessages(list, small)).toEqual([
    '1. first point\n   - more about it',
    '2. second point\n   - more about it\n3. third',
  ])
})

test('an item that is too long for a message goes on at the margin, its code in one piece with it', () => {
  const list = `1. ${'a'.repeat(40)}\n   ${'b'.repeat(40)}\n   \`\`\`ts\n   const a = 1\n   \`\`\``
  expect(splitMessages(list, small)).toEqual([`1. ${'a'.repeat(40)}`, 'b'.repeat(40), '```ts\nconst a = 1\n```'])
})

test('a long quote stays a quote', () => {
  expect(splitMessages(`> ${'a'.repeat(40)}\n> ${'b'.repeat(40)}`, small)).toEqual([
    `> ${'a'.repeat(40)}`,
    `> ${'b'.repeat(40)}`,
  ])
})

test('long text is cut after a sentence, and never in a link, in code or in a character', () => {
  const cut = (text: string) => splitMessages(text, small)
  expect(cut('One sentence ends here. '.repeat(3))).toEqual([
    'One sentence ends here. One sentence ends here.',
    'One sentence ends here.',
  ])
  expect(cut(`${'a'.repeat(45)} [the guide](https://a.io/guide) b`)).toEqual([
    'a'.repeat(45),
    '[the guide](https://a.io/guide) b',
  ])
  expect(cut(`${'a'.repeat(45)} \`const a = await b()\` c`)).toEqual(['a'.repeat(45), '`const a = await b()` c'])
  expect(cut('😀'.repeat(31))).toEqual(['😀'.repeat(29), '😀😀'])
  expect(cut(`\`${'x'.repeat(80)}\``)).toEqual([`\`${'x'.repeat(57)}\``, `\`${'x'.repeat(23)}\``])
})

test('while streaming, a block goes on in the message, rolls over whole, or is cut', () => {
  const full = { chars: 50, blocks: 1, tables: 0 }
  const short = { kind: 'paragraph' as const, text: '\nshort\n' }
  expect(placeBlock(full, short, small)).toEqual([
    { text: '\nshort\n', startsMessage: false, fill: { chars: 57, blocks: 2, tables: 0 } },
  ])
  const longer = { kind: 'fence' as const, text: '\n```\nconst first = 1\n```\n' }
  expect(placeBlock(full, longer, small)).toEqual([
    { text: '```\nconst first = 1\n```\n', startsMessage: true, fill: { chars: 24, blocks: 1, tables: 0 } },
  ])
  const tooLong = { kind: 'fence' as const, text: `\`\`\`\n${'const first = 1\n'.repeat(5)}\`\`\`\n` }
  expect(placeBlock(full, tooLong, small).map(({ startsMessage }) => startsMessage)).toEqual([true, true])
  expect(placeBlock(emptyMessage, tooLong, small).map(({ startsMessage }) => startsMessage)).toEqual([false, true])
})

const limits = { chars: 300, blocks: 8, tables: 1 }

test('every message is within the limits, whatever the answer', () => {
  const property = fc.property(fc.oneof(ordinaryMarkdown, hostileMarkdown), (markdown) => {
    for (const message of splitMessages(neutralise(markdown, policy), limits)) {
      expect(message.length).toBeLessThanOrEqual(limits.chars)
      const tokens = lexer(message).filter(({ type }) => type !== 'space' && type !== 'def')
      expect(tokens.length).toBeLessThanOrEqual(limits.blocks)
    }
  })
  fc.assert(property, { numRuns: 1500 })
})

test('every message stands alone: its code is closed and it is still neutral', () => {
  const property = fc.property(fc.oneof(ordinaryMarkdown, hostileMarkdown), (markdown) => {
    for (const message of splitMessages(neutralise(markdown, policy), limits)) {
      expect(joinSegments(readSegments(message))).toBe(message)
      expect(neutralise(message, policy)).toBe(message)
    }
  })
  fc.assert(property, { numRuns: 1500 })
})

test('nothing is lost or said twice but fences and table headers', () => {
  const words = (text: string) =>
    text.replace(/^\s*(?:> )?```\w*$|^\| Option \| Why \|\n\|:--\|--:\|$/gm, '').replace(/[\s>|]/g, '')
  const property = fc.property(ordinaryMarkdown, (markdown) => {
    expect(words(splitMessages(markdown, limits).join('\n'))).toBe(words(markdown))
  })
  fc.assert(property, { numRuns: 1000 })
})
