import { describe, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import {
  answerByNumber,
  ask,
  type Asked,
  findFaults,
  timesAsked,
  tsOf,
  waitForAnswers,
} from '../support/numbered-questions.ts'
import { type Scene, startScene } from '../support/start-scene.ts'

const answeredOnce = { faults: [], timesAsked: 1 }

/** What came of a question once Slack has nothing more to send. */
async function outcomeOf({ slack, anthropic }: Scene, asked: Asked) {
  await slack.settled()
  await waitForAnswers(slack, [asked])
  return { faults: findFaults(slack, [asked]), timesAsked: timesAsked(anthropic, asked.number) }
}

describe.each(['socket', 'http'] as const)('over %s', (mode) => {
  test('a mention that comes as app_mention and as message, each fifty times, is answered once', async () => {
    await using scene = await startScene({ mode })
    const { slack, anthropic, dana, orders } = scene
    answerByNumber(anthropic)
    const asked = ask(slack, dana, 1, { channel: orders })
    await slack.waitFor(() => slack.deliveries('app_mention').length > 0 && slack.deliveries('message').length > 0)
    const events = [...slack.deliveries('app_mention').slice(0, 1), ...slack.deliveries('message').slice(0, 1)]
    await Promise.all(
      events.flatMap((event) => [slack.redeliver(event, 25), slack.redeliver(event, 25, { newEventId: true })]),
    )

    expect(await outcomeOf(scene, asked)).toEqual(answeredOnce)
    await Promise.all(events.map((event) => slack.redeliver(event, 5, { newEventId: true })))
    expect(await outcomeOf(scene, asked)).toEqual(answeredOnce)
  })

  test('a mention that Slack retries because it did not hear the acknowledgement is answered once', async () => {
    await using scene = await startScene({ mode, slack: { ackTimeoutMs: 1 } })
    const { slack, anthropic, dana, orders } = scene
    answerByNumber(anthropic)
    const asked = ask(slack, dana, 1, { channel: orders })

    expect(await outcomeOf(scene, asked)).toEqual(answeredOnce)
  })
})

test('the same event to two processes over two sockets is answered once', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders, env } = scene
  await using second = createApp(readConfig(env), { log: createLog('silent') })
  await second.start()
  answerByNumber(anthropic)
  const asked = ask(slack, dana, 1, { channel: orders })
  const [event] = await slack.waitFor(
    () => slack.deliveries('app_mention').length > 0 && slack.deliveries('app_mention'),
  )
  if (event) await slack.redeliver(event, 50)

  expect(slack.socketCount).toBe(2)
  expect(await outcomeOf(scene, asked)).toEqual(answeredOnce)
})

test.each([
  ['signed more than 300 seconds ago', { ageSeconds: 302 }, 401],
  ['signed more than 300 seconds in the future', { ageSeconds: -305 }, 401],
  ['signed with another secret', { secret: 'another secret' }, 401],
  ['without a signature', { headers: { 'x-slack-signature': '' } }, 401],
  ['that is no JSON', { body: '{"type":' }, 400],
])('a request %s is refused and leaves nothing behind', async (_name, { ageSeconds, ...forged }: Forgery, status) => {
  await using scene = await startScene({ mode: 'http' })
  const { slack, dana, orders, anthropic } = scene
  const mention = {
    type: 'app_mention',
    channel: orders.id,
    user: dana.id,
    ts: '1700000000.000100',
    text: slack.mention,
  }
  const timestampSeconds = Math.floor(Date.now() / 1000) - (ageSeconds ?? 0)
  const body = JSON.stringify(slack.makeEnvelope(mention))

  const answer = await slack.sendRaw(`${scene.url}/slack/events`, { body, timestampSeconds, ...forged })

  expect(answer).toMatchObject({ acked: false, status })
  await scene.stop()
  await scene.restart()
  expect(anthropic.requests).toEqual([])
})

interface Forgery {
  ageSeconds?: number
  secret?: string
  headers?: Record<string, string>
  body?: string
}

test('a signed request that somebody replays is acknowledged and changes nothing', async () => {
  await using scene = await startScene({ mode: 'http' })
  const { slack, anthropic, dana, orders } = scene
  answerByNumber(anthropic)
  const asked = ask(slack, dana, 1, { channel: orders })
  await waitForAnswers(slack, [asked])
  const [delivery] = slack.deliveries('app_mention')
  const replay = { body: JSON.stringify(delivery?.payload), timestampSeconds: Math.floor(Date.now() / 1000) - 290 }

  for (let time = 0; time < 3; time++)
    expect(await slack.sendRaw(`${scene.url}/slack/events`, replay)).toMatchObject({ acked: true })
  expect(await outcomeOf(scene, asked)).toEqual(answeredOnce)
})

test('a question that was answered with the thread it stands in is not answered again when its own event comes late', async () => {
  await using scene = await startScene({ mode: 'http', slack: { retryDelaysMs: [1500] } })
  const { slack, anthropic, dana, orders, url } = scene
  answerByNumber(anthropic)
  slack.connectHttp(`${url}/nowhere`)
  const first = ask(slack, dana, 1, { channel: orders })
  await slack.waitFor(() => slack.deliveries('app_mention').length > 0)
  slack.connectHttp(`${url}/slack/events`)
  ask(slack, dana, 2, { channel: orders, threadTs: first.threadTs })
  await slack.waitForReply(orders, first.threadTs)
  await slack.settled()
  await waitForAnswers(slack, [first])

  expect(slack.deliveries('app_mention').map(({ result }) => result.acked)).toEqual([false, true, true])
  expect(findFaults(slack, [first])).toEqual([])
})

test('"stop" that comes as app_mention and as message, and once more, is no question', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ text: 'A long answer.\n\nnever ends', chunkMs: 1000 })
  const ts = dana.says(orders, `${slack.mention} tell me everything`)
  await slack.waitFor(() => anthropic.requests.length === 1)
  const stop = dana.says(orders, `${slack.mention} stop`, { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: ts })
  const events = slack.deliveries().filter((delivery) => tsOf(delivery) === stop)
  await Promise.all(events.map((event) => slack.redeliver(event, 2)))
  await slack.waitForReply(orders, ts, { after: ts, quietMs: 500 })

  expect(events).toHaveLength(2)
  expect(slack.answers(orders, ts)).toHaveLength(1)
  expect(anthropic.requests).toHaveLength(1)
})

test('a "stop" that Slack delivers again later does not stop what was asked since', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ text: 'A long answer.\n\nnever ends', chunkMs: 1000 })
  anthropic.reply({ text: 'Here it is.', startMs: 500 })
  const ts = dana.says(orders, `${slack.mention} tell me everything`)
  await slack.waitFor(() => anthropic.requests.length === 1)
  const stop = dana.says(orders, 'stop', { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: ts })
  const next = dana.says(orders, 'only the first part?', { threadTs: ts })
  await slack.waitFor(() => anthropic.requests.length === 2)
  const [late] = slack.deliveries().filter((delivery) => tsOf(delivery) === stop)
  if (late) await slack.redeliver(late)

  expect(slack.textOf(await slack.waitForReply(orders, ts, { after: next }))).toContain('Here it is.')
})
