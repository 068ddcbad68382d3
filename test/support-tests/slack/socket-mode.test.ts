import { App, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { expect, onTestFinished, test } from 'vitest'
import type { Slack } from '../../support/slack/slack.ts'
import { startSlack } from '../../support/slack/start-slack.ts'

async function startBot(slack: Slack): Promise<App> {
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } }
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logLevel: LogLevel.ERROR,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
  })
  const app = new App({ token: slack.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR, convoStore: false })
  onTestFinished(async () => {
    await app.stop()
    await slack[Symbol.asyncDispose]()
  })
  return app
}

test('a Bolt app over Socket Mode answers a mention in its thread', async () => {
  const slack = await startSlack()
  const app = await startBot(slack)
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: `hello <@${event.user ?? ''}>`, thread_ts: event.ts })
  })
  await app.start()
  const ana = slack.addUser({ name: 'ana' })
  const channel = slack.addChannel({ name: 'backend' })

  const ts = ana.says(channel, '@architect are you there?')

  const answer = await slack.waitForReply(channel, ts)
  expect(slack.textOf(answer)).toBe('hello @ana')
})

test('a Bolt app over Socket Mode acknowledges a command and answers by response_url', async () => {
  const slack = await startSlack()
  const app = await startBot(slack)
  app.command('/arch-review', async ({ ack, respond, command }) => {
    await ack({ text: 'working on it' })
    await respond({ text: `done: ${command.text}`, response_type: 'in_channel' })
  })
  await app.start()
  const ana = slack.addUser({ name: 'ana' })
  const channel = slack.addChannel({ name: 'backend' })

  const run = await ana.runs('/arch-review', 'https://github.com/acme/api', channel)

  await slack.waitFor(() => run.shown.length === 2)
  expect(slack.ephemerals(ana).map((message) => slack.textOf(message))).toEqual(['working on it'])
  expect(slack.channelMessages(channel).map((message) => slack.textOf(message))).toEqual([
    'done: https://github.com/acme/api',
  ])
})

test('a Bolt app over Socket Mode opens a modal from a button and refuses what is typed into it', async () => {
  const slack = await startSlack()
  const app = await startBot(slack)
  app.event('app_mention', async ({ event, client }) => {
    const element = {
      type: 'button',
      action_id: 'record',
      value: '7',
      text: { type: 'plain_text', text: 'Record' },
    } as const
    await client.chat.postMessage({
      channel: event.channel,
      thread_ts: event.ts,
      text: 'Record this?',
      blocks: [{ type: 'actions', block_id: 'choices', elements: [element] }],
    })
  })
  app.action('record', async ({ ack, body, client }) => {
    await ack()
    if (!('trigger_id' in body)) return
    const element = { type: 'plain_text_input', action_id: 'title' } as const
    await client.views.open({
      trigger_id: body.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'decision',
        title: { type: 'plain_text', text: 'Decision' },
        submit: { type: 'plain_text', text: 'Save' },
        blocks: [{ type: 'input', block_id: 'name', label: { type: 'plain_text', text: 'Title' }, element }],
      },
    })
  })
  app.view('decision', async ({ ack, view }) => {
    const title = view.state.values.name?.title?.value ?? ''
    if (title.length < 5) await ack({ response_action: 'errors', errors: { name: 'Say a little more.' } })
    else await ack()
  })
  await app.start()
  const ana = slack.addUser({ name: 'ana' })
  const channel = slack.addChannel({ name: 'backend' })
  const ts = ana.says(channel, '@architect we use Postgres')
  const question = await slack.waitForReply(channel, ts)

  await ana.clicks(question, 'record')
  const [modal] = await slack.waitFor(() => slack.views(ana).length > 0 && slack.views(ana))
  if (!modal) throw new Error('no modal opened')
  const refused = await ana.submits(modal, { title: 'pg' })
  const accepted = await ana.submits(modal, { title: 'Use Postgres' })

  expect(refused.errors).toEqual({ name: 'Say a little more.' })
  expect(accepted.errors).toBeUndefined()
  expect(slack.views(ana)).toEqual([])
})
