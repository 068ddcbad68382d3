import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { answerByNumber, ask, findFaults, waitForAnswers } from '../support/numbered-questions.ts'
import { sampleService } from '../support/sample-service.ts'
import { startProcess } from '../support/start-process.ts'
import { startScene } from '../support/start-scene.ts'
import { startWorkspace } from '../support/start-workspace.ts'

const databaseOf = (env: Record<string, string>) => join(env['ARCHITECT_DATA_DIR'] ?? '', 'architect.db')

test('while the database is locked events get 503 and the bot is not ready; then a retry of Slack is answered', async () => {
  await using scene = await startScene({ mode: 'http', slack: { retryDelaysMs: [500, 2000] } })
  const { slack, anthropic, dana, orders, env, url } = scene
  answerByNumber(anthropic)
  const lock = new Sqlite(databaseOf(env))
  lock.exec('BEGIN IMMEDIATE')
  const asked = ask(slack, dana, 1, { channel: orders })
  await slack.waitFor(() => slack.deliveries('app_mention').some(({ result }) => result.acked || result.status === 503))
  expect(slack.deliveries().filter(({ result }) => result.acked)).toEqual([])
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect((await fetch(`${url}/readyz`)).status).toBe(503)

  lock.exec('COMMIT')
  lock.close()
  await waitForAnswers(slack, [asked])
  expect(findFaults(slack, [asked])).toEqual([])
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
})

test('commands and buttons that meet a locked database say in the end that it did not work', async () => {
  await using scene = await startScene({ github: { repositories: [sampleService()] } })
  const { slack, dana, orders, env } = scene
  const quoted = await dana.runs('/arch-review', 'https://github.com/acme/orders', orders)
  const quote = await slack.waitFor(() => quoted.shown.find((message) => slack.buttonsOf(message).length > 0))
  const lock = new Sqlite(databaseOf(env))
  lock.exec('BEGIN IMMEDIATE')
  const pressed = await dana.clicks(quote, 'review:0')
  await slack.waitFor(() => pressed.shown.some(({ text }) => text.includes('did not work')))
  const asked = await dana.runs('/arch-review', 'https://github.com/acme/orders', orders)
  await slack.waitFor(() => asked.shown.some(({ text }) => text.includes('did not work')))
  expect(asked.shown.at(-1)?.text).toContain('Try again')
  lock.exec('COMMIT')
  lock.close()
})

test('a damaged database ends the start with a sentence that says what to do', async () => {
  await using workspace = await startWorkspace()
  const { env } = workspace
  writeFileSync(databaseOf(env), 'No database at all. '.repeat(500))
  await using bot = startProcess(env)

  expect(await bot.exit()).toEqual({ code: 1, signal: null })
  expect(bot.printed).toContain('is damaged: move it')
  expect(bot.printed).not.toContain('    at ')
})
