import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findFreePort, startProgram } from './support/start-process.ts'
import { startScene } from './support/start-scene.ts'
import { startWorkspace, type Workspace } from './support/start-workspace.ts'

const gitHubToken = 'ghp_0123456789abcdefghij0123456789abcdef'
const nowhere = 'http://127.0.0.1:9'

let workspace: Workspace
let env: Record<string, string>

beforeAll(async () => {
  const tokens = [{ token: gitHubToken, login: 'acme-bot', repositories: [] }]
  workspace = await startWorkspace({ github: { tokens } })
  env = { ...workspace.env, GITHUB_TOKEN: gitHubToken, NPM_REGISTRY_URL: workspace.slack.baseUrl }
})

afterAll(() => workspace[Symbol.asyncDispose]())

/** Runs a program to its end. */
async function run(program: readonly string[], settings: Record<string, string>) {
  await using running = startProgram(program, settings)
  const { code } = await running.exit()
  return { code, printed: running.printed }
}

/** What the doctor says about each thing, by its name. */
async function askDoctor(settings: Record<string, string>) {
  const { code, printed } = await run(['src/cli.ts', 'doctor'], { ...env, ...settings })
  const lines = printed.trim().split('\n')
  const said = (name: string) => lines.filter((line) => line.includes(` ${name}: `)).join('\n')
  return { code, lines, said }
}

describe('npm run doctor', () => {
  test('says so when all is well, a line for each thing', async () => {
    const { code, lines, said } = await askDoctor({})
    expect(lines.map((line) => line.split(/\s+/)[0])).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'note'])
    expect(said('Slack token')).toContain('architect in Acme')
    expect(said('Slack socket')).toContain('Slack offers a socket')
    expect(said('Model')).toContain('claude-opus-5-5 and claude-haiku-5-5')
    expect(said('GitHub')).toMatch(/signed in as acme-bot, \d+ of 5000 requests left/)
    expect(code).toBe(0)
  })

  test('tells what to do about everything that is refused or cannot be reached', async () => {
    const file = join(env['ARCHITECT_DATA_DIR'] ?? '', 'a-file')
    writeFileSync(file, '')
    const { code, said } = await askDoctor({
      SLACK_BOT_TOKEN: 'xoxb-wrong-canary',
      SLACK_APP_TOKEN: 'xapp-wrong-canary',
      ANTHROPIC_API_KEY: 'sk-ant-wrong-canary',
      GITHUB_TOKEN: 'wrong-canary',
      NPM_REGISTRY_URL: nowhere,
      ARCHITECT_DATA_DIR: join(file, 'data'),
    })
    expect(said('Database')).toMatch(/^TROUBLE .*ARCHITECT_DATA_DIR/)
    expect(said('Slack token')).toMatch(/^TROUBLE .*invalid_auth.*SLACK_BOT_TOKEN from OAuth & Permissions/)
    expect(said('Slack socket')).toMatch(/^TROUBLE .*invalid_auth.*connections:write/)
    expect(said('Model')).toMatch(/^TROUBLE .*ANTHROPIC_API_KEY/)
    expect(said('GitHub')).toMatch(/^TROUBLE .*GITHUB_TOKEN/)
    expect(said('npm registry')).toMatch(/^note .*127\.0\.0\.1:9 cannot be reached.*NPM_REGISTRY_URL/)
    expect(code).toBe(1)
  })

  test('knows the less obvious troubles', async () => {
    await using lacking = await startWorkspace({
      slack: { scopes: ['chat:write', 'app_mentions:read'] },
      github: { anonymousLimit: 0 },
    })
    lacking.slack.fail('apps.connections.open', { error: 'missing_scope' })
    const { code, said } = await askDoctor({
      ...lacking.env,
      GITHUB_TOKEN: '',
      ARCHITECT_MODEL: 'claude-opus-9',
      ARCHITECT_SMALL_MODEL: 'claude-sonnet-4-0',
    })
    expect(said('Slack token')).toMatch(/^TROUBLE .*lacks .*commands.*press "Reinstall to Workspace"/)
    expect(said('Slack socket')).toMatch(/^TROUBLE .*missing_scope.*app-level token with connections:write/)
    expect(said('Model')).toMatch(/no model claude-opus-9: correct ARCHITECT_MODEL; claude-sonnet-4-0 is switched off/)
    expect(said('GitHub')).toMatch(/^note .*0 of 0 requests left until .*cannot be read before then/)
    expect(code).toBe(1)
  })

  test('names every missing setting', async () => {
    const { code, printed } = await run(['src/cli.ts', 'doctor'], {})
    expect(printed).toMatch(/TROUBLE {2}Settings: SLACK_BOT_TOKEN is missing/)
    expect(printed).toMatch(/TROUBLE {2}Settings: SLACK_APP_TOKEN is missing/)
    expect(code).toBe(1)
  })

  test('over HTTP, sends the bot a signed request as Slack would, and notes what it does without', async () => {
    await using scene = await startScene({ mode: 'http' })
    const optional = { ANTHROPIC_API_KEY: '', GITHUB_TOKEN: '' }
    const http = { ...scene.env, ...optional, SLACK_APP_TOKEN: '', PORT: new URL(scene.url).port }
    const [fine, otherSecret, nobody] = await Promise.all([
      askDoctor(http),
      askDoctor({ ...http, SLACK_SIGNING_SECRET: 'another-secret' }),
      askDoctor({ ...http, ...manySettings(), PORT: String(await findFreePort()) }),
    ])
    expect(fine.said('Slack requests')).toMatch(/^ok .*signed requests are taken/)
    expect(fine.said('Model')).toMatch(/^note .*answers come from facts alone/)
    expect(fine.said('GitHub')).toMatch(/^note .*not signed in, .*set GITHUB_TOKEN/)
    expect(otherSecret.said('Slack requests')).toMatch(/^TROUBLE .*another SLACK_SIGNING_SECRET/)
    expect(nobody.said('Slack requests')).toMatch(/^TROUBLE .*nothing answers.*npm start/)
    expect(nobody.said('Slack token')).toMatch(/^ok .*no workspace has installed the app yet.*\/slack\/install/)
    expect([fine, otherSecret, nobody].map(({ code }) => code)).toEqual([0, 1, 1])
  })
})

function manySettings() {
  return {
    SLACK_BOT_TOKEN: '',
    SLACK_CLIENT_ID: workspace.slack.clientId,
    SLACK_CLIENT_SECRET: workspace.slack.clientSecret,
    SLACK_STATE_SECRET: 'sixteen characters or more',
    ARCHITECT_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  }
}

describe('npm start, when it cannot run', () => {
  test.each([
    ['with nothing set', () => ({}), /SLACK_BOT_TOKEN is missing: .*copy.*npm run try/s],
    [
      'with its port taken',
      () => ({ ...env, PORT: new URL(workspace.github.url).port }),
      /Port \d+ is taken.*set PORT/,
    ],
    ['with a damaged database', () => ({ ...env, DATABASE_URL: `file:${damagedFile()}` }), /is damaged: .*backup/],
    ['with a bot token Slack refuses', () => ({ ...env, SLACK_BOT_TOKEN: 'xoxb-wrong-canary' }), /SLACK_BOT_TOKEN/],
    ['with an app token Slack refuses', () => ({ ...env, SLACK_APP_TOKEN: 'xapp-wrong-canary' }), /SLACK_APP_TOKEN/],
  ])('%s, ends with a sentence that says what to do', async (_name, settings, sentence) => {
    const { code, printed } = await run(['src/main.ts'], settings())
    expect(printed).toMatch(sentence)
    expect(printed).not.toMatch(/\bat .*\.[jt]s:\d+|canary/)
    expect(code).toBe(1)
  })
})

function damagedFile(): string {
  const file = join(env['ARCHITECT_DATA_DIR'] ?? '', 'damaged.db')
  writeFileSync(file, 'this was a database once'.repeat(500))
  return file
}
