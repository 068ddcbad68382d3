import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/config.ts'

const socket = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }
const oauth = { SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'secret', SLACK_STATE_SECRET: 'sixteen characters' }
const encryptionKey = Buffer.alloc(32, 1).toString('base64')

describe('what is enough to run', () => {
  test.each([
    ['one workspace over Socket Mode', socket, 'socket', 'one'],
    ['one workspace over HTTP', { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's' }, 'http', 'one'],
    [
      'many workspaces over HTTP',
      { ...oauth, SLACK_SIGNING_SECRET: 's', ARCHITECT_ENCRYPTION_KEY: encryptionKey },
      'http',
      'many',
    ],
  ])('%s', (_name, env, mode, kind) => {
    const { slack } = readConfig(env)
    expect(slack.connection.mode).toBe(mode)
    expect(slack.workspaces.kind).toBe(kind)
  })

  test('an empty setting counts as absent', () => {
    expect(readConfig({ ...socket, ANTHROPIC_API_KEY: '', PORT: ' ' }).http.port).toBe(3000)
  })
})

describe('what is wrong is said all at once, by name, with what to do', () => {
  test.each([
    [{}, ['SLACK_BOT_TOKEN is missing', 'SLACK_APP_TOKEN is missing']],
    [{ ...socket, SLACK_BOT_TOKEN: 'xapp-1' }, ['SLACK_BOT_TOKEN must start with xoxb-']],
    [{ ...socket, PORT: '70000', LOG_LEVEL: 'loud' }, ['PORT must be a whole number', 'LOG_LEVEL must be']],
    [{ ...socket, PORT: 'x', GITHUB_APP_ID: '1' }, ['PORT must be a whole number', 'GITHUB_APP_PRIVATE_KEY']],
    [{ ...socket, GITHUB_TOKEN: 't', GITHUB_APP_ID: '1', GITHUB_APP_PRIVATE_KEY: 'k' }, ['keep one of the two']],
    [{ ...socket, SLACK_CLIENT_ID: '1.2' }, ['belong together']],
    [{ ...oauth, SLACK_SIGNING_SECRET: 's' }, ['ARCHITECT_ENCRYPTION_KEY is missing']],
    [{ ...socket, ARCHITECT_ENCRYPTION_KEY: 'short' }, ['32 random bytes']],
    [{ ...socket, DATABASE_URL: 'postgres://db/architect' }, ['must be a SQLite file']],
    [{ ...socket, GITHUB_API_URL: 'github.com' }, ['GITHUB_API_URL must be an http or https address']],
    [{ ...socket, GITHUB_API_URL: 'https://github.com/' }, ['GITHUB_API_URL must be https://api.github.com']],
    [{ ...socket, ARCHITECT_DAILY_BUDGET_USD: 'ten' }, ['US dollars']],
  ])('%o', (env, expected) => {
    const problems = problemsOf(env)
    for (const part of expected) expect(problems.join('\n')).toContain(part)
  })

  test('no secret is repeated', () => {
    expect(problemsOf({ ...socket, SLACK_BOT_TOKEN: 'wrong-secret-4711' }).join('\n')).not.toContain('4711')
  })
})

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}
