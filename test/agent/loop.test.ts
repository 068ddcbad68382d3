import { expect, test } from 'vitest'
import { z } from 'zod'

import type { AgentEvent } from '../../src/agent/agent-event.ts'
import { runAgent, type AgentRun } from '../../src/agent/loop.ts'
import { defineTool, type ToolOutcome } from '../../src/agent/tool.ts'
import type { ModelRequest } from '../../src/claude/model.ts'
import { callsTools, finished, says, scriptedModel } from '../support/anthropic/scripted-model.ts'
import { collect, unhurried } from '../support/anthropic/use-claude.ts'

const look = lookTool(async ({ at }) => ({
  ok: true,
  text: `at ${at}`,
  sources: [{ label: at, url: `https://x/${at}` }],
}))

function lookTool(run: (input: { at: string }, signal: AbortSignal) => Promise<ToolOutcome>) {
  const input = z.object({ at: z.string() })
  return defineTool({ name: 'look', description: 'Looks.', input, describe: ({ at }) => `looking at ${at}`, run })
}

async function run(parts: Pick<AgentRun, 'model'> & Partial<AgentRun>): Promise<AgentEvent[]> {
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }] }] as const
  const defaults = { tools: [look], system: [], messages, maxRounds: 5, maxOutputTokens: 1000, signal: unhurried() }
  return await collect(runAgent({ ...defaults, ...parts }))
}

function lastTexts(request: ModelRequest | undefined): string[] {
  return request?.messages.at(-1)?.content.map((block) => ('text' in block ? block.text : '')) ?? []
}

test('an answer without tools is one round', async () => {
  const events = await run(scriptedModel(says('It is a queue.')))
  expect(events.map((event) => event.type)).toEqual(['text', 'round-finished', 'finished'])
  expect(events.at(-1)).toMatchObject({ text: 'It is a queue.', stop: 'answered', rounds: 1, sources: [] })
})

test('tools are named while they run and their results go back in order', async () => {
  const slow = lookTool(async ({ at }) => {
    await new Promise((resolve) => setTimeout(resolve, at === 'a' ? 20 : 1))
    return { ok: true, text: `at ${at}`, sources: [{ label: at }] }
  })
  const { model, requests } = scriptedModel(
    callsTools(['look', { at: 'a' }], ['look', { at: 'b' }]),
    says('Both seen.'),
  )
  const events = await run({ model, tools: [slow] })

  expect(events.map((event) => event.type)).toEqual([
    'round-finished',
    'tool-started',
    'tool-started',
    'tool-finished',
    'tool-finished',
    'text',
    'round-finished',
    'finished',
  ])
  expect(events[1]).toMatchObject({ name: 'look', input: { at: 'a' }, label: 'looking at a' })
  const results = requests[1]?.messages.at(-1)?.content
  expect(results).toMatchObject([
    { type: 'tool_result', toolUseId: 'call_0', text: expect.stringContaining('at a'), isError: false },
    { type: 'tool_result', toolUseId: 'call_1', text: expect.stringContaining('at b'), isError: false },
  ])
  expect(events.at(-1)).toMatchObject({
    text: 'Both seen.',
    rounds: 2,
    usage: { inputTokens: 200, outputTokens: 20 },
    sources: [{ label: 'a' }, { label: 'b' }],
  })
})

test('at most four tools run at once', async () => {
  let running = 0
  let most = 0
  const counting = lookTool(async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, 5))
    running -= 1
    return { ok: true, text: 'seen', sources: [] }
  })
  const calls = Array.from({ length: 10 }, (_, index) => ['look', { at: String(index) }] as const)
  const { model, requests } = scriptedModel(callsTools(...calls), says('Done.'))
  await run({ model, tools: [counting] })
  expect(most).toBe(4)
  expect(requests[1]?.messages.at(-1)?.content).toHaveLength(10)
})

test.each([
  ['a tool that throws', 'look', { at: 'a' }],
  ['a tool with the wrong input', 'look', { where: 'a' }],
  ['a tool with no input at all', 'look', null],
  ['a tool that does not exist', 'delete_everything', {}],
])('%s gives the model an error, and the answer goes on', async (_name, name, input) => {
  const failing = lookTool(() => Promise.reject(new Error('secret path /root')))
  const { model, requests } = scriptedModel(callsTools([name, input]), says('I could not look.'))
  const events = await run({ model, tools: [failing] })
  expect(requests[1]?.messages.at(-1)?.content).toMatchObject([{ type: 'tool_result', isError: true }])
  expect(lastTexts(requests[1]).join()).not.toContain('secret')
  expect(events).toContainEqual(expect.objectContaining({ type: 'tool-finished', ok: false }))
  expect(events.at(-1)).toMatchObject({ type: 'finished', stop: 'answered' })
})

test('the last round asks for an answer with the same tools', async () => {
  const { model, requests } = scriptedModel(callsTools(['look', { at: 'a' }]), says('Enough seen.'))
  await run({ model, maxRounds: 2 })
  expect(requests[1]?.tools).toEqual(requests[0]?.tools)
  expect(lastTexts(requests[0])).toHaveLength(1)
  expect(requests[1]?.messages.at(-1)?.content).toMatchObject([{ type: 'tool_result' }, { type: 'text' }])
})

test('a model that wants tools in the last round ends with what it said', async () => {
  const saying = [{ type: 'text' as const, text: 'So far: a queue.' }, ...callsTools(['look', { at: 'a' }])]
  const { model, requests } = scriptedModel(saying, callsTools(['look', { at: 'b' }]))
  const events = await run({ model, maxRounds: 2 })
  expect(requests).toHaveLength(2)
  expect(events.at(-1)).toMatchObject({ type: 'finished', stop: 'out-of-rounds', text: 'So far: a queue.', rounds: 2 })
})

test('a tool call cut off by the token limit is not carried out', async () => {
  const block = { type: 'tool_use', id: 'call_0', name: 'look', input: { at: 'a' } } as const
  const events = await run(scriptedModel([finished([block], 'max_tokens')]))
  expect(events.map((event) => event.type)).toEqual(['round-finished', 'finished'])
  expect(events.at(-1)).toMatchObject({ stop: 'max-tokens' })
})

test('a paused turn goes back as it is and goes on', async () => {
  const block = { type: 'text', text: 'Searching.' } as const
  const { model, requests } = scriptedModel([finished([block], 'pause_turn')], says('Found.'))
  const events = await run({ model })
  expect(requests[1]?.messages.at(-1)).toEqual({ role: 'assistant', content: [block] })
  expect(events.at(-1)).toMatchObject({ stop: 'answered', text: 'Found.' })
})

test('a failure carries what was said and used before it', async () => {
  const failed = { type: 'failed', failure: { kind: 'overloaded' }, usage: { inputTokens: 7 }, diagnostic: {} }
  const saying = [{ type: 'text' as const, text: 'Half.' }, ...callsTools(['look', { at: 'a' }])]
  // A partial usage is enough here: only its input is looked at.
  const { model } = scriptedModel(saying, [failed as never])
  const events = await run({ model })
  expect(events.at(-1)).toMatchObject({
    type: 'failed',
    failure: { kind: 'overloaded' },
    textSoFar: 'Half.',
    rounds: 2,
    usage: { inputTokens: 107 },
    sources: [{ label: 'a' }],
  })
})

test('stopping ends a run although its tool does not listen', async () => {
  const stop = new AbortController()
  const deaf = lookTool(() => new Promise(() => undefined))
  const calls = ['a', 'b', 'c', 'd', 'e'].map((at) => ['look', { at }] as const)
  const { model } = scriptedModel(callsTools(...calls), says('Never asked.'))
  const events: AgentEvent[] = []
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }] }] as const
  const running = { model, tools: [deaf], system: [], messages, maxRounds: 3, maxOutputTokens: 10, signal: stop.signal }
  for await (const event of runAgent(running)) {
    events.push(event)
    if (event.type === 'tool-started') setTimeout(() => stop.abort(), 5)
  }
  expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { kind: 'aborted' }, rounds: 1 })
  expect(events.filter((event) => event.type === 'tool-started')).toHaveLength(4)
})

test('a tool that takes too long is left behind', async () => {
  const hanging = lookTool(() => new Promise(() => undefined))
  const { model, requests } = scriptedModel(callsTools(['look', { at: 'a' }]), says('I could not look.'))
  const events = await run({ model, tools: [hanging], toolTimeoutMs: 20 })
  expect(requests[1]?.messages.at(-1)?.content).toMatchObject([{ isError: true }])
  expect(events.at(-1)).toMatchObject({ type: 'finished', stop: 'answered', text: 'I could not look.' })
})

test('an empty answer is asked for once more, and only once', async () => {
  const { model, requests } = scriptedModel([finished([], 'end_turn')], says('It is a queue.'))
  const events = await run({ model })
  expect(requests[1]?.messages.map((message) => message.role)).toEqual(['user'])
  expect(events.at(-1)).toMatchObject({ stop: 'answered', text: 'It is a queue.', rounds: 2 })
  const interim = [{ type: 'text' as const, text: 'Let me look.' }, ...callsTools(['look', { at: 'a' }])]
  const late = await run({ model: scriptedModel(interim, [finished([], 'end_turn')], says('A queue.')).model })
  expect(late.at(-1)).toMatchObject({ stop: 'answered', text: 'A queue.', rounds: 3 })
  const mute = scriptedModel([finished([], 'end_turn')], [finished([], 'end_turn')])
  expect((await run({ model: mute.model })).at(-1)).toMatchObject({ stop: 'answered', text: '', rounds: 2 })
})

test('a tool result too long for the model is cut and says so', async () => {
  const long = lookTool(async () => ({ ok: true, text: 'line\n'.repeat(20_000), sources: [] }))
  const { model, requests } = scriptedModel(callsTools(['look', { at: 'a' }]), says('Long.'))
  await run({ model, tools: [long] })
  const [text = ''] = lastTexts(requests[1])
  expect(text.length).toBeLessThan(41_000)
  expect(text).toContain('[cut: 60001 more characters')
})
