import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlockStream, type MarkdownBlock, splitBlocks } from '../../src/lib/markdown-blocks.ts'
import { fence, ordinaryMarkdown, tableBlock } from '../slack/delivery/ordinary-markdown.ts'
import { hostileMarkdown } from '../slack/delivery/hostile-markdown.ts'

const cases: [name: string, markdown: string, kinds: string[]][] = [
  ['paragraphs end at a blank line', 'One\ntwo.\n\nThree.', ['paragraph', 'paragraph']],
  ['a heading ends with its line', '# Title\nText', ['heading', 'paragraph']],
  ['an underlined heading is one block', 'Title\n=====\nText', ['heading', 'paragraph']],
  ['a rule stands alone', 'Text\n\n---\nText', ['paragraph', 'rule', 'paragraph']],
  ['a list stays together over blank lines', '- a\n\n- b\n\n  more of b\n\nText', ['list', 'paragraph']],
  ['another bullet begins another list', '- a\n* b', ['list', 'list']],
  ['a list keeps the code of its items', '1. a\n   ```ts\n   x\n\n   y\n   ```\n2. b\n\nText', ['list', 'paragraph']],
  ['code at the margin ends a list', '- a\n```\nx\n```', ['list', 'fence']],
  ['a number inside a sentence begins no list', 'It happened in\n2024. Then it stopped.', ['paragraph']],
  ['code is one block whatever is in it', '```md\n# a\n\n- b\n~~~\n```\nText', ['fence', 'paragraph']],
  ['longer fences hold shorter ones', '````\n```\na\n```\n````\nText', ['fence', 'paragraph']],
  ['a table is one block', '| a | b |\n|---|:-:|\n| 1 | 2 |\n\nText', ['table', 'paragraph']],
  ['a table may follow its sentence at once', 'Compare:\n| a | b |\n|---|---|\n| 1 | 2 |', ['paragraph', 'table']],
  ['a rule under a line with a pipe is no table', 'a | b\n---\nText', ['heading', 'paragraph']],
  ['a quote ends where its lines end', '> a\n> b\nlazy\n\nText', ['quote', 'paragraph']],
  ['windows line ends count as line ends', '# A\r\n\r\n```\r\nx\r\n```\r\nText', ['heading', 'fence', 'paragraph']],
]

test.each(cases)('%s', (_, markdown, kinds) => {
  expect(splitBlocks(markdown).map(({ kind }) => kind)).toEqual(kinds)
})

test('a block is released as soon as it is certainly complete, and not before', () => {
  const stream = new BlockStream()
  expect(stream.feed('Use Fast')).toEqual([])
  expect(stream.feed('ify.\n')).toEqual([])
  expect(stream.feed('\n```ts\nconst a = 1\n\n')).toEqual([{ kind: 'paragraph', text: 'Use Fastify.\n' }])
  expect(stream.feed('const b = 2\n```')).toEqual([])
  expect(stream.feed('\n- one\n\n- two\n\n')).toEqual([
    { kind: 'fence', text: '\n```ts\nconst a = 1\n\nconst b = 2\n```\n' },
  ])
  expect(stream.feed('Done')).toEqual([])
  expect(stream.end()).toEqual([
    { kind: 'list', text: '- one\n\n- two\n' },
    { kind: 'paragraph', text: '\nDone' },
  ])
  expect(stream.end()).toEqual([])
})

test('an unfinished fence is handed over as it is', () => {
  expect(splitBlocks('Text\n\n```ts\nconst a')).toEqual([
    { kind: 'paragraph', text: 'Text\n' },
    { kind: 'fence', text: '\n```ts\nconst a' },
  ])
})

function feedInPieces(markdown: string, sizes: readonly number[]): MarkdownBlock[] {
  const stream = new BlockStream()
  const blocks: MarkdownBlock[] = []
  for (let at = 0, index = 0; at < markdown.length; index++) {
    const size = sizes[index % sizes.length] ?? 1
    blocks.push(...stream.feed(markdown.slice(at, at + size)))
    at += size
  }
  return [...blocks, ...stream.end()]
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })

test('the blocks are exactly the input, however it was cut', () => {
  const property = fc.property(fc.oneof(ordinaryMarkdown, hostileMarkdown), sizes, (markdown, cut) => {
    const blocks = feedInPieces(markdown, cut)
    expect(blocks.map(({ text }) => text).join('')).toBe(markdown)
    expect(blocks).toEqual(splitBlocks(markdown))
  })
  fc.assert(property, { numRuns: 2000 })
})

test('no code and no table is ever torn', () => {
  const property = fc.property(fc.array(fc.oneof(fence, tableBlock)), sizes, (parts, cut) => {
    const blocks = feedInPieces(parts.join('\n\n'), cut)
    expect(blocks.map(({ text }) => text.trim())).toEqual(parts)
  })
  fc.assert(property, { numRuns: 1000 })
})
