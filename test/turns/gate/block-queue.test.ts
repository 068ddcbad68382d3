import { expect, test } from 'vitest'
import type { MarkdownBlock } from '../../../src/lib/markdown-blocks.ts'
import { BlockQueue } from '../../../src/turns/gate/block-queue.ts'

const block = (text: string): MarkdownBlock => ({ kind: 'paragraph', text })

test('blocks are said in order although a later one is checked first', async () => {
  const first = Promise.withResolvers<string>()
  const said: string[] = []
  const queue = new BlockQueue(
    ({ text }) => (text === 'one\n' ? first.promise : Promise.resolve(text)),
    async (text) => void said.push(text),
  )
  queue.push([block('one\n'), block('\ntwo\n')])
  expect(said).toEqual([])
  first.resolve('one\n')
  await queue.settle()
  expect(said).toEqual(['one\n', '\ntwo\n'])
  expect(queue.said).toBe('one\n\ntwo\n')
})

test('a label under a block does not run into the next one', async () => {
  const queue = new BlockQueue(
    async ({ text }) => (text.startsWith('`') ? `${text}\nA label.\n` : text),
    async () => {},
  )
  queue.push([block('```\nx\n```\n'), block('Next\n')])
  await queue.settle()
  expect(queue.said).toBe('```\nx\n```\n\nA label.\n\nNext\n')
})

test('nothing more is said once saying has failed or the queue is closed', async () => {
  const said: string[] = []
  const failing = new BlockQueue(
    async ({ text }) => text,
    async (text) => {
      said.push(text)
      throw new Error('gone')
    },
  )
  failing.push([block('one'), block('two')])
  await expect(failing.settle()).rejects.toThrow('gone')
  const closed = new BlockQueue(
    async ({ text }) => text,
    async (text) => void said.push(text),
  )
  closed.push([block('three')])
  await closed.close()
  expect(said).toEqual(['one'])
})
