import { expect, test } from 'vitest'
import type { AnthropicStandIn } from '../support/anthropic/start-anthropic.ts'
import { type Scene, type SceneOptions, startScene } from '../support/start-scene.ts'

interface Talk extends SceneOptions {
  remarks: number
  /** How long each remark is, in words. */
  words?: number
}

/** A thread that people have filled with numbered remarks before they ask the bot about it. */
async function askAfter({ remarks, words = 3, ...options }: Talk): Promise<{ scene: Scene; answer: string }> {
  const scene = await startScene(options)
  const { slack, anthropic, dana, ben, orders } = scene
  anthropic.reply({ text: 'I see.' })
  const ts = dana.says(orders, 'We talk about the queue.')
  for (let number = 1; number <= remarks; number++)
    ben.says(orders, `${'word '.repeat(words)}remark-${number};`, { threadTs: ts })
  dana.says(orders, `${slack.mention} what do you say to that last remark?`, { threadTs: ts })
  return { scene, answer: slack.textOf(await slack.waitForReply(orders, ts)) }
}

function remarksRead({ requests }: AnthropicStandIn): number[] {
  return [...(requests[0]?.raw ?? '').matchAll(/remark-(\d+);/g)].map((match) => Number(match[1]))
}

test('a thread longer than a page of Slack is read to its end', async () => {
  const { scene, answer } = await askAfter({ remarks: 450 })
  await using _ = scene

  expect(remarksRead(scene.anthropic)).toEqual(Array.from({ length: 450 }, (_none, index) => index + 1))
  expect(answer).not.toContain('this thread')
})

test('of a thread too long to be read at once the beginning and the newest count, and the answer says what is missing', async () => {
  const { scene, answer } = await askAfter({ remarks: 150, words: 600 })
  await using _ = scene
  const read = remarksRead(scene.anthropic)

  expect(scene.anthropic.requests[0]?.raw).toContain('We talk about the queue.')
  expect(read.at(-1)).toBe(150)
  expect(read.length).toBeGreaterThan(20)
  expect(read).toEqual(read.map((_none, index) => 150 - read.length + 1 + index))
  expect(answer).toContain(`${150 - read.length} messages from the middle of this thread`)
})

test('where Slack shows only how a thread began, the answer says so', async () => {
  const { scene, answer } = await askAfter({ remarks: 30, slack: { internalApp: false } })
  await using _ = scene

  expect(remarksRead(scene.anthropic)).toContain(1)
  expect(remarksRead(scene.anthropic)).not.toContain(30)
  expect(answer).toContain('Slack showed only how it began')
})
