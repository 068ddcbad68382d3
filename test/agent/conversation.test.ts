import { expect, test } from 'vitest'

import { runAgent } from '../../src/agent/loop.ts'
import { readFilesTool } from '../../src/agent/tools/read-files.ts'
import { startAnthropic } from '../support/anthropic/start-anthropic.ts'
import { claudeOn, collect, key, unhurried } from '../support/anthropic/use-claude.ts'

const tool = readFilesTool({
  repositories: ['acme/api'],
  readFile: async (_repository, path) => ({ ok: true, value: { text: `// ${path}\n`.repeat(600) } }),
})

function runOn(anthropic: { url: string }, signal = unhurried()) {
  return runAgent({
    model: claudeOn(anthropic).answer,
    tools: [tool],
    system: [{ text: 'You are the architect. '.repeat(300), cache: '1h' }],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'What does the app do?' }] }],
    maxRounds: 3,
    maxOutputTokens: 1000,
    signal,
  })
}

const reads = (path: string) => ({ toolCalls: [{ name: 'read_files', input: { files: [{ path }] } }] })

test('signed thinking survives several rounds of tools, and the rounds share the cache', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ thinking: 'First the app.', text: 'Reading.', ...reads('src/app.js') })
  anthropic.reply({ thinking: 'Now the routes.', ...reads('src/routes.js') })
  anthropic.reply({ thinking: 'Enough.', text: 'It serves users.' })
  const events = await collect(runOn(anthropic))

  expect(events.at(-1)).toMatchObject({ type: 'finished', text: 'It serves users.', stop: 'answered', rounds: 3 })
  const read = events.flatMap((event) => (event.type === 'round-finished' ? event.usage.cacheReadTokens : []))
  expect(read[0]).toBe(0)
  expect(read[1]).toBeGreaterThan(500)
  expect(read[2]).toBeGreaterThan(read[1] ?? 0)
})

test('a turn the API paused is resumed', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ text: 'Still searching.', stopReason: 'pause_turn' })
  anthropic.reply({ text: 'It serves users.' })
  const events = await collect(runOn(anthropic))
  expect(events.at(-1)).toMatchObject({ type: 'finished', text: 'It serves users.', stop: 'answered', rounds: 2 })
})

test('stopping in the middle of an answer keeps what was said', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ text: 'It serves users and more.', chunkSize: 4, chunkMs: 20 })
  const stop = new AbortController()
  const events = []
  for await (const event of runOn(anthropic, stop.signal)) {
    events.push(event)
    if (event.type === 'text') stop.abort()
  }
  expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { kind: 'aborted' }, textSoFar: 'It s' })
})

test('a cut in the second round keeps the sources of the first', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply(reads('src/app.js'))
  anthropic.reply({ text: 'It serves users and more.', chunkSize: 4, fault: { kind: 'cut', afterChars: 8 } })
  const events = await collect(runOn(anthropic))
  expect(events.at(-1)).toMatchObject({
    type: 'failed',
    failure: { kind: 'cut' },
    textSoFar: 'It serve',
    sources: [{ label: 'src/app.js:1-500' }],
  })
})
