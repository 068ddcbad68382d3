import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { App, HTTPReceiver, LogLevel } from '@slack/bolt'
import { expect, onTestFinished, test } from 'vitest'
import type { Slack } from '../../support/slack/slack.ts'
import { useSlack } from './clients.ts'

async function startBot(slack: Slack, prepare: (app: App) => void): Promise<string> {
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logLevel: LogLevel.ERROR })
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } }
  const app = new App({ token: slack.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR, convoStore: false })
  prepare(app)
  // Bolt's receiver hands back the node:http server it listens with.
  const server = (await app.start(0)) as { address(): AddressInfo }
  onTestFinished(async () => {
    await app.stop()
  })
  const url = `http://127.0.0.1:${server.address().port}/slack/events`
  slack.connectHttp(url)
  return url
}

async function startPlain(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`
}

async function addPeople(slack: Slack) {
  const ana = slack.addUser({ name: 'ana' })
  return { ana, channel: slack.addChannel({ name: 'backend' }) }
}

test('a Bolt app behind a URL verifies the signature and answers a mention', async () => {
  const slack = await useSlack()
  await startBot(slack, (app) => {
    app.event('app_mention', async ({ event, say }) => {
      await say({ text: 'here', thread_ts: event.ts })
    })
  })
  const { ana, channel } = await addPeople(slack)
  const root = ana.says(channel, '@architect?')
  expect(slack.textOf(await slack.waitForReply(channel, root))).toBe('here')
})

test('a Bolt app behind a URL takes commands, shortcuts, clicks and modals', async () => {
  const slack = await useSlack()
  const heard: string[] = []
  await startBot(slack, (app) => {
    app.command('/arch-review', async ({ ack, client, command }) => {
      await ack('opening')
      await client.views.open({
        trigger_id: command.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'review',
          title: { type: 'plain_text', text: 'Review' },
          submit: { type: 'plain_text', text: 'Go' },
          notify_on_close: true,
          blocks: [
            {
              type: 'input',
              block_id: 'what',
              label: { type: 'plain_text', text: 'What' },
              element: {
                type: 'static_select',
                action_id: 'kind',
                options: [{ text: { type: 'plain_text', text: 'All' }, value: 'all' }],
              },
            },
          ],
        },
      })
    })
    app.view('review', async ({ ack, view }) => {
      heard.push(`submitted ${view.state.values.what?.kind?.selected_option?.value ?? ''}`)
      await ack()
    })
    app.shortcut('record', async ({ ack, shortcut, respond }) => {
      await ack()
      heard.push(shortcut.type)
      if (shortcut.type === 'message_action') await respond({ text: 'recorded', response_type: 'ephemeral' })
    })
  })
  const { ana, channel } = await addPeople(slack)
  const ts = ana.says(channel, 'we use Postgres')

  const run = await ana.runs('/arch-review', '', channel)
  const view = await slack.waitFor(() => slack.views(ana)[0])
  await ana.submits(view, { kind: 'all' })
  const shortcut = await ana.runsShortcut('record', slack.thread(channel, ts)[0])
  await ana.runsShortcut('record')

  expect(run.shown.map((message) => slack.textOf(message))).toEqual(['opening'])
  await slack.waitFor(() => shortcut.shown.length === 1)
  expect(heard).toEqual(['submitted all', 'message_action', 'shortcut'])
})

test('a command that is not acknowledged in time shows as operation_timeout', async () => {
  const slack = await useSlack({ ackTimeoutMs: 50 })
  slack.connectHttp(await startPlain(() => undefined))
  const { ana, channel } = await addPeople(slack)
  const run = await ana.runs('/arch-review', '', channel)
  expect(run.error).toBe('operation_timeout')
  slack.connectHttp(await startPlain((_, response) => response.writeHead(404).end()))
  expect((await ana.runs('/arch-review', '', channel)).error).toBe('dispatch_failed')
})

test('an event is retried with its number and the reason until it is acknowledged', async () => {
  const slack = await useSlack({ ackTimeoutMs: 50, retryDelaysMs: [0, 10, 20], botEvents: ['app_mention'] })
  const retries: unknown[] = []
  const answers = [
    (response: ServerResponse) => response.writeHead(500).end(),
    (response: ServerResponse) => response.destroy(),
    () => undefined,
    (response: ServerResponse) => response.end(),
  ]
  const url = await startPlain((request, response) => {
    retries.push([request.headers['x-slack-retry-num'], request.headers['x-slack-retry-reason']])
    request.resume().on('end', () => answers.shift()?.(response))
  })
  slack.connectHttp(url)
  const { ana, channel } = await addPeople(slack)
  ana.says(channel, '@architect?')
  await slack.settled()
  expect(retries).toEqual([
    [undefined, undefined],
    ['1', 'http_error'],
    ['2', 'connection_failed'],
    ['3', 'http_timeout'],
  ])
  expect(slack.deliveries('app_mention').map(({ result }) => result.acked)).toEqual([false, false, false, true])
})

test('an app that asks for no retry gets none', async () => {
  const slack = await useSlack({ retryDelaysMs: [0], botEvents: ['app_mention'] })
  slack.connectHttp(await startPlain((_, response) => response.writeHead(500, { 'x-slack-no-retry': '1' }).end()))
  const { ana, channel } = await addPeople(slack)
  ana.says(channel, '@architect?')
  await slack.settled()
  expect(slack.deliveries()).toHaveLength(1)
})

test('Bolt refuses what was signed with another secret or too long ago', async () => {
  const slack = await useSlack()
  const url = await startBot(slack, () => undefined)
  const body = JSON.stringify(slack.makeEnvelope({ type: 'app_mention' }))
  const now = Math.floor(Date.now() / 1000)
  expect(await slack.sendRaw(url, { body })).toMatchObject({ acked: true })
  expect(await slack.sendRaw(url, { body, secret: 'forged' })).toMatchObject({ status: 401 })
  expect(await slack.sendRaw(url, { body, timestampSeconds: now - 301 })).toMatchObject({ status: 401 })
  const challenge = JSON.stringify({ type: 'url_verification', challenge: 'abc' })
  expect(await slack.sendRaw(url, { body: challenge })).toMatchObject({ payload: { challenge: 'abc' } })
})

test('the same event can be delivered again, with its old id or new ones', async () => {
  const slack = await useSlack({ botEvents: ['app_mention'] })
  slack.connectHttp(await startPlain((request, response) => request.resume().on('end', () => response.end())))
  const { ana, channel } = await addPeople(slack)
  ana.says(channel, '@architect?')
  await slack.settled()
  const [first] = slack.deliveries('app_mention')
  if (!first) throw new Error('nothing was delivered')
  await slack.redeliver(first, 2)
  await slack.redeliver(first, 2, { newEventId: true })
  const ids = slack.deliveries('app_mention').map(({ eventId }) => eventId)
  expect(ids).toHaveLength(5)
  expect(new Set(ids).size).toBe(3)
})
