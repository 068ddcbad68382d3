import { createServer } from 'node:http'

import { expect, test } from 'vitest'

import { startAnthropic } from '../support/anthropic/start-anthropic.ts'
import { claudeOn, key, unhurried } from '../support/anthropic/use-claude.ts'

test('a working key and both models are confirmed without a message', async () => {
  await using anthropic = await startAnthropic({ key })
  expect(await claudeOn(anthropic).checkAccess(unhurried())).toEqual({
    ok: true,
    models: [
      { model: 'claude-opus-5-5', state: 'active' },
      { model: 'claude-haiku-5-5', state: 'active' },
    ],
  })
  expect(anthropic.requests).toHaveLength(0)
})

test('a model that is misspelt or on its way out is named', async () => {
  await using anthropic = await startAnthropic({ key })
  const claude = claudeOn(anthropic, { model: 'claude-opus-5.5', smallModel: 'claude-sonnet-4-5' })
  expect(await claude.checkAccess(unhurried())).toEqual({
    ok: true,
    models: [
      { model: 'claude-opus-5.5', state: 'unknown' },
      { model: 'claude-sonnet-4-5', state: 'deprecated', retiresAt: '2026-11-30T00:00:00Z' },
    ],
  })
})

test('a model that is gone is told from one on its way out', async () => {
  await using anthropic = await startAnthropic({ key })
  const report = await claudeOn(anthropic, { smallModel: 'claude-sonnet-4-0' }).checkAccess(unhurried())
  expect(report).toMatchObject({ ok: true, models: [{ state: 'active' }, { state: 'retired' }] })
})

test('a wrong key is a wrong key', async () => {
  await using anthropic = await startAnthropic({ key })
  const report = await claudeOn(anthropic, { apiKey: 'sk-ant-wrong' }).checkAccess(unhurried())
  expect(report).toEqual({ ok: false, failure: { kind: 'bad-key' } })
})

test('a compatible server without a list of models is left unchecked', async () => {
  const server = createServer((_request, response) => response.writeHead(404).end('no such page'))
  const address = await new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}`))
  })
  const report = await claudeOn({ url: address }).checkAccess(unhurried())
  server.close()
  expect(report).toMatchObject({ ok: true, models: [{ state: 'unchecked' }, { state: 'unchecked' }] })
})
