import { WebAPIRequestError } from '@slack/web-api'
import { expect, test } from 'vitest'
import { answerOf, connectClient, useSlack } from './clients.ts'

async function setUp() {
  const slack = await useSlack()
  const channel = slack.addChannel({ name: 'backend' })
  const client = connectClient(slack)
  const post = (text = 'hello') => client.chat.postMessage({ channel: channel.id, text })
  return { slack, channel, client, post }
}

test('a method fails as often as it was told to, then works again', async () => {
  const { slack, channel, post } = await setUp()
  slack.fail('chat.postMessage', { error: 'internal_error', times: 2 })
  expect([await answerOf(post()), await answerOf(post()), await answerOf(post())]).toEqual([
    'internal_error',
    'internal_error',
    'ok',
  ])
  expect(channel.messages).toHaveLength(1)
})

test('only the calls that match go wrong', async () => {
  const { slack, post } = await setUp()
  slack.fail('*', { error: 'fatal_error', when: ({ text }) => text === 'b' })
  expect([await answerOf(post('a')), await answerOf(post('b'))]).toEqual(['ok', 'fatal_error'])
})

test('a call can take effect although its answer is lost', async () => {
  const { slack, channel, post } = await setUp()
  slack.fail('chat.postMessage', { cut: true, afterEffect: true })
  await expect(post()).rejects.toBeInstanceOf(WebAPIRequestError)
  slack.fail('chat.postMessage', { half: true })
  await expect(post()).rejects.toThrow('terminated')
  expect(channel.messages).toHaveLength(2)
})

test('a call that is cut or refused by HTTP has no effect', async () => {
  const { slack, channel, post } = await setUp()
  slack.fail('chat.postMessage', { cut: true })
  slack.fail('chat.postMessage', { status: 503 })
  slack.fail('chat.postMessage', { retryAfterSeconds: 30 })
  await expect(post()).rejects.toBeInstanceOf(WebAPIRequestError)
  await expect(post()).rejects.toMatchObject({ statusCode: 503 })
  await expect(post()).rejects.toMatchObject({ retryAfter: 30 })
  expect(channel.messages).toHaveLength(0)
})

test('a call that hangs ends when the caller gives up', async () => {
  const { slack, post } = await setUp()
  slack.fail('chat.postMessage', { hang: true })
  const response = fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', signal: AbortSignal.timeout(50) })
  await expect(response).rejects.toThrow('timeout')
  expect(await answerOf(post())).toBe('ok')
})

test('calls beyond a limit are told to wait', async () => {
  const { slack, post } = await setUp()
  slack.limit('chat.postMessage', 2)
  await post()
  await post()
  await expect(post()).rejects.toMatchObject({ retryAfter: 60 })
  slack.advance(60_000)
  expect(await answerOf(post())).toBe('ok')
})

test('limits like those of Slack count messages per channel', async () => {
  const { slack, client, post } = await setUp()
  slack.limitLikeSlack()
  const other = slack.addChannel({ name: 'other' })
  for (let count = 0; count < 60; count += 1) await post()
  await expect(post()).rejects.toMatchObject({ retryAfter: 60 })
  expect(await answerOf(client.chat.postMessage({ channel: other.id, text: 'hello' }))).toBe('ok')
})

test('Slack can go away and come back at the same address', async () => {
  const { slack, post } = await setUp()
  await slack.goOffline()
  await expect(post()).rejects.toBeInstanceOf(WebAPIRequestError)
  await slack.goOnline()
  expect(await answerOf(post())).toBe('ok')
})

test('every call is on record with its raw body and answer', async () => {
  const { slack, channel, post } = await setUp()
  await post('a & b')
  expect(slack.calls('chat.postMessage')).toMatchObject([
    {
      token: slack.botToken,
      args: { channel: channel.id, text: 'a & b' },
      rawBody: expect.stringContaining('text=a%20%26%20b'),
      answer: { status: 200, body: { ok: true } },
    },
  ])
})
