import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ordersRepository } from '../support/orders-repository.ts'
import { startScene } from '../support/start-scene.ts'

/** Another author's model, so that a mistake in our stand-in is not the measure of the bot. */
const model = new LLMock({ port: 0, chunkSize: 8, strict: true })

beforeAll(async () => {
  model.on(
    { userMessage: 'how are orders listed', hasToolResult: false },
    {
      content: 'Let me look.\n\n',
      toolCalls: [{ name: 'read_files', arguments: { files: [{ path: 'src/list-orders.js' }] }, id: 'toolu_1' }],
    },
  )
  model.on({ toolCallId: 'toolu_1' }, { content: 'All at once, with `findAll`.' })
  model.on({ userMessage: 'what is this' }, { content: 'An Express service.\n\n```js\napp.listen(3000)\n```\n' })
  model.on({ userMessage: 'and under load' }, { content: 'Then it runs out of memory: paginate.' })
  // The repeated question names the one it repeats, so the first fixture that fits is the answer to the repetition.
  model.on({ userMessage: 'Asked once more' }, { content: 'Here again.' })
  model.on(
    { userMessage: 'are you there' },
    { error: { message: 'Slow down', type: 'rate_limit_error' }, status: 429, retryAfter: 600 },
  )
  await model.start()
})

afterAll(() => model.stop())

test('a whole conversation: an answer, a look into the code, a follow-up', async () => {
  await using scene = await startScene({
    github: { repositories: [ordersRepository()] },
    env: { ANTHROPIC_BASE_URL: model.url },
  })
  const { slack, dana, orders } = scene

  const ts = dana.says(orders, `${slack.mention} what is this? https://github.com/acme/orders`)
  const first = await slack.waitForReply(orders, ts)
  const look = dana.says(orders, 'how are orders listed?', { threadTs: ts })
  const second = await slack.waitForReply(orders, ts, { after: look })
  const load = dana.says(orders, 'and under load?', { threadTs: ts })
  const third = await slack.waitForReply(orders, ts, { after: load })

  expect(slack.textOf(first)).toContain('app.listen(3000)')
  expect(slack.textOf(second)).toMatch(/Let me look\.\s+All at once, with `findAll`\./)
  expect(slack.textOf(second)).toContain('src/list-orders.js')
  expect(slack.textOf(third)).toContain('paginate')
  expect(slack.answers(orders, ts)).toHaveLength(3)
})

test('a model that is overloaded for a moment is asked again without anybody noticing', async () => {
  await using scene = await startScene({ env: { ANTHROPIC_BASE_URL: model.url } })
  const { slack, dana, orders } = scene
  model.nextRequestError(529, { type: 'overloaded_error', message: 'Overloaded' })

  const ts = dana.says(orders, `${slack.mention} and under load?`)
  const answer = slack.textOf(await slack.waitForReply(orders, ts))

  expect(answer).toContain('paginate')
  expect(answer).not.toContain('Try again')
})

test('a limit that lasts is explained with its time, and trying again after it brings the answer', async () => {
  await using scene = await startScene({ env: { ANTHROPIC_BASE_URL: model.url } })
  const { slack, dana, orders } = scene

  const ts = dana.says(orders, `${slack.mention} are you there?`)
  const failed = await slack.waitForReply(orders, ts)
  await dana.clicks(failed, 'retry_answer')
  const answer = await slack.waitForReply(orders, ts, { after: failed.ts })

  expect(slack.textOf(failed)).toContain('Ask again in 10 minutes.')
  expect(slack.textOf(answer)).toContain('Here again.')
})
