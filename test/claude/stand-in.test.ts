import { expect, test } from 'vitest'

import { startAnthropic, type AnthropicStandIn } from '../support/anthropic/start-anthropic.ts'
import { key } from '../support/anthropic/use-claude.ts'

const headers = {
  authorization: `Bearer ${key}`,
  'anthropic-version': '2026-10-21',
  'content-type': 'application/json',
}
const hello = { role: 'user', content: 'Hello' }
const base = { model: 'claude-opus-5-5', max_tokens: 100, messages: [hello] }
const call = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'found' }

async function post(anthropic: AnthropicStandIn, body: unknown, extra: Record<string, string> = headers) {
  const raw = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(`${anthropic.url}/v1/messages`, { method: 'POST', headers: extra, body: raw })
  // Answers are JSON objects; the tests look at what they expect in them.
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test.each([
  ['sampling', { temperature: 1 }],
  ['sampling by top_p', { top_p: 1 }],
  ['sampling by top_k', { top_k: 1 }],
  ['a forced tool', { tool_choice: { type: 'tool', name: 'look' } }],
  ['any tool', { tool_choice: { type: 'any' } }],
  ['no thinking', { thinking: { type: 'disabled' } }],
  ['a thinking budget', { thinking: { type: 'enabled', budget_tokens: 2000 } }],
  ['too many tokens', { max_tokens: 128_001 }],
  ['half a token', { max_tokens: 1.5 }],
  ['no messages', { messages: [] }],
  ['prefill', { messages: [hello, { role: 'assistant', content: 'I' }] }],
  ['an answer first', { messages: [{ role: 'assistant', content: 'I' }, hello] }],
  ['blank text', { messages: [{ role: 'user', content: ' ' }] }],
  ['a blank system block', { system: [{ type: 'text', text: '' }] }],
  ['an unknown role', { messages: [{ role: 'tool', content: 'x' }] }],
  ['citations from a user', { messages: [{ role: 'user', content: [{ type: 'text', text: 'x', citations: [{}] }] }] }],
  ['a call without result', { messages: [hello, { role: 'assistant', content: [call] }, hello] }],
  ['a result without call', { messages: [hello, { role: 'user', content: [result] }] }],
  [
    'a result after text',
    {
      messages: [
        hello,
        { role: 'assistant', content: [call] },
        { role: 'user', content: [{ type: 'text', text: 'x' }, result] },
      ],
    },
  ],
  ['two tools of one name', { tools: [tool('look'), tool('look')] }],
  ['a tool with a space', { tools: [tool('look up')] }],
  ['a tool without a schema', { tools: [{ name: 'look' }] }],
  ['a lifetime of a day', { cache_control: { type: 'ephemeral', ttl: '1d' } }],
  ['short before long', { system: [cached('5m'), cached('1h')] }],
  ['five breakpoints', { system: [1, 2, 3, 4, 5].map(() => cached('5m')) }],
  ['an open schema', format({ type: 'object', properties: {} })],
  ['a length limit', format({ type: 'string', maxLength: 3 })],
  ['a parser in the format', { output_config: { format: { type: 'json_schema', schema: {}, parse: 1 } } }],
])('the stand-in refuses %s as the API does', async (_name, change) => {
  await using anthropic = await startAnthropic({ key })
  const answer = await post(anthropic, { ...base, ...change })
  expect(answer).toMatchObject({ status: 400, body: { type: 'error', error: { type: 'invalid_request_error' } } })
  expect(answer.body).not.toHaveProperty('error.message', expect.stringContaining('scripted no answer'))
})

function tool(name: string) {
  return { name, input_schema: { type: 'object' } }
}

function cached(ttl: string) {
  return { type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl } }
}

function format(schema: object) {
  return { output_config: { format: { type: 'json_schema', schema } } }
}

test('half an emoji and broken JSON are refused', async () => {
  await using anthropic = await startAnthropic({ key })
  expect(await post(anthropic, JSON.stringify(base).replace('Hello', '\\ud83d'))).toMatchObject({ status: 400 })
  expect(await post(anthropic, '{')).toMatchObject({ status: 400 })
})

test('the wrong key, no version and an unknown model are told apart', async () => {
  await using anthropic = await startAnthropic({ key })
  const wrong = { ...headers, authorization: 'Bearer wrong' }
  expect(await post(anthropic, base, wrong)).toMatchObject({ status: 401 })
  const { 'anthropic-version': _, ...unversioned } = headers
  expect(await post(anthropic, base, unversioned)).toMatchObject({ status: 400 })
  expect(await post(anthropic, { ...base, model: 'gpt' })).toMatchObject({ status: 404 })
})

test('thinking must come back with its tool call as it was', async () => {
  await using anthropic = await startAnthropic({ key })
  const thinking = { type: 'adaptive', display: 'summarized' }
  anthropic.reply({ thinking: 'Let me look.', toolCalls: [{ name: 'look', input: {}, id: 'toolu_1' }] })
  const first = await post(anthropic, { ...base, thinking })
  // The stand-in was told to answer with two blocks.
  const content = first.body['content'] as { type: string }[]
  const again = (changed: unknown) => ({
    ...base,
    thinking,
    messages: [hello, { role: 'assistant', content: changed }, { role: 'user', content: [result] }],
  })
  expect(await post(anthropic, again(content.slice(1)))).toMatchObject({ status: 400 })
  expect(await post(anthropic, again([{ ...content[0], thinking: 'Other.' }, content[1]]))).toMatchObject({
    status: 400,
  })
  anthropic.reply({ text: 'Found.' })
  expect(await post(anthropic, again(content))).toMatchObject({ status: 200, body: { stop_reason: 'end_turn' } })
})

test('an answer for one kind of request waits for that kind', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ json: { title: 'x' } }, (request) => request.isExtraction)
  anthropic.reply({ text: 'Hi.' })
  anthropic.replyWith((request) => ({ text: `You said: ${request.lastText}` }))
  expect(await post(anthropic, base)).toMatchObject({ body: { content: [{ text: 'Hi.' }] } })
  expect(await post(anthropic, base)).toMatchObject({ body: { content: [{ text: 'You said: Hello' }] } })
  const extraction = { ...base, ...format({ type: 'object', properties: {}, additionalProperties: false }) }
  expect(await post(anthropic, extraction)).toMatchObject({ body: { content: [{ text: '{"title":"x"}' }] } })
})

test('a request the test did not foresee is refused by name', async () => {
  await using anthropic = await startAnthropic({ key })
  expect(await post(anthropic, base)).toMatchObject({ status: 400 })
})
