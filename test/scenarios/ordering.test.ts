import { expect, test } from 'vitest'
import { answerByNumber, ask, findFaults, timesAsked, waitForAnswers } from '../support/numbered-questions.ts'
import { startScene } from '../support/start-scene.ts'

test('messages that come while an answer is written are answered together, in order, after it', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, ben, orders } = scene
  answerByNumber(anthropic, { lastsMs: 600 })
  const first = ask(slack, dana, 1, { channel: orders })
  const { threadTs } = first
  await slack.waitFor(() => slack.answers(orders, threadTs).length > 0)
  const rest = [ask(slack, ben, 2, { channel: orders, threadTs }), ask(slack, dana, 3, { channel: orders, threadTs })]
  await waitForAnswers(slack, [first, ...rest])

  expect(findFaults(slack, [first, ...rest])).toEqual([])
  expect(slack.answers(orders, threadTs)).toHaveLength(2)
  expect([1, 2, 3].map((number) => timesAsked(anthropic, number))).toEqual([1, 1, 1])
  expect(anthropic.requests).toHaveLength(2)
})

test('threads are answered beside each other, at most eight at a time, and a slow one holds up none of the others', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  let running = 0
  let most = 0
  anthropic.replyWith(({ lastText }) => {
    running += 1
    most = Math.max(most, running)
    setTimeout(() => (running -= 1), 300)
    const number = /question-(\d+)/.exec(lastText)?.[1]
    const text = `This is answer-${number}.\n\nThere is more to say.\n\nSo much for end-${number}.\n`
    return { text, startMs: number === '0' ? 60_000 : 300 }
  })
  const asked = Array.from({ length: 20 }, (_, number) => ask(slack, dana, number, { channel: orders }))
  const [slow, ...others] = asked
  await waitForAnswers(slack, others)

  expect(findFaults(slack, others)).toEqual([])
  expect(most).toBe(8)
  expect(slow && slack.answers(orders, slow.threadTs).length).toBe(0)
})

test('answers in a thread keep the order of the questions, whatever comes between', async () => {
  await using scene = await startScene({ mode: 'http' })
  const { slack, anthropic, dana, ben, orders } = scene
  answerByNumber(anthropic)
  const asked = [ask(slack, dana, 0, { channel: orders })]
  for (let number = 1; number < 15; number++) {
    await new Promise((resolve) => setTimeout(resolve, number * 7))
    asked.push(ask(slack, number % 2 ? ben : dana, number, { channel: orders, threadTs: asked[0]?.ts ?? '' }))
  }
  await waitForAnswers(slack, asked)

  expect(findFaults(slack, asked)).toEqual([])
})
