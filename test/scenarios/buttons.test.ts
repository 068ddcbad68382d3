import { WebClient } from '@slack/web-api'
import { expect, test } from 'vitest'
import { startScene } from '../support/start-scene.ts'

const slow = { chunkSize: 4, chunkMs: 20 }

test("Slack's Stop button ends an answer and leaves what was said", async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ text: `First point.\n\n${'and more of it '.repeat(200)}`, ...slow })

  const ts = dana.says(orders, `${slack.mention} tell me everything`)
  await slack.waitFor(() => slack.answers(orders, ts).length > 0)
  dana.stops(orders, ts)
  const answer = await slack.waitForReply(orders, ts)

  expect(slack.textOf(answer)).toContain('First point.')
  expect(slack.textOf(answer)).toContain('Stopped by')
  expect(slack.answers(orders, ts)).toHaveLength(1)
  await slack.waitFor(() => anthropic.requests[0]?.hungUp())
})

test('"stop" in the thread does the same', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ text: `First point.\n\n${'and more of it '.repeat(200)}`, ...slow })

  const ts = dana.says(orders, `${slack.mention} tell me everything`)
  await slack.waitFor(() => slack.answers(orders, ts).length > 0)
  dana.says(orders, 'stop', { threadTs: ts })
  const answer = await slack.waitForReply(orders, ts, { after: ts })

  expect(slack.textOf(answer)).toContain('Stopped by')
  expect(slack.answers(orders, ts)).toHaveLength(1)
})

test('"stop" for an answer that waits until Slack is back ends it, and is no question', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => ({ text: 'An answer.' }))
  slack.fail('users.info', { cut: true, times: 1000 })
  slack.fail('chat.startStream', { retryAfterSeconds: 1, times: 1000 })
  slack.fail('chat.postMessage', { retryAfterSeconds: 1, times: 1000 })

  const ts = dana.says(orders, `${slack.mention} tell me everything`)
  await slack.waitFor(() => scene.logged.some((line) => line.includes('turn not finished')))
  const stop = dana.says(orders, 'stop', { threadTs: ts })
  await slack.settled()
  slack.stopFailing()
  await slack.waitForReply(orders, ts, { after: stop, quietMs: 500, timeoutMs: 20_000 })

  expect(slack.answers(orders, ts)).toHaveLength(1)
  expect(anthropic.requests).toHaveLength(1)
})

test('"stop" for a question that waits for its turn keeps it from being answered', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => ({ text: 'An answer.', startMs: 1500 }))
  for (let number = 0; number < 8; number++) dana.says(orders, `${slack.mention} question ${number}?`)
  await slack.waitFor(() => anthropic.requests.length === 8)

  const ts = dana.says(orders, `${slack.mention} tell me everything`)
  await slack.settled()
  dana.says(orders, 'stop', { threadTs: ts })
  const answer = await slack.waitForReply(orders, ts, { after: ts })

  expect(slack.textOf(answer)).toContain('Stopped by')
  expect(anthropic.requests).toHaveLength(8)
})

test('"stop" after the answer has ended says and costs nothing', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => ({ text: 'An answer.' }))

  const ts = dana.says(orders, `${slack.mention} which database?`)
  await slack.waitForReply(orders, ts)
  dana.says(orders, 'stop', { threadTs: ts })
  await slack.settled()
  const next = dana.says(orders, 'and which queue?', { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: next })

  expect(slack.answers(orders, ts)).toHaveLength(2)
})

test('where Slack has no Stop button of its own, the message under way carries one', async () => {
  await using scene = await startScene({ slack: { agentMethods: false } })
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ text: `First point.\n\n${'and more of it '.repeat(200)}`, ...slow })

  const ts = dana.says(orders, `${slack.mention} tell me everything`)
  const working = await slack.waitFor(() => slack.answers(orders, ts)[0])
  await dana.clicks(working, 'stop_answer')
  const answer = await slack.waitFor(() =>
    slack.answers(orders, ts).find((shown) => slack.textOf(shown).includes('Stopped by')),
  )

  expect(slack.answers(orders, ts)).toHaveLength(1)
  expect(answer.ts).toBe(working.ts)
})

test('a failed answer offers to try again, and two clicks bring one more answer', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.fail({ status: 401 })
  anthropic.reply({ text: 'Now it works.' })

  const ts = dana.says(orders, `${slack.mention} hello?`)
  const failed = await slack.waitForReply(orders, ts)
  expect(slack.textOf(failed)).toContain('ANTHROPIC_API_KEY')
  await dana.clicks(failed, 'retry_answer')
  await dana.clicks(failed, 'retry_answer')
  const answer = await slack.waitForReply(orders, ts, { after: failed.ts })

  expect(slack.textOf(answer)).toContain('Now it works.')
  expect(slack.answers(orders, ts)).toHaveLength(2)
  expect(anthropic.requests).toHaveLength(2)
})

test('a vote and its reason are kept and counted in the Home tab', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, ben, orders } = scene
  anthropic.reply({ text: 'Use Koa.' })

  const ts = dana.says(orders, `${slack.mention} which framework?`)
  const answer = await slack.waitForReply(orders, ts)
  await ben.clicks(answer, 'rate_answer', `up:${runIdOf(answer)}`)
  await dana.clicks(answer, 'rate_answer', `down:${runIdOf(answer)}`)
  const form = await slack.waitFor(() => slack.views(dana)[0])
  await dana.submits(form, { reason: 'We asked about load.' })
  dana.opensHome()
  const home = await slack.waitFor(() => slack.home(dana))

  expect(slack.textOf(home)).toContain('1 rated helpful, 1 not helpful')
  expect(slack.textOf(home)).toContain('1 answer')
})

test('a button of an earlier version gets a sentence', async () => {
  await using scene = await startScene()
  const { slack, dana, orders } = scene
  const button = {
    type: 'button' as const,
    action_id: 'old_button',
    value: '1',
    text: { type: 'plain_text' as const, text: 'Old' },
  }
  await new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl }).chat.postMessage({
    channel: orders.id,
    text: 'Old message',
    blocks: [{ type: 'actions', elements: [button] }],
  })

  const [message] = slack.channelMessages(orders)
  if (message) await dana.clicks(message, 'old_button')
  const [told] = await slack.waitFor(() => slack.ephemerals(dana).length > 0 && slack.ephemerals(dana))

  expect(told?.text).toContain('earlier version')
})

function runIdOf(message: { metadata?: unknown }): string {
  const { event_payload } = message.metadata as { event_payload: { run_id: string } }
  return event_payload.run_id
}
