import { expect, test } from 'vitest'
import type { Failure, Reply } from '../support/anthropic/script.ts'
import { startScene } from '../support/start-scene.ts'

const partial = 'The first paragraph is complete.\n\nThe second one breaks'

const failures: [string, { fail: Failure } | { reply: Reply }, RegExp][] = [
  ['too many requests', { fail: { status: 429, retryAfter: 600, times: 9 } }, /limiting.*10 minutes/],
  ['an overloaded model', { fail: { status: 529, retryAfter: 600, times: 9 } }, /overloaded/],
  ['a bad key', { fail: { status: 401 } }, /ANTHROPIC_API_KEY/],
  ['no credit', { fail: { status: 402 } }, /out of credit/],
  ['a model that is not there', { fail: { status: 404, message: 'model: x' } }, /ARCHITECT_MODEL/],
  ['a refusal', { reply: { refusal: { category: 'cyber' } } }, /declined.*attack/],
  [
    'a prompt that is too long',
    { reply: { stopReason: 'model_context_window_exceeded' } },
    /more than Claude can read/,
  ],
  [
    'a model that thinks until it has no room to answer',
    { reply: { text: '', stopReason: 'max_tokens' } },
    /gave no answer/,
  ],
  ['a connection cut in the middle', { reply: { text: partial, fault: { kind: 'cut', afterChars: 45 } } }, /broke/],
  ['an error in the middle', { reply: { text: partial, fault: { kind: 'error', afterChars: 45 } } }, /overloaded/],
]

test.each(failures)('%s ends in one honest sentence and a button to try again', async (_name, failure, sentence) => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  if ('fail' in failure) anthropic.fail(failure.fail)
  else anthropic.reply(failure.reply)

  const ts = dana.says(orders, `${slack.mention} hello?`)
  const answer = await slack.waitForReply(orders, ts)

  expect(slack.textOf(answer)).toMatch(sentence)
  expect(slack.textOf(answer)).toContain('Try again')
  expect(slack.textOf(answer)).not.toMatch(/Scripted failure|invalid x-api-key|at .*\.ts:\d+|sk-ant/)
  expect(slack.answers(orders, ts)).toHaveLength(1)
})

test('what was said before the model broke off stays', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ text: partial, fault: { kind: 'cut', afterChars: 45 } })
  const ts = dana.says(orders, `${slack.mention} hello?`)
  expect(slack.textOf(await slack.waitForReply(orders, ts))).toContain('The first paragraph is complete.')
})

test('a model busy for a moment is asked again without anybody noticing', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.fail({ status: 529, times: 1 })
  anthropic.reply({ text: 'Here I am.' })
  const ts = dana.says(orders, `${slack.mention} hello?`)
  const answer = slack.textOf(await slack.waitForReply(orders, ts))
  expect(answer).toContain('Here I am.')
  expect(answer).not.toContain('Try again')
})

test('the line under an answer tells model, tokens and cost; an unknown price is said to be unknown', async () => {
  await using known = await startScene()
  await using unknown = await startScene({ env: { ARCHITECT_MODEL: 'claude-haiku-4-5' } })
  for (const [{ slack, anthropic, dana, orders }, expected] of [
    [known, /claude-opus-5-5, [\d,]+ tokens, \$0\.\d+/],
    [unknown, /claude-haiku-4-5, [\d,]+ tokens, cost unknown/],
  ] as const) {
    anthropic.reply({ text: 'Yes.' })
    const ts = dana.says(orders, `${slack.mention} hello?`)
    expect(slack.textOf(await slack.waitForReply(orders, ts))).toMatch(expected)
  }
})
