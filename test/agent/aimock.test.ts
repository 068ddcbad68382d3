import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runAgent } from '../../src/agent/loop.ts'
import { readFilesTool } from '../../src/agent/tools/read-files.ts'
import { claudeOn, collect, unhurried } from '../support/anthropic/use-claude.ts'

/** Another author's stand-in for the same API, so that a mistake in ours is not the measure of our client. */
const mock = new LLMock({ port: 0, chunkSize: 8, strict: true })

beforeAll(async () => {
  mock.on(
    { userMessage: 'What does the app do', hasToolResult: false },
    {
      content: 'Let me look.',
      toolCalls: [{ name: 'read_files', arguments: { files: [{ path: 'src/app.js' }] }, id: 'toolu_1' }],
    },
  )
  mock.on({ toolCallId: 'toolu_1' }, { content: 'It serves users.', usage: { input_tokens: 40, output_tokens: 5 } })
  mock.on(
    { userMessage: 'Cut this', hasToolResult: false },
    { content: 'A long answer that is cut somewhere.' },
    { truncateAfterChunks: 5, latency: 5 },
  )
  await mock.start()
})

afterAll(() => mock.stop())

function ask(text: string) {
  const tool = readFilesTool({
    repositories: ['acme/api'],
    readFile: async () => ({ ok: true, value: { text: 'app.get("/users")' } }),
  })
  return collect(
    runAgent({
      model: claudeOn({ url: mock.url }).answer,
      tools: [tool],
      system: [{ text: 'You are the architect.', cache: '1h' }],
      messages: [{ role: 'user', content: [{ type: 'text', text }] }],
      maxRounds: 4,
      maxOutputTokens: 1000,
      signal: unhurried(),
    }),
  )
}

test('a conversation with a tool goes round with another stand-in too', async () => {
  const events = await ask('What does the app do?')
  expect(events).toContainEqual(expect.objectContaining({ type: 'tool-started', label: 'reading src/app.js' }))
  expect(events.at(-1)).toMatchObject({
    type: 'finished',
    text: 'It serves users.',
    stop: 'answered',
    rounds: 2,
    sources: [{ label: 'src/app.js:1-1' }],
  })
})

test('an overload and a cut stream are told apart there too', async () => {
  mock.nextRequestError(529, { type: 'overloaded_error', message: 'Overloaded' })
  const retried = await ask('What does the app do?')
  expect(retried[0]).toMatchObject({ type: 'retrying', failure: { kind: 'overloaded' } })
  expect(retried.at(-1)).toMatchObject({ type: 'finished' })
  const cut = await ask('Cut this')
  expect(cut.at(-1)).toMatchObject({ type: 'failed', failure: { kind: 'cut' } })
})
