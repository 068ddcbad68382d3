import { expect, test } from 'vitest'

import { startAnthropic } from '../support/anthropic/start-anthropic.ts'
import { asking, claudeOn, collect, key, unhurried } from '../support/anthropic/use-claude.ts'

test('an answer arrives as it is written, with its thinking and its cost', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ thinking: 'They ask about queues.', text: 'Use one queue per job kind.' })
  const events = await collect(claudeOn(anthropic).answer(asking('One queue or many?'), unhurried()))

  const text = events.flatMap((event) => (event.type === 'text' ? event.text : '')).join('')
  const thinking = events.flatMap((event) => (event.type === 'thinking' ? event.text : '')).join('')
  expect(text).toBe('Use one queue per job kind.')
  expect(thinking).toBe('They ask about queues.')
  expect(events.filter((event) => event.type === 'text').length).toBeGreaterThan(1)
  const last = events.at(-1)
  expect(last).toMatchObject({ type: 'finished', stopReason: 'end_turn', model: 'claude-opus-5-5' })
  expect(last).toMatchObject({ usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) } })
})

test('a tool call is announced by name and arrives whole', async () => {
  await using anthropic = await startAnthropic({ key })
  const input = { files: [{ path: 'src/app.js' }, { path: 'src/übung "x".js' }] }
  anthropic.reply({ toolCalls: [{ name: 'read_files', input, id: 'toolu_1' }], chunkSize: 3 })
  const tools = [{ name: 'read_files', description: 'Reads files.', inputSchema: { type: 'object' } }]
  const events = await collect(claudeOn(anthropic).answer(asking('What is in app.js?', { tools }), unhurried()))

  expect(events[0]).toEqual({ type: 'tool-call', id: 'toolu_1', name: 'read_files' })
  expect(events.at(-1)).toMatchObject({
    type: 'finished',
    stopReason: 'tool_use',
    content: [{ type: 'tool_use', id: 'toolu_1', name: 'read_files', input }],
  })
})

test('blank text and half of an emoji do not make the request unacceptable', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ text: 'Fine.' })
  const messages = [
    { role: 'user', content: [{ type: 'text', text: '  ' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: `cut ${'\u{1F600}'.slice(0, 1)}` },
        { type: 'text', text: '' },
      ],
    },
  ] as const
  const request = asking('', { messages, system: [{ text: ' ' }, { text: 'Be brief.' }] })
  const events = await collect(claudeOn(anthropic).answer(request, unhurried()))
  expect(events.at(-1)).toMatchObject({ type: 'finished' })
})

test('an address that already ends in /v1 works', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ text: 'Fine.' })
  const claude = claudeOn({ url: `${anthropic.url}/v1/` })
  const events = await collect(claude.answer(asking('Hello'), unhurried()))
  expect(events.at(-1)).toMatchObject({ type: 'finished' })
})

test('a model without adaptive thinking is asked without it', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ text: 'Fine.' })
  const claude = claudeOn(anthropic, { model: 'claude-haiku-4-5' })
  const events = await collect(claude.answer(asking('Hello', { effort: 'high' }), unhurried()))
  expect(events.at(-1)).toMatchObject({ type: 'finished' })
})
