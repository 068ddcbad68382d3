import { expect, test } from 'vitest'

import { assemblePrompt, type PromptParts } from '../../src/agent/prompt.ts'
import type { Claude } from '../../src/claude/create-claude.ts'
import type { Usage } from '../../src/claude/usage.ts'
import { startAnthropic, type AnthropicStandIn } from '../support/anthropic/start-anthropic.ts'
import { claudeOn, collect, key, unhurried } from '../support/anthropic/use-claude.ts'

const parts: PromptParts = {
  persona: 'You are a senior architect. '.repeat(200),
  workspace: [{ title: 'Accepted decisions', text: 'ADR-7: use BullMQ. '.repeat(100) }],
  memory: [],
  turns: [],
  newest: { text: 'Why BullMQ?', material: [{ title: 'Date', text: '2026-11-22' }] },
}
const tools = [{ name: 'search', description: 'Searches.', inputSchema: { type: 'object' } }]

async function ask(claude: Claude, anthropic: AnthropicStandIn, asked: PromptParts): Promise<Usage> {
  anthropic.reply({ text: 'Because of Redis.' })
  const request = { ...assemblePrompt(asked), tools, maxTokens: 1000 }
  const last = (await collect(claude.answer(request, unhurried()))).at(-1)
  if (last?.type !== 'finished') throw new Error(`no answer: ${JSON.stringify(last)}`)
  return last.usage
}

test('the second thread of a workspace reads persona and decisions from the cache', async () => {
  await using anthropic = await startAnthropic({ key })
  const claude = claudeOn(anthropic)
  const first = await ask(claude, anthropic, parts)
  expect(first.cacheReadTokens).toBe(0)
  expect(first.cacheWrite1hTokens).toBeGreaterThan(1500)
  const second = await ask(claude, anthropic, { ...parts, newest: { text: 'Another question?', material: [] } })
  expect(second.cacheReadTokens).toBe(first.cacheWrite1hTokens)
  expect(second.cacheWrite1hTokens).toBe(0)
})

test('the next turn of a thread reads the earlier ones, although their material is gone', async () => {
  await using anthropic = await startAnthropic({ key })
  const claude = claudeOn(anthropic)
  const first = await ask(claude, anthropic, parts)
  const next = await ask(claude, anthropic, {
    ...parts,
    turns: [{ user: 'Why BullMQ?', assistant: 'Because of Redis.' }],
    newest: { text: 'And why Redis?', material: [{ title: 'Date', text: '2026-11-23' }] },
  })
  expect(next.cacheReadTokens).toBeGreaterThan(first.cacheWrite1hTokens)
})

test('one changed character in the persona empties the cache', async () => {
  await using anthropic = await startAnthropic({ key })
  const claude = claudeOn(anthropic)
  await ask(claude, anthropic, parts)
  const second = await ask(claude, anthropic, { ...parts, persona: `${parts.persona}!` })
  expect(second.cacheReadTokens).toBe(0)
})

test('what is cached for an hour is gone after an hour without use', async () => {
  let now = Date.UTC(2026, 10, 22)
  await using anthropic = await startAnthropic({ key, now: () => now })
  const claude = claudeOn(anthropic)
  await ask(claude, anthropic, parts)
  now += 59 * 60_000
  expect((await ask(claude, anthropic, parts)).cacheReadTokens).toBeGreaterThan(0)
  now += 59 * 60_000
  expect((await ask(claude, anthropic, parts)).cacheReadTokens).toBeGreaterThan(0)
  now += 61 * 60_000
  expect((await ask(claude, anthropic, parts)).cacheReadTokens).toBe(0)
})

test('a prompt below the minimum is not cached', async () => {
  await using anthropic = await startAnthropic({ key })
  const claude = claudeOn(anthropic)
  const small = { ...parts, persona: 'Be brief.', workspace: [] }
  await ask(claude, anthropic, small)
  const second = await ask(claude, anthropic, small)
  expect(second.cacheReadTokens + second.cacheWrite1hTokens + second.cacheWrite5mTokens).toBe(0)
})
