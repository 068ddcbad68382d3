import { rmSync } from 'node:fs'
import { WebClient } from '@slack/web-api'
import { createEmulator } from 'emulate'
import { expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { Browser } from '../support/browser.ts'
import { postRaw } from '../support/slack/http-transport.ts'
import { signBody } from '../support/slack/signature.ts'
import { createTemporaryFolder } from '../support/temporary-folder.ts'

/** Another author's Slack for what ours shall not be alone with: OAuth, and the Web API with the token that comes of it. */
const clientId = '1234567890.9876543210'
const clientSecret = 'client-secret-0123456789abcdef'
const signingSecret = 'signing-secret-0123456789abcdef'

test('a workspace installs the app and is answered with the token that came of it', async () => {
  await using slack = await startEmulator()
  await using bot = await startBot(slack.url)

  const page = await install(slack.url, bot.url)
  const client = new WebClient(slack.personToken, { slackApiUrl: `${slack.url}/api/`, retryConfig: { retries: 0 } })
  const { channels = [] } = await client.conversations.list()
  const channel = channels.find(({ name }) => name === 'orders')?.id ?? ''
  const { members = [] } = await client.users.list({})
  const botUserId = members.find(({ is_bot: isBot, name }) => isBot && name?.startsWith('architect'))?.id ?? ''
  const text = `<@${botUserId}> how do we run background jobs with BullMQ?`
  const { ts = '' } = await client.chat.postMessage({ channel, text })
  const event = { type: 'app_mention', user: slack.personId, text, ts, channel, event_ts: ts }
  const { team_id: teamId } = await client.auth.test()
  const accepted = await send(bot.url, {
    type: 'event_callback',
    team_id: teamId,
    event_id: 'Ev1',
    event_time: 1,
    event,
  })

  expect(page.text).toContain('Architect is installed in Acme')
  expect(accepted).toMatchObject({ acked: true })
  await expect
    .poll(() => readAnswer(client, channel, ts), { timeout: 10_000 })
    .toMatchObject({
      user: botUserId,
      blocks: expect.stringMatching(/BullMQ.*no model, no cost/s),
    })
})

async function startEmulator() {
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      tokens: { 'xoxp-dana': { login: 'dana', scopes: [] } },
      slack: {
        team: { name: 'Acme', domain: 'acme' },
        users: [{ name: 'dana', real_name: 'Dana Whitfield', email: 'dana@example.com' }],
        channels: [{ name: 'orders' }],
        oauth_apps: [{ client_id: clientId, client_secret: clientSecret, name: 'architect', redirect_uris: [] }],
      },
    },
  })
  return {
    url: emulator.url,
    personToken: 'xoxp-dana',
    personId: 'U000000001',
    [Symbol.asyncDispose]: () => emulator.close(),
  }
}

async function startBot(slackUrl: string) {
  const folder = createTemporaryFolder()
  const config = readConfig({
    SLACK_API_URL: `${slackUrl}/api/`,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
    SLACK_STATE_SECRET: 'sixteen characters or more',
    SLACK_BLOCKS: 'classic',
    ARCHITECT_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    ARCHITECT_DATA_DIR: folder,
    LOG_LEVEL: 'silent',
    PORT: '0',
    HOST: '127.0.0.1',
  })
  const app = createApp(config, { drainMs: 500 })
  const { port } = await app.start()
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Goes through Slack's page as a person does, who chooses who they are there. */
async function install(slackUrl: string, botUrl: string) {
  const browser = new Browser()
  const { location } = await browser.open(`${botUrl}/slack/install`)
  const asked = new URL(location)
  const approval = new URLSearchParams({ ...Object.fromEntries(asked.searchParams), user_id: 'U000000001' })
  // Slack sends people back to the address that is registered when the link names none; this one knows only links.
  approval.set('redirect_uri', `${botUrl}/slack/oauth_redirect`)
  const { location: back } = await browser.open(`${slackUrl}${asked.pathname}/callback`, {
    method: 'POST',
    body: approval,
  })
  return browser.open(back)
}

function send(botUrl: string, envelope: object) {
  const body = JSON.stringify(envelope)
  const timestamp = Math.floor(Date.now() / 1000)
  return postRaw({
    url: `${botUrl}/slack/events`,
    body,
    contentType: 'application/json',
    headers: {
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': signBody(signingSecret, timestamp, body),
    },
    timeoutMs: 3000,
  })
}

async function readAnswer(client: WebClient, channel: string, ts: string) {
  const { messages = [] } = await client.conversations.replies({ channel, ts })
  const answer = messages.at(-1)
  return { user: answer?.user, blocks: JSON.stringify(answer?.blocks) }
}
