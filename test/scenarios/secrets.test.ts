import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Browser } from '../support/browser.ts'
import { ordersRepository } from '../support/orders-repository.ts'
import type { Person } from '../support/slack/person.ts'
import type { Channel } from '../support/slack/world.ts'
import { type ProcessScene, startProcessScene } from '../support/start-process-scene.ts'

const link = 'https://github.com/acme/orders/blob/main/src/app.js'
const secretSettings = /TOKEN|SECRET|KEY/

/** Asks a question with a link and waits for whatever comes of it. */
async function ask({ slack }: ProcessScene, person: Person, channel: Channel, mention: string): Promise<void> {
  const ts = person.says(channel, `${mention} what breaks first here? ${link}`)
  await slack.waitForReply(channel, ts)
}

/** Lets everything that can go wrong go wrong, a question each. */
async function goThroughFailures(scene: ProcessScene, person: Person, channel: Channel, mention: string) {
  const { slack, anthropic, github, env } = scene
  const key = env['ANTHROPIC_API_KEY'] ?? ''
  const failures = [
    () => anthropic.fail({ status: 401, message: `invalid x-api-key ${key}` }),
    () => anthropic.fail({ status: 400, message: `Authorization: Bearer ${key}` }),
    () => anthropic.reply({ text: 'Cut.\n\nOff.', fault: { kind: 'cut', afterChars: 6 } }),
    () => github.fail({ kind: 'cut', route: /./ }),
    () => slack.fail('chat.startStream', { error: 'invalid_auth' }),
    () => slack.fail('users.info', { status: 500 }),
    () => slack.fail('conversations.info', { cut: true }),
  ]
  for (const fail of failures) {
    fail()
    await ask(scene, person, channel, mention)
    slack.stopFailing()
  }
}

/** Where a secret stands that must stand nowhere. */
function findLeaks({ slack, anthropic, bot, env }: ProcessScene, secrets: readonly string[]): string[] {
  const spoken = slack.requests.filter(({ method }) => /^(chat|views|assistant|agents)\./.test(method))
  const places = {
    log: bot.printed,
    Slack: spoken.map(({ rawBody }) => decodeURIComponent(rawBody.replaceAll('+', ' '))).join('\n'),
    model: anthropic.requests.map(({ raw }) => raw).join('\n'),
  }
  const names = new Map(Object.entries(env).map(([name, value]) => [value, name]))
  return secrets.flatMap((secret) =>
    Object.entries(places).flatMap(([place, text]) =>
      text.includes(secret) ? [`${names.get(secret) ?? 'a secret'} in ${place}`] : [],
    ),
  )
}

test('whatever happens, no secret of one workspace gets into the log, a message or a request to the model', async () => {
  const gitHubToken = `ghp_${randomBytes(18).toString('hex')}`
  await using scene = await startProcessScene({
    github: {
      repositories: [ordersRepository()],
      tokens: [{ token: gitHubToken, login: 'acme-bot', repositories: [] }],
    },
    env: { LOG_LEVEL: 'trace', GITHUB_TOKEN: gitHubToken, SLACK_SIGNING_SECRET: randomBytes(16).toString('hex') },
  })
  const { slack, anthropic, github, dana, orders, bot, env } = scene
  anthropic.replyWith(() => ({ text: 'Everything.' }))

  await ask(scene, dana, orders, slack.mention)
  await goThroughFailures(scene, dana, orders, slack.mention)
  github.fail({ kind: 'status', route: /./, status: 401, times: 9 })
  await ask(scene, dana, orders, slack.mention)
  await dana.runs('/architect', 'links', orders)
  slack.cutSockets()
  await slack.waitFor(() => slack.socketCount > 0)
  await ask(scene, dana, orders, slack.mention)
  await bot.terminate()

  const secrets = Object.entries(env).flatMap(([name, value]) => (secretSettings.test(name) ? [value] : []))
  expect(secrets).toHaveLength(5)
  expect(bot.printed).toContain('turn finished')
  expect(findLeaks(scene, secrets)).toEqual([])
})

test('nor does one of many workspaces, while they install the app and after', async () => {
  const clientSecret = randomBytes(16).toString('hex')
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  await using scene = await startProcessScene({
    mode: 'http',
    slack: { clientSecret, clientId: '1234567890.9876543210' },
    github: {
      repositories: [ordersRepository()],
      apps: [
        { appId: '1234', name: 'Architect', publicKey, installations: [{ id: 1, account: 'acme', repositories: [] }] },
      ],
    },
    env: {
      LOG_LEVEL: 'trace',
      SLACK_BOT_TOKEN: '',
      SLACK_CLIENT_ID: '1234567890.9876543210',
      SLACK_CLIENT_SECRET: clientSecret,
      SLACK_STATE_SECRET: randomBytes(16).toString('hex'),
      ARCHITECT_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      GITHUB_APP_ID: '1234',
      GITHUB_APP_PRIVATE_KEY: privateKey,
    },
  })
  const { slack, anthropic, bot, env } = scene
  anthropic.replyWith(() => ({ text: 'Everything.' }))
  const team = slack.addTeam('Globex')
  const eve = slack.addUser({ name: 'eve', team })
  const browser = new Browser()
  const begin = async () => new URL((await browser.open(`${bot.url}/slack/install`)).location).searchParams.get('state')
  const finish = async (code: string) => {
    const query = new URLSearchParams({ code, state: (await begin()) ?? '' })
    return browser.open(`${bot.url}/slack/oauth_redirect?${query.toString()}`)
  }

  slack.fail('oauth.v2.access', { error: 'bad_client_secret' })
  await finish(slack.issueOAuthCode(team, { by: eve }))
  await finish(slack.issueOAuthCode(team, { by: eve }))
  const channel = slack.addChannel({ name: 'backend', team })
  const mention = `<@${slack.installation(team).botUserId}>`
  await ask(scene, eve, channel, mention)
  await goThroughFailures(scene, eve, channel, mention)
  await slack.sendRaw(`${bot.url}/slack/events`, { body: '{"type":', secret: 'another' })
  await slack.sendRaw(`${bot.url}/slack/events`, { body: '{"type":' })
  const { botToken } = slack.installation(team)
  slack.uninstall(team)
  await slack.settled()
  await bot.terminate()

  const settings = Object.entries(env).flatMap(([name, value]) => (secretSettings.test(name) && value ? [value] : []))
  const secrets = [...settings.filter((value) => value !== privateKey), botToken, ...privateKey.split('\n').slice(1, 5)]
  expect(secrets).toHaveLength(10)
  expect(bot.printed).toContain('turn finished')
  expect(findLeaks(scene, secrets)).toEqual([])
})
