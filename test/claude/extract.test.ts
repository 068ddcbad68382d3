import { expect, test } from 'vitest'
import { z } from 'zod'

import { startAnthropic } from '../support/anthropic/start-anthropic.ts'
import { claudeOn, key, unhurried } from '../support/anthropic/use-claude.ts'

const schema = z.object({
  title: z.string().min(3).max(40),
  status: z.enum(['proposed', 'accepted']),
  links: z.array(z.string()).max(3).optional(),
  weight: z.int().min(1).max(5).nullable(),
})
const request = { schema, system: [{ text: 'Extract the decision.' }], prompt: 'We go with BullMQ.' }
const value = { title: 'Use BullMQ', status: 'accepted', links: [], weight: 2 }

test('a value comes from the small model, checked', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ json: value })
  const extraction = await claudeOn(anthropic).extract(request, unhurried())
  expect(extraction).toMatchObject({ ok: true, value, model: 'claude-haiku-5-5' })
  expect(extraction.usage.outputTokens).toBeGreaterThan(0)
})

test('the main model can be asked instead', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ json: value, thinking: 'Which status?' })
  const extraction = await claudeOn(anthropic).extract({ ...request, use: 'main', effort: 'high' }, unhurried())
  expect(extraction).toMatchObject({ ok: true, value, model: 'claude-opus-5-5' })
})

test.each([
  ['a value outside the limits', { json: { ...value, title: 'x' } }, 'not-the-shape'],
  ['words', { text: 'I think it is BullMQ.' }, 'not-the-shape'],
  ['nothing', {}, 'not-the-shape'],
  ['half a value', { text: '{"title": "Use', stopReason: 'max_tokens' }, 'cut-short'],
])('%s is not a value', async (_name, reply, reason) => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply(reply)
  const extraction = await claudeOn(anthropic).extract(request, unhurried())
  expect(extraction).toMatchObject({ ok: false, failure: { kind: 'unusable-answer', reason } })
})

test('a refusal and an outage stay what they are', async () => {
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ refusal: { category: 'general_harms' } })
  const refused = await claudeOn(anthropic).extract(request, unhurried())
  expect(refused).toMatchObject({ ok: false, failure: { kind: 'refusal', category: 'general_harms' } })
  anthropic.fail({ status: 529, times: 9 })
  const overloaded = await claudeOn(anthropic).extract(request, unhurried())
  expect(overloaded).toMatchObject({ ok: false, failure: { kind: 'overloaded' } })
})
