import { expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { answerByNumber, ask, findFaults, waitForAnswers } from '../support/numbered-questions.ts'
import { findFreePort, startProcess } from '../support/start-process.ts'
import { startProcessScene } from '../support/start-process-scene.ts'
import { startWorkspace } from '../support/start-workspace.ts'

test('while Slack is away at the start the bot waits and says so, and answers when Slack is back', async () => {
  await using workspace = await startWorkspace()
  const { slack, anthropic, dana, orders, env } = workspace
  answerByNumber(anthropic)
  await slack.goOffline()
  await using bot = startProcess({ ...env, PORT: String(await findFreePort()) })
  await bot.waitUntil('/healthz', 200)
  expect(await bot.ask('/readyz')).toMatchObject({ status: 503, body: expect.stringContaining('not connected') })

  await slack.goOnline()
  await bot.waitUntil('/readyz', 200)
  const asked = ask(slack, dana, 1, { channel: orders })
  await waitForAnswers(slack, [asked])

  expect(findFaults(slack, [asked])).toEqual([])
})

test('told to stop while it waits for Slack, the bot ends at once', async () => {
  await using workspace = await startWorkspace()
  await workspace.slack.goOffline()
  await using bot = startProcess({ ...workspace.env, PORT: String(await findFreePort()) })
  await bot.waitUntil('/healthz', 200)

  expect(await bot.terminate()).toEqual({ code: 0, signal: null })
})

test('an answer under way when Slack goes away is finished when Slack is back, and new questions are answered', async () => {
  await using scene = await startProcessScene()
  const { slack, anthropic, dana, orders, bot } = scene
  answerByNumber(anthropic, { lastsMs: 600 })
  const before = ask(slack, dana, 1, { channel: orders })
  await slack.waitFor(() => slack.answers(orders, before.threadTs).length > 0)

  await slack.goOffline()
  await bot.waitUntil('/readyz', 503)
  await slack.goOnline()
  await bot.waitUntil('/readyz', 200)
  const after = ask(slack, dana, 2, { channel: orders })
  await waitForAnswers(slack, [before, after])

  expect(findFaults(slack, [before, after])).toEqual([])
})

test('when Slack refuses the app token at a reconnect the bot stays alive, says what is wrong, and goes on once it may', async () => {
  await using scene = await startProcessScene()
  const { slack, anthropic, dana, orders, bot } = scene
  answerByNumber(anthropic)
  slack.fail('apps.connections.open', { error: 'invalid_auth', times: 2 })
  slack.cutSockets()
  await bot.waitUntil('/readyz', 503)
  await slack.waitFor(() => slack.calls('apps.connections.open').length > 2)
  expect((await bot.ask('/readyz'))?.body).toContain('SLACK_APP_TOKEN')

  await bot.waitUntil('/readyz', 200)
  const asked = ask(slack, dana, 1, { channel: orders })
  await waitForAnswers(slack, [asked])

  expect(findFaults(slack, [asked])).toEqual([])
})

test.each(['SLACK_APP_TOKEN', 'SLACK_BOT_TOKEN'])(
  'a refused %s ends the start with a sentence that names it',
  async (name) => {
    await using workspace = await startWorkspace()
    const { env } = workspace
    const refused = readConfig({ ...env, [name]: `${env[name]?.slice(0, -4)}0000` })
    await using app = createApp(refused, { log: createLog('silent') })

    await expect(app.start()).rejects.toThrow(`Slack refused ${name} (invalid_auth)`)
  },
)
