import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepConversation } from '../../playground/kept-conversation.ts'
import { type LocalWorkspace, openWorkspace } from '../../playground/local-workspace.ts'
import { readSampleRepository } from '../../playground/sample-repository.ts'
import { configureForTrying } from '../../playground/settings.ts'
import { type App, createApp } from '../../src/app.ts'
import type { Config } from '../../src/config.ts'
import { type AnthropicStandIn, startAnthropic } from '../support/anthropic/start-anthropic.ts'
import { type GitHubStandIn, startGitHub } from '../support/github/start-github.ts'
import { LocalSlack, textOf } from '../support/local-slack.ts'
import { waitFor } from '../support/slack/wait.ts'
import { findFreePort } from '../support/start-process.ts'

/** Another author's Slack, the one `npm run try` opens, so that a mistake in our stand-in is not the measure of the bot. */
const key = 'sk-ant-test-0123456789abcdef'
const [orders, dana, ben] = ['C01ORDERS', 'U01DANA', 'U01BEN']

let folder: string
let workspace: LocalWorkspace
let anthropic: AnthropicStandIn
let github: GitHubStandIn
let slack: LocalSlack

const started = new AsyncDisposableStack()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'architect-'))
  started.defer(() => rmSync(folder, { recursive: true, force: true }))
  anthropic = started.use(await startAnthropic({ key }))
  github = started.use(await startGitHub({ repositories: [readSampleRepository()] }))
  workspace = started.use(await openWorkspace(folder, await findFreePort()))
  slack = new LocalSlack(workspace.url)
})

afterAll(() => started.disposeAsync())

function modelSettings() {
  return { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: anthropic.url }
}

async function startBot(name: string, change: (config: Config) => Config = (config) => config): Promise<App> {
  const env = { ...modelSettings(), LOG_LEVEL: 'silent' }
  const places = { folder: join(folder, name), slackUrl: workspace.url, gitHubUrl: github.url }
  const app = createApp(change(configureForTrying(env, places)), { drainMs: 500 })
  await app.start()
  return app
}

test('a mention is answered once in its thread, and so is a follow-up without one', async () => {
  await using _bot = await startBot('conversation')
  anthropic.reply({ text: '**Fastify 5**, because it validates by schema.' })
  anthropic.reply({ text: 'Then stay with Express.' })

  const ts = await slack.says(dana, orders, `${slack.mention} Express or Fastify?`)
  const first = await slack.waitForAnswer(orders, ts)
  await slack.says(ben, orders, 'and if we know Express well?', ts)
  const second = await slack.waitForAnswer(orders, ts, 2)

  expect(textOf(first)).toContain('*Fastify 5*, because it validates by schema.')
  expect(textOf(second)).toContain('Then stay with Express.')
  expect(await slack.answers(orders, ts)).toHaveLength(2)
  expect(anthropic.requests.at(-1)?.raw).toContain('validates by schema')
})

test('a link to the sample service is read, and its file named with a permalink', async () => {
  await using _bot = await startBot('link')
  anthropic.reply({ text: 'Totals are added up in `order-service.js`.' })
  const url = 'https://github.com/acme/orders/blob/main/src/services/order-service.js'

  const ts = await slack.says(dana, orders, `${slack.mention} look at ${url}`)
  const answer = textOf(await slack.waitForAnswer(orders, ts))

  expect(anthropic.requests.at(-1)?.raw).toContain('src/services/order-service.js')
  expect(answer).toMatch(/<https:\/\/github\.com\/acme\/orders\/blob\/[0-9a-f]{40}\/src\/services\/order-service\.js/)
})

test('a direct message is answered', async () => {
  await using _bot = await startBot('direct')
  anthropic.reply({ text: 'Yes, Koa is maintained.' })
  await slack.opensHome(ben)
  const direct = await slack.waitUntil(() => slack.directChannel(ben))

  const ts = await slack.says(ben, direct, 'is Koa still a good choice?')

  expect(textOf(await slack.waitForAnswer(direct, ts))).toContain('Yes, Koa is maintained.')
})

test('the help command answers whoever ran it', async () => {
  await using _bot = await startBot('help')
  await slack.runs(dana, orders, '/architect', 'help')
  const shown = await slack.waitUntil(async () => (await slack.messages(orders)).find((m) => m.subtype === 'ephemeral'))
  expect(shown.ephemeral_to).toBe(dana)
  expect(shown.text).toContain('/arch-review')
})

test('the Stop button ends an answer under way', async () => {
  await using _bot = await startBot('stop')
  anthropic.reply({ text: `First point.\n\n${'and more of it '.repeat(400)}`, chunkSize: 4, chunkMs: 20 })
  const before = anthropic.requests.length

  const ts = await slack.says(dana, orders, `${slack.mention} tell me everything`)
  await waitFor(() => anthropic.requests.length > before)
  const working = await slack.waitUntil(async () => (await slack.answers(orders, ts))[0])
  await slack.clicks(dana, orders, working, 'stop_answer')
  await slack.waitUntil(async () => textOf((await slack.answers(orders, ts))[0] ?? {}).includes('Stopped by'))

  const [answer, ...others] = (await slack.answers(orders, ts)).filter(({ subtype }) => subtype !== 'ephemeral')
  expect(answer?.ts).toBe(working.ts)
  expect(others).toEqual([])
})

test('a vote with its reason is counted in the Home tab', async () => {
  await using _bot = await startBot('vote')
  anthropic.reply({ text: 'Use Koa.' })

  const ts = await slack.says(dana, orders, `${slack.mention} which framework?`)
  const answer = await slack.waitForAnswer(orders, ts)
  await slack.clicks(dana, orders, answer, 'rate_answer_down')
  const form = await slack.waitUntil(() => slack.modal())
  await slack.submits(dana, { reason: { text: { type: 'plain_text_input', value: 'We asked about load.' } } })
  await slack.waitUntil(async () => (await slack.modal()) === undefined)
  await slack.opensHome(dana)
  const home = await slack.waitUntil(() => slack.home(dana))

  expect(form).toContain('What should the answer have said?')
  expect(home).toContain('0 rated helpful, 1 not helpful')
})

test('a kept workspace shows again what was said in it, and the bot goes on in the same thread', async () => {
  anthropic.reply({ text: 'Fastify 5.' })
  anthropic.reply({ text: 'Because it validates by schema.' })
  const kept = join(folder, 'kept')
  mkdirSync(kept)

  await inKeptWorkspace(kept, async (slack) => {
    const ts = await slack.says(dana, orders, `${slack.mention} Express or Fastify?`)
    await slack.waitForAnswer(orders, ts)
  })
  await inKeptWorkspace(kept, async (slack) => {
    const [question, answer] = await slack.messages(orders)
    expect(question).toMatchObject({ user: dana, text: `${slack.mention} Express or Fastify?` })
    expect(textOf(answer ?? {})).toContain('Fastify 5.')
    await slack.says(ben, orders, 'why?', question?.ts)
    const next = await slack.waitForAnswer(orders, question?.ts ?? '', 2)
    expect(textOf(next)).toContain('Because it validates by schema.')
    expect(anthropic.requests.at(-1)?.raw).toContain('Fastify 5.')
  })
})

async function inKeptWorkspace(kept: string, act: (slack: LocalSlack) => Promise<void>): Promise<void> {
  await using local = await openWorkspace(kept, await findFreePort())
  const places = { folder: kept, slackUrl: local.url, gitHubUrl: github.url }
  const config = configureForTrying({ ...modelSettings(), LOG_LEVEL: 'silent' }, places)
  await using _kept = await keepConversation(local.url, kept, config.store.databaseFile)
  await using app = createApp(config, { drainMs: 500 })
  await app.start()
  await act(new LocalSlack(local.url))
}

test('asked for modern blocks, it finds out that streaming is unknown here and posts and updates instead', async () => {
  await using _bot = await startBot('modern', (config) => ({ ...config, slack: { ...config.slack, blocks: 'modern' } }))
  anthropic.replyWith(() => ({ text: 'Use a queue.' }))
  const before = (await slack.calls()).length

  const ts = await slack.says(dana, orders, `${slack.mention} how do we send mail?`)
  await slack.waitForAnswer(orders, ts)
  await slack.says(dana, orders, 'sure?', ts)
  await slack.waitForAnswer(orders, ts, 2)

  const calls = (await slack.calls()).slice(before)
  expect(calls.filter((call) => call === 'chat.postMessage')).toHaveLength(2)
  expect(calls).toContain('chat.update')
  expect(calls).not.toContain('chat.startStream')
  expect(calls.filter((call) => call === 'assistant.threads.setStatus')).toHaveLength(1)
  expect(textOf((await slack.answers(orders, ts))[0] ?? {})).toContain('Use a queue.')
})
