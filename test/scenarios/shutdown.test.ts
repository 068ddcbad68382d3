import { describe, expect, test } from 'vitest'
import { answerByNumber, ask, findFaults, waitForAnswers } from '../support/numbered-questions.ts'
import { startProcessScene } from '../support/start-process-scene.ts'
import { startScene } from '../support/start-scene.ts'

test('told to stop, the bot finishes the answer under way, and leaves new questions to the next start', async () => {
  await using scene = await startProcessScene({ mode: 'http', slack: { retryDelaysMs: [300, 600, 1200, 2000, 3000] } })
  const { slack, anthropic, dana, orders, bot } = scene
  answerByNumber(anthropic, { lastsMs: 800 })
  const before = ask(slack, dana, 1, { channel: orders })
  await slack.waitFor(() => slack.answers(orders, before.threadTs).length > 0)

  const ended = bot.terminate()
  await bot.waitUntil('/readyz', 503)
  const meanwhile = ask(slack, dana, 2, { channel: orders })
  await slack.waitFor(() => slack.deliveries('app_mention').at(-1)?.result.status === 503)
  expect(await ended).toEqual({ code: 0, signal: null })
  expect(findFaults(slack, [before])).toEqual([])

  await scene.start()
  await waitForAnswers(slack, [before, meanwhile])
  expect(findFaults(slack, [before, meanwhile])).toEqual([])
})

describe.each([
  ['a stream', {}],
  ['a message', { agentMethods: false }],
])('told to stop amid a long answer in %s', (_name, slackOptions) => {
  test('the bot says honestly that it is being restarted, and the next start completes the same message', async () => {
    await using scene = await startScene({ slack: slackOptions })
    const { slack, anthropic, dana, orders } = scene
    answerByNumber(anthropic, { lastsMs: 3000 })
    const asked = ask(slack, dana, 1, { channel: orders })
    const first = await slack.waitFor(() =>
      slack.answers(orders, asked.threadTs).find((message) => slack.textOf(message).includes('answer-1')),
    )

    await scene.stop()
    const [left] = slack.answers(orders, asked.threadTs)
    expect(left && slack.textOf(left)).toMatch(/answer-1[^]*I am being restarted/)
    expect(left && slack.isStreaming(left)).toBe(false)
    expect(slack.session(orders, asked.threadTs)?.status).not.toBe('processing')

    answerByNumber(anthropic)
    await scene.restart()
    await waitForAnswers(slack, [asked])
    expect(findFaults(slack, [asked])).toEqual([])
    expect(slack.answers(orders, asked.threadTs)[0]?.ts).toBe(first.ts)
  })
})

test('told to stop before there was anything to say, the bot answers after the next start', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ text: 'never sent', startMs: 60_000 })
  answerByNumber(anthropic)
  const asked = ask(slack, dana, 1, { channel: orders })
  await slack.waitFor(() => anthropic.requests.length > 0)

  await scene.stop()
  await scene.restart()
  await waitForAnswers(slack, [asked])

  expect(findFaults(slack, [asked])).toEqual([])
})
