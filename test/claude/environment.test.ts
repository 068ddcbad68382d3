import { afterEach, expect, test } from 'vitest'

import { startAnthropic } from '../support/anthropic/start-anthropic.ts'
import { asking, claudeOn, collect, key, unhurried } from '../support/anthropic/use-claude.ts'

const names = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_CUSTOM_HEADERS']
const before = new Map(names.map((name) => [name, process.env[name]]))

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

test('only our own settings decide where a question goes and with which key', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ text: 'Fine.' })
  process.env['ANTHROPIC_API_KEY'] = 'sk-ant-from-elsewhere'
  process.env['ANTHROPIC_AUTH_TOKEN'] = 'token-from-elsewhere'
  process.env['ANTHROPIC_BASE_URL'] = 'http://127.0.0.1:1'
  process.env['ANTHROPIC_CUSTOM_HEADERS'] = 'authorization: Bearer elsewhere\nx-team: elsewhere\nanthropic-beta: x'
  const events = await collect(claudeOn(anthropic).answer(asking('Hello'), unhurried()))

  expect(events.at(-1)).toMatchObject({ type: 'finished' })
  expect(JSON.stringify(anthropic.requests[0]?.headers)).not.toContain('elsewhere')
  expect(anthropic.requests[0]?.headers).not.toHaveProperty('anthropic-beta')
})
