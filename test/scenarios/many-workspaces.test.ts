import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Browser } from '../support/browser.ts'
import { manifestScopes } from '../support/manifest.ts'
import { ordersRepository } from '../support/orders-repository.ts'
import { runToEnd } from '../support/run-to-end.ts'
import type { Person } from '../support/slack/person.ts'
import type { Channel, Team } from '../support/slack/world.ts'
import { type Scene, type SceneOptions, startScene } from '../support/start-scene.ts'

const clientId = '1234567890.9876543210'
const clientSecret = 'client-secret-0123456789abcdef'

function startForMany(options: Pick<SceneOptions, 'env' | 'github'> = {}): Promise<Scene> {
  return startScene({
    ...options,
    mode: 'http',
    slack: { clientId, clientSecret },
    env: {
      ...options.env,
      SLACK_BOT_TOKEN: '',
      SLACK_CLIENT_ID: clientId,
      SLACK_CLIENT_SECRET: clientSecret,
      SLACK_STATE_SECRET: 'sixteen characters or more',
      ARCHITECT_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    },
  })
}

/** A workspace of people who do not know the others, with the app installed through the browser. */
interface Tenant {
  team: Team
  admin: Person
  channel: Channel
  mention: string
}

async function addTenant(scene: Scene, name: string): Promise<Tenant> {
  const team = scene.slack.addTeam(name)
  const admin = scene.slack.addUser({ name: `admin of ${name}`, team, isAdmin: true })
  const page = await install(scene, team, admin)
  expect(page.text).toContain(`Architect is installed in ${name}`)
  const channel = scene.slack.addChannel({ name: 'backend', team })
  return { team, admin, channel, mention: `<@${scene.slack.installation(team).botUserId}>` }
}

async function install({ slack, url }: Scene, team: Team, by: Person, browser = new Browser()) {
  const { location } = await browser.open(`${url}/slack/install`)
  const state = new URL(location).searchParams.get('state') ?? ''
  return browser.open(backFromSlack(url, { code: slack.issueOAuthCode(team, { by }), state }))
}

function backFromSlack(url: string, query: Record<string, string>): string {
  return `${url}/slack/oauth_redirect?${new URLSearchParams(query).toString()}`
}

async function ask({ slack }: Scene, { admin, channel, mention }: Tenant, question: string): Promise<string> {
  const ts = admin.says(channel, `${mention} ${question}`)
  return slack.textOf(await slack.waitForReply(channel, ts))
}

async function openHome({ slack }: Scene, { admin }: Tenant): Promise<string> {
  admin.opensHome()
  return slack.textOf(await slack.waitFor(() => slack.home(admin)))
}

test('the installation page leads to Slack, which is asked for the scopes of the manifest', async () => {
  await using scene = await startForMany()
  const { status, location } = await new Browser().open(`${scene.url}/slack/install`)
  const asked = new URL(location)
  expect(status).toBe(302)
  expect(`${asked.origin}${asked.pathname}`).toBe(`${scene.slack.baseUrl}/oauth/v2/authorize`)
  expect(asked.searchParams.get('client_id')).toBe(clientId)
  expect(asked.searchParams.get('scope')?.split(',').toSorted()).toEqual(manifestScopes.toSorted())
})

test('each workspace is answered with its own token, which is never on disk as it is', async () => {
  await using scene = await startForMany()
  const { slack, anthropic } = scene
  anthropic.replyWith(() => ({ text: 'Use a queue.' }))
  const tenants = [await addTenant(scene, 'Globex'), await addTenant(scene, 'Initech')]

  for (const tenant of tenants) expect(await ask(scene, tenant, 'how do we send mail?')).toContain('Use a queue.')
  await scene.stop()
  await scene.restart()
  for (const tenant of tenants) expect(await ask(scene, tenant, 'and text messages?')).toContain('Use a queue.')

  for (const { team, channel } of tenants) {
    const { botToken } = slack.installation(team)
    const spoken = slack.requests.filter(({ args }) => args['channel'] === channel.id)
    expect(new Set(spoken.map(({ token }) => token))).toEqual(new Set([botToken]))
    expect(readDatabaseFiles(scene).map((bytes) => bytes.includes(botToken))).toEqual([false, false, false])
  }
})

test('with another key than the tokens were sealed with, it does not start and says which key it needs', async () => {
  await using scene = await startForMany()
  await addTenant(scene, 'Globex')
  await scene.stop()
  scene.env['ARCHITECT_ENCRYPTION_KEY'] = Buffer.alloc(32, 8).toString('base64')
  await expect(scene.restart()).rejects.toThrow(/token of Globex cannot be opened: ARCHITECT_ENCRYPTION_KEY must be/)
})

test('nothing of one workspace is to be seen in another', async () => {
  await using scene = await startForMany()
  const { anthropic } = scene
  anthropic.replyWith(({ raw }) =>
    raw.includes('what did others choose') && !raw.includes('"tool_result"')
      ? { toolCalls: [{ name: 'search_threads', input: { query: 'Fastify gateway' } }] }
      : { text: 'Understood.' },
  )
  const globex = await addTenant(scene, 'Globex')
  const initech = await addTenant(scene, 'Initech')

  await ask(scene, globex, 'we chose Fastify for the gateway')
  await ask(scene, globex, 'and Postgres behind the gateway')
  await ask(scene, initech, 'what did others choose?')

  const seen = anthropic.requests.filter(({ raw }) => raw.includes('what did others choose'))
  expect(seen.some(({ raw }) => raw.includes('"tool_result"'))).toBe(true)
  expect(seen.some(({ raw }) => raw.includes('we chose Fastify'))).toBe(false)
  expect(await openHome(scene, globex)).toContain('2 answers')
  expect(await openHome(scene, initech)).toContain('1 answer,')
})

test("private code that the operator's credentials can read is shown to no workspace", async () => {
  const token = 'ghp_0123456789abcdefghij0123456789abcdef'
  await using scene = await startForMany({
    env: { GITHUB_TOKEN: token },
    github: {
      repositories: [ordersRepository({ private: true }), ordersRepository({ name: 'open' })],
      tokens: [{ token, login: 'acme-bot', repositories: ['acme/orders'] }],
    },
  })
  const { anthropic } = scene
  anthropic.replyWith(() => ({ text: 'Noted.' }))
  const globex = await addTenant(scene, 'Globex')
  const link = async (name: string) => (await globex.admin.runs('/architect', `link ${name}`, globex.channel)).shown

  expect((await link('acme/open')).map(({ text }) => text)).toEqual([expect.stringContaining('may now read')])
  expect((await link('acme/orders')).map(({ text }) => text)).toEqual([expect.stringContaining('public code only')])
  const answer = await ask(scene, globex, 'look at https://github.com/acme/orders')
  expect(answer).toContain('cannot read')
  expect(anthropic.requests[0]?.raw).not.toContain('list-orders.js')
})

test("no decision is written to a repository with credentials that are not the workspace's", async () => {
  await using scene = await startForMany({ github: { repositories: [ordersRepository()] } })
  const globex = await addTenant(scene, 'Globex')
  const run = async (text: string) =>
    (await runToEnd(scene, globex.admin, text, globex.channel)).shown.map((message) => message.text).join('\n')
  expect(await run('export acme/orders')).toContain('write to no repository')
  expect(await run('import acme/orders')).toContain('There is no decision file')
})

test('a workspace that removes the app is erased, and the others are not', async () => {
  await using scene = await startForMany()
  const { slack, anthropic } = scene
  anthropic.replyWith(() => ({ text: 'Noted.' }))
  const globex = await addTenant(scene, 'Globex')
  const initech = await addTenant(scene, 'Initech')
  await ask(scene, globex, 'hello?')
  await ask(scene, initech, 'hello?')

  slack.uninstall(globex.team)
  await slack.settled()
  await install(scene, globex.team, globex.admin)

  expect(await openHome(scene, globex)).toContain('0 answers')
  expect(await openHome(scene, initech)).toContain('1 answer,')
  expect(await ask(scene, initech, 'still there?')).toContain('Noted.')
})

test('a workspace whose token is revoked is erased too', async () => {
  await using scene = await startForMany()
  const { slack, anthropic } = scene
  anthropic.replyWith(() => ({ text: 'Noted.' }))
  const globex = await addTenant(scene, 'Globex')
  await ask(scene, globex, 'hello?')
  slack.revokeTokens(globex.team)
  await slack.settled()
  await install(scene, globex.team, globex.admin)
  expect(await openHome(scene, globex)).toContain('0 answers')
})

test('the news of a removal that comes after the next installation changes nothing', async () => {
  await using scene = await startForMany()
  const { slack, anthropic } = scene
  anthropic.replyWith(() => ({ text: 'Noted.' }))
  const globex = await addTenant(scene, 'Globex')
  slack.uninstall(globex.team)
  await slack.settled()
  await install(scene, globex.team, globex.admin)
  for (const late of slack.deliveries('tokens_revoked')) await slack.redeliver(late)
  expect(await ask(scene, globex, 'still there?')).toContain('Noted.')
})

test('what comes from a workspace that never installed the app is acknowledged and left alone', async () => {
  await using scene = await startForMany()
  const { slack, anthropic, dana, orders } = scene
  const ts = dana.says(orders, `${slack.mention} hello?`)
  dana.opensHome()
  const { shown } = await dana.runs('/architect', 'links', orders)
  await slack.settled()
  expect(shown.map(({ text }) => text)).toEqual([expect.stringContaining('not installed in this workspace')])
  expect(slack.deliveries().every(({ result }) => result.acked)).toBe(true)
  expect(slack.answers(orders, ts)).toEqual([])
  expect(anthropic.requests).toEqual([])
})

describe('an installation that comes to nothing ends on a page with one sentence', () => {
  test('when the person cancels', async () => {
    await using scene = await startForMany()
    const page = await new Browser().open(backFromSlack(scene.url, { error: 'access_denied', state: 'x' }))
    expect(page).toMatchObject({ status: 400, text: expect.stringMatching(/^The installation was cancelled/) })
  })

  test('when the state is made up, comes from another browser, or has been used', async () => {
    await using scene = await startForMany()
    const { slack, url } = scene
    const team = slack.addTeam('Globex')
    const eve = slack.addUser({ name: 'eve', team })
    const browser = new Browser()
    const { location } = await browser.open(`${url}/slack/install`)
    const state = new URL(location).searchParams.get('state') ?? ''
    const back = (given: string) => backFromSlack(url, { code: slack.issueOAuthCode(team, { by: eve }), state: given })

    const stranger = await new Browser().open(back(state))
    const used = back(state)
    const done = await browser.open(used)
    const again = await browser.open(used)
    const madeUp = await browser.open(back('made-up'))

    expect(done.text).toContain('Architect is installed in Globex')
    for (const page of [stranger, again, madeUp])
      expect(page).toMatchObject({ status: 400, text: expect.stringContaining('begin again') })
  })

  test.each([
    ['a code that was used or made up', { code: 'made-up' }, 400, 'takes each approval once'],
    ['no code', {}, 400, 'Slack sent nothing to install with'],
  ])('when Slack gives %s', async (_name, query, status, sentence) => {
    await using scene = await startForMany()
    const browser = new Browser()
    const { location } = await browser.open(`${scene.url}/slack/install`)
    const state = new URL(location).searchParams.get('state') ?? ''
    const page = await browser.open(backFromSlack(scene.url, { ...query, state }))
    expect(page).toMatchObject({ status, text: expect.stringContaining(sentence) })
  })

  test.each([
    ['refuses the app', { error: 'bad_client_secret' }, 502, 'SLACK_CLIENT_SECRET'],
    ['is away', { cut: true, times: 9 }, 503, 'cannot be reached'],
  ])('when Slack %s', async (_name, fault, status, sentence) => {
    await using scene = await startForMany()
    const { slack } = scene
    const team = slack.addTeam('Globex')
    slack.fail('oauth.v2.access', fault)
    const page = await install(scene, team, slack.addUser({ name: 'eve', team }))
    expect(page).toMatchObject({ status, text: expect.stringContaining(sentence) })
    expect(page.text).not.toMatch(/Error|at .*\.[jt]s|client-secret-/)
  })
})

function readDatabaseFiles({ env }: Scene): Buffer[] {
  const folder = env['ARCHITECT_DATA_DIR'] ?? ''
  return readdirSync(folder)
    .filter((name) => name.startsWith('architect.db'))
    .map((name) => readFileSync(join(folder, name)))
}
